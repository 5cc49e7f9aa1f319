//! What really is on the display: screenshots, and a QR reader that is not ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::display::Display;

/// Takes a picture of the whole display and keeps it in `target/window-tests/NAME.png`.
pub(crate) fn screenshot(display: &Display, name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder");
    let folder = target.join("window-tests");
    std::fs::create_dir_all(&folder).expect("the target folder is ours");
    let file = folder.join(format!("{name}.png"));
    let mut import = Command::new("import");
    import.args(["-display", display.name(), "-window", "root"]).arg(&file);
    run(&mut import);
    file
}

/// A fingerprint of what is in the window `id`: the same for the same picture, pixel by pixel.
pub(crate) fn fingerprint(display: &Display, id: &str) -> String {
    let mut look = Command::new("sh");
    look.env("DISPLAY", display.name());
    run(look.args(["-c", &format!("import -window {id} png:- | identify -format %# -")]))
}

/// How wide the part of the window `id` is that is painted in `colour`, in pixels.
pub(crate) fn width_in(display: &Display, id: &str, colour: &str) -> u32 {
    let mut look = Command::new("sh");
    look.env("DISPLAY", display.name());
    let all_else_white = format!("convert png:- -fill white +opaque '{colour}' -trim -format %w info:");
    let width = run(look.args(["-c", &format!("import -window {id} png:- | {all_else_white}")]));
    width.trim().parse().unwrap_or_else(|error| panic!("{error}: {width}"))
}

/// Where in a picture the colour is, of the part that begins at `x` and `y` and is `width` by `height` pixels: the
/// smallest box with all of it, as x, y, width and height in the whole picture. `None` if it is nowhere there.
pub(crate) fn box_in(
    picture: &Path,
    (x, y, width, height): (u16, u16, u16, u16),
    colour: &str,
) -> Option<(u16, u16, u16, u16)> {
    let mut look = Command::new("convert");
    look.arg(picture).args(["-crop", &format!("{width}x{height}+{x}+{y}"), "+repage"]);
    look.args(["-fill", "white", "+opaque", colour, "-bordercolor", "white", "-border", "1"]);
    let said = run(look.args(["-format", "%@", "info:"]));
    let numbers: Vec<u16> = said.split(['x', '+']).filter_map(|number| number.trim().parse().ok()).collect();
    let [wide, high, left, top] = numbers[..] else { return None };
    // The border that was put around, so that there is always something white, moved it by one.
    (wide <= width && high <= height).then(|| (x + left - 1, y + top - 1, wide, high))
}

/// The runs of one colour, `#ffffff` and the like, on a line straight down a picture from `x` and `y`, `height` pixels
/// long: where each begins, and how long it is.
pub(crate) fn runs_down(picture: &Path, (x, y, height): (u16, u16, u16), colour: &str) -> Vec<(u16, u16)> {
    let mut look = Command::new("convert");
    look.arg(picture).args(["-crop", &format!("1x{height}+{x}+{y}"), "+repage", "-depth", "8", "txt:-"]);
    let said = run(&mut look).to_lowercase();
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for (at, _) in (y..).zip(said.lines().skip(1)).filter(|(_, line)| line.contains(colour)) {
        match runs.last_mut() {
            Some((begins, length)) if *begins + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

/// The text of the one QR code in a picture.
pub(crate) fn qr_content(picture: &Path) -> String {
    try_qr_content(picture).unwrap_or_else(|| panic!("no code can be read in {}", picture.display()))
}

/// The same, where there may be none.
pub(crate) fn try_qr_content(picture: &Path) -> Option<String> {
    let mut reader = Command::new("zbarimg");
    reader.args(["-q", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(picture);
    let output = reader.output().unwrap_or_else(|error| panic!("zbarimg can't be run: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !said.is_empty()).then_some(said)
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} can't be run: {error}"));
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} failed: {said}{complained}");
    said.into_owned()
}
