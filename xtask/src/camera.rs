//! Takes pictures of a display, and looks at them.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::display::Display;
use crate::run::answer;
use crate::wait::{self, Look};

/// How long a window may take to open.
const WINDOW: Duration = Duration::from_secs(20);
/// A picture with fewer colours than this shows nothing: text alone has more, because its edges are smoothed.
const COLOURS_MIN: u32 = 8;

/// Sees what is on a display.
pub(crate) struct Camera<'a> {
    display: &'a Display,
}

impl<'a> Camera<'a> {
    /// Looks at `display`, once the mouse pointer is out of the picture.
    pub(crate) fn before(display: &'a Display) -> Result<Self> {
        let camera = Self { display };
        camera.ask("xdotool", &["mousemove", "1919", "1079"])?;
        Ok(camera)
    }

    /// Waits for the window with exactly this title and gives its id.
    pub(crate) fn window(&self, title: &str) -> Result<String> {
        let pattern = format!("^{title}$");
        wait::until(&format!("a window called `{title}`"), WINDOW, || {
            // It fails when there is none.
            let found = self.ask("xdotool", &["search", "--onlyvisible", "--name", &pattern]);
            Ok(match found.as_deref().map(str::trim) {
                Ok("") | Err(_) => Look::NotYet("no such window".to_owned()),
                Ok(id) if id.lines().count() == 1 => Look::Found(id.to_owned()),
                Ok(ids) => Look::NotYet(format!("more than one: {}", ids.replace('\n', ", "))),
            })
        })
    }

    /// Takes a picture of one window, or of everything if `window` is `root`.
    ///
    /// # Errors
    ///
    /// When the picture is blank.
    pub(crate) fn shoot(&self, window: &str, file: &Path) -> Result<()> {
        let path = file.to_str().context("a path that is not UTF-8")?;
        self.ask("import", &["-window", window, path])?;
        let colours = self.ask("identify", &["-format", "%k", path])?;
        let colours: u32 =
            colours.trim().parse().with_context(|| format!("counting colours of {path}: {colours}"))?;
        if colours < COLOURS_MIN {
            bail!("{path} is blank: {colours} colours");
        }
        Ok(())
    }

    /// Takes a picture of one window once it no longer changes: what was pressed in it has been drawn.
    ///
    /// # Errors
    ///
    /// When it goes on changing, or the picture is blank.
    pub(crate) fn shoot_still(&self, window: &str, file: &Path) -> Result<()> {
        let mut before = String::new();
        wait::until(&format!("the window {window} to stand still"), WINDOW, || {
            self.shoot(window, file)?;
            let now = self.ask("identify", &["-format", "%#", file.to_str().unwrap_or_default()])?;
            let still = before == now;
            before = now;
            Ok(if still { Look::Found(()) } else { Look::NotYet("it changes".to_owned()) })
        })
    }

    /// Presses `keys` in a window, one after the other.
    pub(crate) fn press(&self, window: &str, keys: &[&str]) -> Result<()> {
        let begin = ["windowactivate", "--sync", window, "key", "--clearmodifiers", "--delay", "60"];
        self.ask("xdotool", &[&begin, keys].concat()).map(drop)
    }

    /// Types `text` in a window, as fast as a person does.
    pub(crate) fn write(&self, window: &str, text: &str) -> Result<()> {
        self.ask("xdotool", &["windowactivate", "--sync", window, "type", "--delay", "80", text]).map(drop)
    }

    fn ask(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(program);
        command.args(arguments);
        self.display.lend_to(&mut command);
        answer(&mut command)
    }
}

/// What the one QR code in a picture says; `None` where no reader is installed.
///
/// # Errors
///
/// When the picture holds no code that can be read, or several.
pub(crate) fn read_code(file: &Path) -> Result<Option<String>> {
    let mut reader = Command::new("zbarimg");
    reader.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(file);
    let said = match reader.output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("zbarimg"),
    };
    match said.lines().count() {
        1 => Ok(Some(said)),
        count => bail!("{} holds {count} codes that can be read, not one", file.display()),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;
    use crate::background::Background;
    use crate::workspace::Workspace;

    #[test]
    fn it_finds_a_window_by_its_title_and_refuses_a_blank_picture() {
        for program in ["Xvfb", "openbox", "xdotool", "import", "xev"] {
            let mut look = Command::new("sh");
            look.args(["-c", &format!("command -v {program}")]).stdout(Stdio::null());
            if !look.status().unwrap().success() {
                eprintln!(
                    "skipped: {program} is not installed, `cargo xtask test` without --core installs it"
                );
                return;
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().to_owned(), target: folder.path().join("target") };
        std::fs::create_dir_all(workspace.logs()).unwrap();
        let display = Display::open(&workspace).unwrap();
        let mut window = Command::new("xev");
        window.args(["-name", "Kvitt - kunde"]);
        display.lend_to(&mut window);
        let _window = Background::start(&workspace, "xev", &window).unwrap();

        let camera = Camera::before(&display).unwrap();
        let id = camera.window("Kvitt - kunde").unwrap();
        let empty = camera.shoot(&id, &folder.path().join("window.png")).unwrap_err().to_string();
        assert!(empty.contains("window.png is blank"), "{empty}");
        // The frame that the window manager draws around it has a title and buttons.
        let whole = folder.path().join("root.png");
        camera.shoot("root", &whole).unwrap();
        if let Ok(none) = read_code(&whole) {
            assert_eq!(none, None, "there is no code to read");
        }
    }
}
