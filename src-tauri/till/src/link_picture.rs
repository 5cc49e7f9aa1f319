//! The picture on the shop's links: stored once at Vipps MobilePay, before the first link that shows it.
//!
//! Its id says what it shows: a digest of the file. So a picture that is there already is ours, whoever has stored it and
//! whenever, and another file is another picture. Ids are taken for ever and are never overwritten (contract 1.5).

use std::fmt;
use std::sync::{Mutex, PoisonError};

use payment::Order;
use vipps::orders::check_image;
use vipps::{Meaning, Vipps};

use crate::digest::digest;
use crate::errand::is_refusal;

/// How often a link is tried with a picture that can't be stored now, before it goes without.
const TRIES_MAX: u32 = 4;
/// How much of the digest is in the id, in bytes: all of it.
const DIGEST_BYTES: usize = 32;

/// The picture on the shop's links.
pub struct LinkPicture {
    file: Vec<u8>,
    digest: String,
    known: Mutex<Known>,
}

/// What is known of it, in memory alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    Stored,
    Refused,
}

impl LinkPicture {
    /// The picture in `file`: a PNG or JPEG of at most [`vipps::orders::IMAGE_BYTES_MAX`], at least
    /// [`vipps::orders::IMAGE_HEIGHT_PX_MIN`] high.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(file: Vec<u8>) -> Result<LinkPicture, &'static str> {
        check_image(&file)?;
        let digest = digest(&file, DIGEST_BYTES);
        Ok(LinkPicture { file, digest, known: Mutex::new(Known::Nothing) })
    }

    /// Its id at the sales unit `msn`.
    pub fn id(&self, msn: &str) -> String {
        format!("kvitt-{msn}-{}", self.digest)
    }

    /// Its id at the sales unit of `order`, where it is stored if it was not yet. `None` when the link is better off
    /// without it: it was refused, or a link has waited for it long enough.
    ///
    /// # Errors
    /// When it can't be stored now, and the link may wait.
    pub(crate) async fn ready(
        &self,
        vipps: &Vipps,
        order: &Order,
        tries: u32,
    ) -> Result<Option<String>, vipps::Error> {
        let id = self.id(&order.msn);
        match self.known() {
            Known::Stored => return Ok(Some(id)),
            Known::Refused => return Ok(None),
            Known::Nothing => {}
        }
        match vipps.orders().add_image(&id, &self.file).await {
            Ok(()) => self.is_stored(),
            Err(error) if error.meaning() == Meaning::AlreadyThere => self.is_stored(),
            // With which status an id is refused that is taken is not documented. Whether the picture is there, the link
            // will tell.
            Err(error) if is_refusal(&error) => {
                tracing::warn!(picture = %id, %error, "the picture of links was not taken");
            }
            Err(error) if tries < TRIES_MAX => return Err(error),
            Err(error) => {
                tracing::warn!(payment.reference = %order.reference, %error, "a link goes without its picture");
                return Ok(None);
            }
        }
        Ok(Some(id))
    }

    /// It is there: it need not be sent again.
    pub(crate) fn is_stored(&self) {
        self.know(Known::Stored);
    }

    /// A link is taken without it and not with it: links go without it until the program starts again.
    pub(crate) fn is_refused(&self, error: &vipps::Error) {
        tracing::warn!(%error, "links go without their picture: it was refused");
        self.know(Known::Refused);
    }

    fn known(&self) -> Known {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn know(&self, what: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }
}

impl PartialEq for LinkPicture {
    fn eq(&self, other: &LinkPicture) -> bool {
        self.digest == other.digest
    }
}

impl Eq for LinkPicture {}

impl fmt::Debug for LinkPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkPicture").field("digest", &self.digest).finish_non_exhaustive()
    }
}
