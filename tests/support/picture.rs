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
