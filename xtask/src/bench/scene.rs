//! The display that everything is measured on: its size, what stands where on the customer's page, and who looks.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::eye::{Change, Eye};
use super::framebuffer::{Framebuffer, Region};
use crate::camera::{self, Camera};
use crate::display::Display;
use crate::wait::Look;
use crate::workspace::Workspace;

/// The words of the customer's page on a whole display of 1920 × 1080: headline and amount, without the countdown.
pub(crate) const WORDS: Region = Region { x: 60, y: 140, width: 850, height: 440, step: 8 };
/// What stands beside them: the code, the lines of the cart, or a shape.
pub(crate) const FIGURE: Region = Region { x: 1016, y: 170, width: 800, height: 800, step: 24 };

/// How long anything may take to be painted.
const LIMIT: Duration = Duration::from_secs(30);

/// The customer's window fills the display, as it fills its own monitor in a shop; the cashier's is behind it.
const WINDOWS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications>
    <application title="Kvitt*kunde"><fullscreen>yes</fullscreen><layer>above</layer></application>
    <application title="Kvitt*kasse"><focus>no</focus><layer>below</layer></application>
  </applications>
</openbox_config>
"#;

/// A display that is looked at.
pub(crate) struct Scene {
    pub(crate) display: Display,
    picture: Arc<Framebuffer>,
    folder: PathBuf,
}

impl Scene {
    /// Opens it; what it shows is kept in `folder`.
    pub(crate) fn open(workspace: &Workspace, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let windows = folder.join("openbox.xml");
        std::fs::write(&windows, WINDOWS)?;
        let server = ["-fbdir".as_ref(), folder.as_os_str()];
        let manager = ["--config-file".as_ref(), windows.as_os_str()];
        let display = Display::open_with(workspace, &server, &manager)?;
        // The pointer would be seen in the middle.
        Camera::before(&display)?;
        let picture = Arc::new(Framebuffer::open(folder)?);
        Ok(Self { display, picture, folder: folder.to_owned() })
    }

    /// Takes a picture of the display, and fails unless the code on it says `content`: what is measured is what can be
    /// scanned.
    pub(crate) fn must_show_code(&self, content: &str) -> Result<()> {
        let file = self.folder.join("code.png");
        Camera::before(&self.display)?.shoot("root", &file)?;
        match camera::read_code(&file)? {
            Some(read) if read != content => {
                bail!("the code on the display says {read}, and must say {content}")
            }
            _ => Ok(()),
        }
    }

    /// Begins to look at `regions`.
    pub(crate) fn look_at(&self, regions: &[Region]) -> Result<Eye> {
        Eye::open(self.picture.clone(), regions)
    }
}

/// Waits until something has been painted since `begun` and `done` says that it is what was waited for. Gives when the
/// last pixel changed.
pub(crate) fn painted(
    eye: &Eye,
    what: &str,
    begun: Instant,
    done: impl FnMut() -> Result<Look<()>>,
) -> Result<Instant> {
    let changes = eye.settled(what, begun, LIMIT, done)?;
    last(&changes)
}

/// Waits until `picture` is painted, and gives when it first was.
pub(crate) fn painted_as(eye: &Eye, what: &str, begun: Instant, picture: u64) -> Result<Instant> {
    let changes = eye.settled(what, begun, LIMIT, || {
        Ok(if eye.now()? == picture { Look::Found(()) } else { Look::NotYet("another picture".to_owned()) })
    })?;
    last(&changes)
}

fn last(changes: &[Change]) -> Result<Instant> {
    changes.last().map(|change| change.at).context("nothing has changed")
}
