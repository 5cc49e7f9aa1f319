//! A code to scan, drawn in letters.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The code that says `text`, for a terminal; `None` when it is too long for one. What is bright is drawn: on the dark
/// background that most terminals have, it is dark on light, as scanners want it.
pub(crate) fn of(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_square_and_has_its_quiet_zone() {
        let picture = of("https://hub.example.com#7G2K-9QXM").expect("it fits");
        let lines: Vec<&str> = picture.lines().collect();
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width), "{picture}");
        assert_eq!(lines.len(), width.div_ceil(2), "two rows in each line");
        assert!(lines[0].chars().all(|letter| letter == '█'), "the quiet zone is bright: {picture}");
        assert_eq!(of(&"x".repeat(10_000)), None);
    }
}
