//! Talks to Vipps MobilePay over HTTP. Knows nothing of shops, screens or journals.
//!
//! [`Vipps`] is one sales unit seen through one [`Transport`]; [`Partner`] is a partner, for the one thing that is asked for
//! all its sales units at once. Each API has its own handle:
//!
//! | handle | what it does |
//! |---|---|
//! | [`Vipps::ecom`] | payments through eCom v2 |
//! | [`Vipps::epayment`] | payments through ePayment |
//! | [`Vipps::qr`] | codes: of one payment, static ones, the customer's own |
//! | [`Vipps::orders`] | receipts and links (Order Management) |
//! | [`Vipps::webhooks`], [`Partner::webhooks`] | being told about events; [`webhooks::verify`] checks what comes |
//! | [`Vipps::management`] | sales units, merchants, orders of products |
//! | [`Vipps::userinfo`] | what a customer has agreed to share |
//!
//! Every call either gives what was asked for or an [`Error`], which says what it [means](Meaning), whose
//! [fault](Fault) it is, whether the call may be [repeated](Repeat), and how [certain](Certainty) it is that
//! nothing happened; [`next()`] makes a plan of that. Nothing is repeated in here, with one exception: a call
//! that was refused for its access token is sent once more with a new one, because a call that was refused that
//! way has not been processed.
//!
//! ```no_run
//! use std::sync::Arc;
//! use vipps::{Config, Initiate, Keys, Msn, Reqwest, System, TEST_URL, Vipps};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config {
//!     base_url: TEST_URL.parse()?,
//!     msn: Msn::parse("123456")?,
//!     keys: Keys::new("client id", "client secret", "subscription key")?,
//!     system: System::default(),
//! };
//! let vipps = Vipps::new(Arc::new(Reqwest::new()?), config);
//! let order = Initiate {
//!     order_id: "store1-till2-000017-1".to_owned(),
//!     amount: 24_900,
//!     text: "Two coffees and a bun".to_owned(),
//!     fall_back: "https://example.com/thanks".to_owned(),
//!     callback_prefix: "https://example.com/vipps".to_owned(),
//!     auth_token: None,
//!     mobile_number: None,
//!     skip_landing_page: false,
//! };
//! let initiated = vipps.ecom().initiate(&order).await?;
//! let code = vipps.qr().one_time(&initiated.url, 800).await?;
//! let png = vipps.qr().image(&code.image_url).await?;
//! # Ok(())
//! # }
//! ```
//!
//! "Contract 1.2" and the like in these pages name the sections of the project's summary of what Vipps
//! MobilePay has published about its APIs.
#![deny(missing_docs)]

mod answer;
mod call;
mod chronology;
mod client;
mod codes;
mod ecom;
pub mod epayment;
mod error;
mod idempotency_key;
mod keys;
mod lenient;
mod line;
pub mod management;
mod meaning;
mod money;
mod msn;
pub mod orders;
mod over_reqwest;
mod partner;
mod personal;
mod plain;
pub mod qr;
mod question;
mod redacted;
mod retry;
mod shapes;
mod system;
mod token;
mod transport;
mod userinfo;
mod verdict;
pub mod webhooks;

pub use call::Call;
pub use client::{Config, PRODUCTION_URL, TEST_URL, Vipps};
pub use ecom::{
    Cancellation, Details, Ecom, Initiate, Initiated, LogEntry, Modification, Operation, RequestId,
    RequestIdError, Summary,
};
pub use epayment::Epayment;
pub use error::{Error, RETRY_AFTER_MAX};
pub use idempotency_key::{IDEMPOTENCY_KEY_CHARS_MAX, IdempotencyKey, IdempotencyKeyError};
pub use keys::{Key, Keys, KeysError};
pub use line::ServerDate;
pub use management::Management;
pub use meaning::Meaning;
pub use money::{Currency, Money};
pub use msn::{Msn, MsnError};
pub use orders::Orders;
pub use over_reqwest::{CONNECT_TIMEOUT, Network, Proxy, Reqwest, SetUpError, WHOLE_ANSWER_TIMEOUT};
pub use partner::Partner;
pub use personal::Personal;
pub use qr::{IMAGE_BYTES_MAX, OneTimeQr, Qr, SIZE_PX_MAX, SIZE_PX_MIN};
pub use retry::{BUSY_TRIES_MAX, FAULT_TRIES_MAX, Next, WAIT_MAX, next};
pub use system::{SYSTEM_CHARS_MAX, System, SystemError};
pub use transport::{ANSWER_BYTES_MAX, Transport, TransportError};
pub use userinfo::{Address, Userinfo};
pub use verdict::{Certainty, Fault, Repeat};
pub use webhooks::Webhooks;

pub use secrecy::{ExposeSecret, SecretString};
pub use url::Url;
