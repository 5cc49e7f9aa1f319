//! From the start of a program until the customer's page is painted for the first time, whole and as it stays.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::browser::Browser;
use super::measured::{Results, What, Who};
use super::page_server::PageServer;
use super::sale::{pause, shows};
use super::scene::{FIGURE, Scene, WORDS, painted, painted_as};
use super::told::show;
use crate::long_life::live::Premises;
use crate::run::instant;
use crate::wait::Look;
use crate::workspace::Workspace;

/// Between the end of one program and the start of the next: what it leaves behind is cleared away.
const REST: Duration = Duration::from_millis(700);
/// What is painted at the first start is taken for the whole page when nothing has changed for so long.
const WHOLE_AFTER: Duration = Duration::from_secs(2);

/// Whom to start, and with what.
pub(crate) struct Starts<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) scene: &'a Scene,
    pub(crate) premises: &'a Premises<'a>,
    pub(crate) server: &'a PageServer,
    /// Where the browsers keep what they remember.
    pub(crate) folder: &'a Path,
}

impl Starts<'_> {
    /// Starts everybody in turn, so many times. The first start of each is not counted: it fills the caches, and shows
    /// what the whole page looks like.
    pub(crate) fn measure(&self, rounds: u32, results: &mut Results) -> Result<()> {
        let everybody = [
            (Who::Kvitt, None),
            (Who::Chromium, Some(Browser::Chromium)),
            (Who::BareWebKit, Some(Browser::BareWebKit)),
        ];
        let mut whole = [0; 3];
        for round in 0..=rounds {
            for (whole, (who, browser)) in whole.iter_mut().zip(everybody) {
                let time = self.start(browser, whole)?;
                if round > 0 {
                    results.add(What::FirstPaint, who, time);
                }
                pause(REST)?;
            }
        }
        Ok(())
    }

    /// Starts one, and ends it. `whole` is the picture of the whole page, or 0 as long as that is not known.
    fn start(&self, browser: Option<Browser>, whole: &mut u64) -> Result<Duration> {
        let eye = self.scene.look_at(&[WORDS, FIGURE])?;
        let begun = instant();
        let (_running, till) = match browser {
            None => {
                let (running, till) = self.premises.start()?;
                (running, Some(till))
            }
            Some(browser) => {
                let folder = self.folder.join(browser.name());
                (show(self.workspace, self.scene, (browser, &folder), self.server)?, None)
            }
        };
        if *whole == 0 {
            painted(&eye, "the first page", begun, || match &till {
                Some(till) => shows(till, "idle"),
                None => Ok(Look::Found(())),
            })?;
            pause(WHOLE_AFTER)?;
            *whole = eye.now()?;
        }
        Ok(painted_as(&eye, "the whole page", begun, *whole)? - begun)
    }
}
