//! What crosses a border: the types that the windows and the POS see, and nothing else.
//!
//! Everything here is plain data. The windows get their TypeScript from these types (a test writes
//! `ui/src/contract.ts`), the POS gets its OpenAPI document from them. This crate knows neither what a
//! payment does nor who asks; it depends on none of ours.
//!
//! Texts for people live beside the windows, in `ui/src/text/*.json`; [`words`] reads the part of them
//! that the POS needs too.

pub mod amount;
pub mod capture;
pub mod cart;
pub mod chain;
pub mod code;
pub mod counter;
pub mod kept;
pub mod link;
pub mod origin;
pub mod payment;
pub mod phone;
pub mod pin;
pub mod pos;
pub mod private;
pub mod receipt;
pub mod refund;
pub mod sales_unit;
pub mod screen;
pub mod search;
pub mod totals;
pub mod webhook;
pub mod words;

pub use amount::{Amount, Currency};
pub use capture::{CaptureMode, CaptureView, ModificationStatus, StartCapture};
pub use cart::Cart;
pub use chain::{
    Callbacks, Chain, ChainFound, ChainPayment, ChainRefund, ChainRefundView, ChainSearch, Heard, Join,
    Joined, Newest, News, Person, Store, Telling, ToldEntry,
};
pub use code::Code;
pub use counter::{Contact, Counter, CounterCode, Environment, KeepNumber, PosContact, RecentPayment};
pub use kept::{ErasedNumbers, ExportedNumbers, KeptBy, KeptNumber, KeptNumbers};
pub use link::{LinkKind, LinkStatus, OrderLink};
pub use origin::{Origin, OriginError};
pub use payment::{Flow, Line, Note, PaymentView, Problem, StartPayment, Status};
pub use phone::{Phone, PhoneAct, PhoneView};
pub use pin::{AskRefused, PinState};
pub use pos::{ApiProblem, Change, Health, ScreenNow, Snapshot};
pub use private::Private;
pub use receipt::{ReceiptLine, ReceiptStatus, ReceiptTax, ReceiptView};
pub use refund::{RefundView, StartRefund};
pub use sales_unit::UnitSettings;
pub use screen::{CancelledBy, Screen, ScreenView};
pub use search::{Found, Search};
pub use totals::{DayTotals, SavedTotals, Totals, WhichDay};
pub use webhook::{WebhookEvent, WebhookUrl};
pub use words::{Language, Words};
