//! What happens when the process of the customer's page dies: how long until the same screen is back, or whether it
//! comes back at all.

use std::time::Duration;

use anyhow::Result;

use super::measured::{Results, What, Who};
use super::page_server::PageServer;
use super::sale::pause;
use super::scene::{FIGURE, Scene, WORDS};
use crate::background::Background;
use crate::long_life::dead_page::{kill, kill_pages};
use crate::long_life::process_tree::tree;
use crate::till::Till;
use crate::wait::{self, Look};

/// A page of a browser that is not back after so long stays dead.
const BACK_WITHIN: Duration = Duration::from_secs(10);
/// How long the pixels may take to be the same as before, once the page says that it has painted.
const SAME_WITHIN: Duration = Duration::from_secs(2);

/// Kills the customer's page of the program so many times. The end is the page's own word that it has painted, since
/// the last frame of the dead page stays on the display and looks the same; the pixels are compared at the end.
pub(crate) fn again_and_again(
    scene: &Scene,
    (kvitt, till): (&Background, &Till),
    kills: u32,
    results: &mut Results,
) -> Result<()> {
    let eye = scene.look_at(&[WORDS, FIGURE])?;
    till.painted()?;
    pause(SAME_WITHIN)?;
    let picture = eye.now()?;
    for time in kill_pages(kvitt.id(), till, kills)?.all() {
        results.add(What::Killed, Who::Kvitt, *time);
    }
    wait::until("the same pixels as before", SAME_WITHIN, || {
        let same = eye.now()? == picture;
        Ok(if same { Look::Found(()) } else { Look::NotYet("other pixels".to_owned()) })
    })
}

/// Kills the page of a browser, and says whether it was back within ten seconds: it would listen again.
pub(crate) fn comes_back(browser: &Background, server: &PageServer) -> Result<bool> {
    server.forget_listeners();
    for process in tree(browser.id())? {
        let started_with =
            std::fs::read_to_string(format!("/proc/{}/cmdline", process.id)).unwrap_or_default();
        if process.is_page() || started_with.contains("--type=renderer") {
            kill(process.id)?;
        }
    }
    let back = wait::until("the page to be back", BACK_WITHIN, || {
        Ok(if server.listeners() > 0 { Look::Found(()) } else { Look::NotYet("nobody listens".to_owned()) })
    });
    Ok(back.is_ok())
}
