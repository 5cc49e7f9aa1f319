//! The picture of a code, from its delivery to the customer screen.

use std::time::Duration;

use payment::{Event, Knowledge, Trouble};

use crate::digest::digest;
use crate::picture::{self, PictureError, QrHosts};
use crate::problem::cause_of;
use crate::rail::{Answer, Picture};

/// The size of the QR image that is asked for, in pixels. Always sent: the default has changed (contract 0.4).
pub(crate) const QR_SIDE_PX: u16 = 800;
/// A picture is named by so many bytes of its digest.
const PICTURE_NAME_BYTES: usize = 12;

/// What comes of a picture that was delivered: it is looked at before a customer sees it. `lives` is how long the
/// code works, if that was said.
pub(crate) fn checked(png: Vec<u8>, lives: Option<Duration>, hosts: QrHosts) -> Answer {
    match picture::read_qr(&png, hosts) {
        Ok(content) => {
            let picture = Picture { name: digest(&png, PICTURE_NAME_BYTES), png };
            let event = Event::CodeMade { content, picture: picture.name.clone(), lives };
            Answer { event, picture: Some(picture) }
        }
        Err(error) => bad_picture(error),
    }
}

/// An unreadable picture may be a passing fault; one that leads elsewhere is not, and is not asked for again.
fn bad_picture(error: PictureError) -> Answer {
    tracing::error!(%error, "the QR image is not shown");
    let knowledge =
        if error == PictureError::LeadsElsewhere { Knowledge::Refused } else { Knowledge::Unknown };
    let cause = cause_of(contract::Code::QrRefused);
    Event::Troubled(Trouble { cause, knowledge, pause: None, support_id: None }).into()
}
