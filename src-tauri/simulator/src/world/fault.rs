//! What goes wrong on purpose.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Faults that wait at the same time, at most.
pub(crate) const FAULTS_MAX: usize = 100;
/// How long a silent fault holds the caller if nothing else is said, in milliseconds.
const SILENCE_MS: u64 = 60_000;

/// One thing that goes wrong, a number of times or until it is taken away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// Which calls it strikes.
    pub on: Call,
    /// What happens to them.
    pub kind: FaultKind,
    /// For `slow`: before the answer. For `silent` and `lost`: before the connection ends; 60 000 for `silent` unless
    /// given. In milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// For `status`, `html`: the HTTP status, 503 and 502 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// For `status`: the body, text or JSON. It wins over `shape`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// For `status`: which of the six error shapes of contract 1.2, 7 for that of ePayment, 8 for that of QR
    /// and Order Management; no body unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<u8>,
    /// For `status` in shape 1, 4 or 7: the `errorCode`, `99` unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How many calls it strikes before it goes away; unless given, it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Strikes only calls about this payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Which call of the Vipps MobilePay APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Call {
    /// Get an access token.
    Token,
    /// Start a payment: initiate in eCom, create in ePayment.
    Initiate,
    /// Read a payment: details and the old status call, or the payment and its events.
    Details,
    /// Capture.
    Capture,
    /// Cancel.
    Cancel,
    /// Refund.
    Refund,
    /// The QR API.
    Qr,
    /// Fetch the picture of one.
    Image,
    /// What the simulator tells a webhook. `slow`, `silent`, `refused`, `lost`, `twice` and `outOfOrder` strike it.
    Delivery,
    /// Register, list or delete webhooks.
    Webhooks,
    /// Order Management.
    Orders,
    /// Userinfo.
    Userinfo,
    /// Management.
    Management,
    /// In a fault: every call to the simulator. As the name of a call: one that is none of the others.
    Any,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// Done at once, answered after the delay.
    Slow,
    /// Not done and never answered: the connection is held for the delay, then closed.
    Silent,
    /// Done, but the answer is lost: the connection is closed after the delay, if there is one.
    Lost,
    /// Not done, as if there were nobody to connect to. Over a socket, the connection is closed without a word.
    Refused,
    /// Not done; answered with the given status.
    Status,
    /// Done twice, as when a network repeats a request; the second answer is given.
    Twice,
    /// Done, but the answer breaks off in the middle.
    Cut,
    /// Not done; a gateway's page in place of JSON.
    Html,
    /// Done, but the answer has no body.
    Empty,
    /// Done, but the answer's body is JSON that means nothing.
    Nonsense,
    /// Not done; status 500 in the Azure shape, as in the cancel race (trap 21).
    Azure500,
    /// Not done; the order is locked: code 94, or in ePayment 423 with code 6160.
    Locked,
    /// Not done; 429, with `Retry-After` of `delayMs`, rounded up to seconds, or of two seconds.
    TooMany,
    /// Done, but the answer says that its JSON is `text/html`.
    WrongType,
    /// Only for `delivery`: told after what happens next to the same payment.
    OutOfOrder,
}

impl Fault {
    /// A fault of that kind that stays until it is taken away.
    pub fn new(on: Call, kind: FaultKind) -> Self {
        Self {
            on,
            kind,
            delay_ms: None,
            status: None,
            body: None,
            shape: None,
            code: None,
            times: None,
            reference: None,
        }
    }

    /// The same, but for so many calls only.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// The same, with this delay in milliseconds.
    #[must_use]
    pub fn delay_ms(self, delay_ms: u64) -> Self {
        Self { delay_ms: Some(delay_ms), ..self }
    }

    /// The same, with this HTTP status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    pub(crate) fn delay(&self) -> std::time::Duration {
        let unless_given = if self.kind == FaultKind::Silent { SILENCE_MS } else { 0 };
        std::time::Duration::from_millis(self.delay_ms.unwrap_or(unless_given))
    }

    fn strikes(&self, call: Call, reference: Option<&str>) -> bool {
        let on_this = self.on == call || (self.on == Call::Any && call != Call::Delivery);
        on_this && self.reference.as_deref().is_none_or(|only| reference == Some(only))
    }
}

/// Those that wait, the first first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn replace(&mut self, faults: Vec<Fault>) {
        self.0 = faults;
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.0
    }

    /// The fault that strikes this call, used up by one.
    pub(crate) fn take(&mut self, call: Call, reference: Option<&str>) -> Option<Fault> {
        self.0.retain(|fault| fault.times != Some(0));
        let index = self.0.iter().position(|fault| fault.strikes(call, reference))?;
        let fault = self.0[index].clone();
        match &mut self.0[index].times {
            Some(1) => drop(self.0.remove(index)),
            Some(times) => *times -= 1,
            None => {}
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_up_and_the_next_one_follows() {
        let mut faults = Faults::default();
        faults.replace(vec![
            Fault::new(Call::Capture, FaultKind::Lost).times(2),
            Fault { reference: Some("a".into()), ..Fault::new(Call::Any, FaultKind::Slow) },
        ]);
        let mut kind = |call, reference| faults.take(call, reference).map(|fault| fault.kind);
        assert_eq!(kind(Call::Refund, Some("b")), None);
        assert_eq!(kind(Call::Capture, Some("a")), Some(FaultKind::Lost));
        assert_eq!(kind(Call::Capture, Some("b")), Some(FaultKind::Lost));
        assert_eq!(kind(Call::Capture, Some("b")), None);
        assert_eq!(kind(Call::Capture, Some("a")), Some(FaultKind::Slow));
    }
}
