//! Makes codes for counters at Vipps MobilePay, and has them printed (contract 3.3).
//!
//! A code is put up after the sales unit tells the hub of scans, never before: its customers would read that the shop can't be
//! reached (contract 8, trap 60). What is printed is the picture that Vipps MobilePay draws, and it is read before anybody
//! prints it: drawing one of our own would need their approval (contract 3).

use contract::Code;
use till::{QrHosts, code_of_meaning, read_qr};
use vipps::qr::{Format, Place};

use crate::codes::{self, KeptCode, NewCode};
use crate::{Failure, Hub, KeptStore};

/// The side of a picture for print, in pixels: more than 300 to the inch on an A5 sheet.
const PRINT_PX: u16 = 1_400;

/// A code, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printable {
    /// What it says.
    pub content: String,
    /// The picture of it, a PNG, as Vipps MobilePay has drawn it.
    pub png: Vec<u8>,
}

/// Why Vipps MobilePay did not do it, for whoever typed the command.
pub(crate) fn refused(error: &vipps::Error) -> Failure {
    Failure::refused(code_of_meaning(error.meaning()), format!("Vipps MobilePay did not do it: {error}"))
}

impl Hub {
    /// Makes a code on a counter. Made again under the same name it is described anew, and hers is the till that is named.
    /// The till is told within half a minute that it has one.
    ///
    /// # Errors
    /// When the world does not reach the hub, somebody else is told of scans, there is no such till, the name is of another sales unit's code, or Vipps
    /// MobilePay refuses it.
    pub async fn make_code(&self, new: &NewCode) -> Result<KeptCode, Failure> {
        let id = new.id.clone().unwrap_or_else(|| new.till.clone());
        let new = NewCode { location: new.location.trim().to_owned(), ..new.clone() };
        codes::check(&id, &new.location)?;
        let store = self.store_named(&codes::store_of(&self.0.database, &new.till).await?).await?;
        let msn = &store.store.msn;
        let known = codes::all(&self.0.database).await?.into_iter().find(|code| code.id == id);
        if known.is_some_and(|code| code.store.msn != *msn) {
            let detail = format!("the code {id} is of another sales unit; choose another name");
            return Err(Failure::refused(Code::AlreadyThere, detail));
        }
        let public = self.0.public.clone().ok_or_else(|| {
            let detail = "nobody could tell the hub who scans it: set `publicUrl` in hub.json";
            Failure::refused(Code::NotSetUp, detail)
        })?;
        if !self.ensure_registered(&public, &store).await?.hears_scans {
            let detail = "another program is told of scans of codes there already, and only one can be";
            return Err(Failure::refused(Code::NotSetUp, detail));
        }
        let vipps = self.0.engine.vipps(&store).await?;
        let put = vipps.qr().put_callback(&id, &new.location, Some(Place::InStore)).await;
        put.map_err(|error| refused(&error))?;
        codes::keep(&self.0.database, (&id, &new), msn, self.now()).await?;
        codes::one(&self.0.database, &id).await
    }

    /// All codes on counters.
    pub async fn codes(&self) -> Result<Vec<KeptCode>, Failure> {
        codes::all(&self.0.database).await
    }

    /// Lets another till of the same sales unit hear of who scans a code, or says anew where it is. What is printed stays
    /// as it is.
    ///
    /// # Errors
    /// As for [`Hub::make_code`], and when there is no such code.
    pub async fn change_code(
        &self,
        id: &str,
        till: Option<&str>,
        location: Option<&str>,
    ) -> Result<KeptCode, Failure> {
        let known = codes::one(&self.0.database, id).await?;
        let new = NewCode {
            id: Some(known.id),
            till: till.map_or(known.till, ToOwned::to_owned),
            location: location.map_or(known.location, ToOwned::to_owned),
        };
        self.make_code(&new).await
    }

    /// Takes a code away: what is printed of it never works again.
    ///
    /// # Errors
    /// When there is no such code, or Vipps MobilePay does not take it away. Then it is kept, to be tried again.
    pub async fn delete_code(&self, id: &str) -> Result<(), Failure> {
        let known = codes::one(&self.0.database, id).await?;
        let vipps = self.0.engine.vipps(&self.store_named(&known.store.id).await?).await?;
        match vipps.qr().delete_callback(id).await {
            Err(error) if error.meaning() != vipps::Meaning::NotThere => return Err(refused(&error)),
            Ok(()) | Err(_) => {}
        }
        codes::forget(&self.0.database, id, self.now()).await
    }

    /// A code on a counter, ready to be printed.
    ///
    /// # Errors
    /// When there is no such code, or its picture can't be had or read.
    pub async fn print_code(&self, id: &str) -> Result<(KeptCode, Printable), Failure> {
        let known = codes::one(&self.0.database, id).await?;
        let store = self.store_named(&known.store.id).await?;
        let vipps = self.0.engine.vipps(&store).await?;
        let code = vipps.qr().callback(id, print_format()).await.map_err(|error| refused(&error))?;
        let printable = self.picture_of(&store, &code.image_url, code.content.as_deref()).await?;
        Ok((known, printable))
    }

    /// The picture at `url`, if it says what it should.
    pub(crate) async fn picture_of(
        &self,
        store: &KeptStore,
        url: &str,
        should_say: Option<&str>,
    ) -> Result<Printable, Failure> {
        let vipps = self.0.engine.vipps(store).await?;
        let png = vipps.qr().image(url).await.map_err(|error| refused(&error))?.to_vec();
        let hosts = QrHosts::for_api(self.0.engine.base_url());
        let content =
            read_qr(&png, hosts).map_err(|error| Failure::refused(Code::QrRefused, error.to_string()))?;
        if should_say.is_some_and(|should| should != content) {
            let detail = "the picture says something else than Vipps MobilePay says that it does";
            return Err(Failure::refused(Code::QrRefused, detail));
        }
        Ok(Printable { content, png })
    }

    /// The store of this short name.
    pub(crate) async fn store_named(&self, id: &str) -> Result<KeptStore, Failure> {
        let unknown = || Failure::refused(Code::StoreUnknown, format!("there is no store {id}"));
        self.stores().await?.into_iter().find(|kept| kept.store.id == id).ok_or_else(unknown)
    }
}

/// What a picture comes as that is to be printed.
pub(crate) const fn print_format() -> Format {
    Format::Png { size_px: PRINT_PX }
}
