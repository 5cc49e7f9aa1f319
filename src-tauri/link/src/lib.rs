//! Ties a till to the hub of its chain: tells it what is written down, and asks it for what a till can't do itself.
//!
//! The till works on when the hub is away. What was written meanwhile is in the journal, and the hub says how much of it
//! it has: nothing is decided here by how far it was told, so nothing can be torn, and nothing is told twice or left out. A
//! note of what was heard is for people, but for what the sales unit may do: the till knows that from it until the hub is
//! heard again.
//!
//! This crate knows neither what a payment does nor what a hub does with what it is told.

mod at_counter;
mod client;
mod listening;
mod membership;
mod note;
mod sales_unit;
mod telling;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use contract::{ChainFound, ChainRefund, ChainRefundView, ChainSearch, Code, Store};
use till::{Refused, Till};
use tokio::sync::watch;

use crate::client::Client;
pub use crate::client::{AddressError, HubAddress};
pub use crate::membership::{FILE, Membership, MembershipError};
pub use crate::note::{NOTE_FILE, Note};
pub use crate::telling::{Pace, State};

/// What a till can ask of its chain. Clones are the same link.
#[derive(Clone)]
pub struct Link(Option<Arc<Tie>>);

struct Tie {
    client: Client,
    membership: Membership,
    state: watch::Receiver<State>,
}

impl Link {
    /// That of a till that belongs to no chain: whatever is asked is refused.
    pub fn none() -> Link {
        Link(None)
    }

    /// That of the till whose membership is in the settings folder `config`; none if there is no such file. From now on
    /// the hub is told, and what is heard from it is noted in the data folder `data`. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the membership can't be read.
    pub fn open(till: &Till, config: &Path, data: &Path, pace: Pace) -> Result<Link, MembershipError> {
        let Some(membership) = Membership::read(config)? else { return Ok(Link::none()) };
        let client = Client::new(&membership.hub, Some(&membership.key)).map_err(MembershipError::Client)?;
        let unit = Note::read(data).and_then(|note| note.unit);
        let (told, state) = watch::channel(State { unit, ..State::default() });
        tokio::spawn(at_counter::follow(till.clone(), state.clone()));
        tokio::spawn(sales_unit::follow(till.clone(), state.clone()));
        tokio::spawn(telling::run(till.clone(), client.clone(), pace, told.clone()));
        let listening = listening::Listening {
            till: till.clone(),
            client: client.clone(),
            pace,
            state: told,
            // Without an address of its own the hub hears nothing either.
            is_told: membership.callbacks.is_some(),
        };
        tokio::spawn(listening.run());
        tokio::spawn(note::keep(state.clone(), data.to_owned()));
        Ok(Link(Some(Arc::new(Tie { client, membership, state }))))
    }

    /// The store that the till stands in, if it belongs to a chain.
    pub fn store(&self) -> Option<&Store> {
        self.0.as_ref().map(|tie| &tie.membership.store)
    }

    /// How the telling goes, if the till belongs to a chain.
    pub fn state(&self) -> Option<watch::Receiver<State>> {
        self.0.as_ref().map(|tie| tie.state.clone())
    }

    /// The stores of the chain.
    ///
    /// # Errors
    /// `no_hub`, `hub_unreachable`, or what the hub says.
    pub async fn stores(&self) -> Result<Vec<Store>, Refused> {
        self.client()?.stores().await
    }

    /// The payments of all stores that were looked for, newest request first.
    ///
    /// # Errors
    /// `no_hub`, `hub_unreachable`, or what the hub says.
    pub async fn search(&self, search: &ChainSearch) -> Result<ChainFound, Refused> {
        self.client()?.search(search).await
    }

    /// Asks for money of some store's payment to be given back. When this returns well it will be, however often it is
    /// sent and whatever breaks; the same request under the same key is the same refund.
    ///
    /// # Errors
    /// `no_hub`, what the hub says, or `hub_unreachable`: then it may have been heard, and is to be asked for again under the
    /// same key.
    pub async fn refund(&self, asked: &ChainRefund, key: &str) -> Result<ChainRefundView, Refused> {
        self.client()?.refund(asked, key).await
    }

    /// A refund that this till asked for, once it has ended, or after `wait`.
    ///
    /// # Errors
    /// `no_hub`, `hub_unreachable`, or what the hub says.
    pub async fn refund_of(&self, id: &str, wait: Duration) -> Result<ChainRefundView, Refused> {
        self.client()?.refund_of(id, wait).await
    }

    fn client(&self) -> Result<&Client, Refused> {
        let none =
            || Refused::new(Code::NoHub, "this till belongs to no chain; let it join with `kvitt join`");
        self.0.as_ref().map(|tie| &tie.client).ok_or_else(none)
    }
}
