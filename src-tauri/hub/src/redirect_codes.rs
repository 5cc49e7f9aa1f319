//! Static codes that lead to a page of the shop (contract 3.2). They start no payment. Vipps MobilePay keeps them, and nobody
//! else: they are asked for by store and name.

use std::time::Duration;

use vipps::qr::{Redirect, RedirectCode};

use crate::audit;
use crate::counter_codes::{print_format, refused};
use crate::{Failure, Hub, Printable};

impl Hub {
    /// All codes of the store that lead somewhere.
    ///
    /// # Errors
    /// When there is no such store, or Vipps MobilePay does not say.
    pub async fn redirects(&self, store: &str) -> Result<Vec<RedirectCode>, Failure> {
        let vipps = self.0.engine.vipps(&self.store_named(store).await?).await?;
        vipps.qr().redirects(print_format()).await.map_err(|error| refused(&error))
    }

    /// Makes a code that leads to `target`, for ever or for `life`. What the API would refuse is refused before anything is
    /// sent: see [`Redirect`] for what it takes.
    ///
    /// # Errors
    /// `already_there` when there is one of that name, perhaps made by an earlier try of this very call.
    pub async fn make_redirect(
        &self,
        store: &str,
        id: &str,
        target: &str,
        life: Option<Duration>,
    ) -> Result<RedirectCode, Failure> {
        let vipps = self.0.engine.vipps(&self.store_named(store).await?).await?;
        let redirect = Redirect { id: id.to_owned(), target_url: target.to_owned(), life };
        let made = vipps.qr().create_redirect(&redirect, print_format()).await;
        let made = made.map_err(|error| refused(&error))?;
        self.note("made a code that leads somewhere", &format!("{id} of {store} to {target}")).await?;
        Ok(made)
    }

    /// Makes a code lead to `target` from now on. What is printed stays as it is.
    ///
    /// # Errors
    /// When there is no such store or code, or Vipps MobilePay refuses the target.
    pub async fn change_redirect(
        &self,
        store: &str,
        id: &str,
        target: &str,
    ) -> Result<RedirectCode, Failure> {
        let vipps = self.0.engine.vipps(&self.store_named(store).await?).await?;
        let changed = vipps.qr().retarget_redirect(id, target, print_format()).await;
        let changed = changed.map_err(|error| refused(&error))?;
        self.note("made a code lead elsewhere", &format!("{id} of {store} to {target}")).await?;
        Ok(changed)
    }

    /// Takes a code away: what is printed of it never works again.
    ///
    /// # Errors
    /// When there is no such store or code.
    pub async fn delete_redirect(&self, store: &str, id: &str) -> Result<(), Failure> {
        let vipps = self.0.engine.vipps(&self.store_named(store).await?).await?;
        vipps.qr().delete_redirect(id).await.map_err(|error| refused(&error))?;
        self.note("took a code away that led somewhere", &format!("{id} of {store}")).await
    }

    /// A code that leads somewhere, ready to be printed.
    ///
    /// # Errors
    /// When there is no such store or code, or its picture can't be had or read.
    pub async fn print_redirect(&self, store: &str, id: &str) -> Result<(RedirectCode, Printable), Failure> {
        let store = self.store_named(store).await?;
        let vipps = self.0.engine.vipps(&store).await?;
        let code = vipps.qr().redirect(id, print_format()).await.map_err(|error| refused(&error))?;
        let printable = self.picture_of(&store, &code.image_url, None).await?;
        Ok((code, printable))
    }

    async fn note(&self, did: &str, what: &str) -> Result<(), Failure> {
        let mut change = self.0.database.change().await?;
        audit::note(&mut change, self.now(), "operator", did, what).await?;
        Ok(change.commit().await?)
    }
}
