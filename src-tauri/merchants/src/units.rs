//! The sales units that the keys may see, and what each may do.

use serde_json::json;
use vipps::management::{CaptureType, SalesUnit};
use vipps::{Management, Meaning};

use crate::ending::{Ending, Failure};
use crate::sign_up::stopped;
use crate::voice::Voice;

/// Says what each sales unit may do. The list names them; what they may do is asked one by one (contract 1.8).
pub(crate) async fn list(management: Management<'_>, voice: Voice) -> Result<Ending, Failure> {
    let listed = management.sales_units().await.map_err(|error| Failure::from(stopped(error)))?;
    for short in listed {
        match management.sales_unit(&short.msn).await {
            Ok(unit) => say(&unit, short.name.as_deref(), voice),
            // One that is not active is on the list, and says no more.
            Err(error) if error.meaning() == Meaning::NotThere => say(&short, None, voice),
            Err(error) => return Err(stopped(error).into()),
        }
    }
    Ok(Ending::Done)
}

fn say(unit: &SalesUnit, listed_name: Option<&str>, voice: Voice) {
    let name = unit.name.as_deref().or(listed_name);
    let capture = unit.capture_type.as_ref().map(|capture| match capture {
        CaptureType::Reserve => "ReserveCapture",
        CaptureType::Direct => "DirectCapture",
        CaptureType::Other(other) => other,
    });
    let flags = [
        ("paymentAllowed", unit.payment_allowed),
        ("skipLandingPageAllowed", unit.skip_landing_page_allowed),
        ("partialCaptureAllowed", unit.partial_capture_allowed),
        ("lateCaptureAllowed", unit.late_capture_allowed),
        ("longLivingPaymentAllowed", unit.long_living_payment_allowed),
        ("recurringAllowed", unit.recurring_allowed),
        ("landingPagePhoneNumberLocked", unit.landing_page_phone_number_locked),
        ("creditCardPaymentAllowed", unit.credit_card_payment_allowed),
    ];
    let mut said = json!({ "msn": unit.msn.as_str(), "name": name, "captureType": capture });
    let mut words =
        format!("{}  {}\n  captureType {}", unit.msn, name.unwrap_or("?"), capture.unwrap_or("not said"));
    for (flag, value) in flags {
        said[flag] = json!(value);
        let spoken = value.map_or("not said", |allowed| if allowed { "yes" } else { "no" });
        words = format!("{words}\n  {flag} {spoken}");
    }
    voice.answer(&said, &words);
}
