use std::time::Duration;

use serde_json::json;
use vipps::{ANSWER_BYTES_MAX, Call, Certainty, Error, Fault, Meaning, Repeat, TransportError};

use crate::calls::good;
use crate::support::{Fake, answer, problem, refusal};

const WAIT: Duration = Duration::from_secs(2);

/// The calls that change nothing.
const READS: [Call; 23] = [
    Call::Details,
    Call::EpaymentGet,
    Call::EpaymentEvents,
    Call::OneTimeQr,
    Call::QrImage,
    Call::RedirectList,
    Call::RedirectGet,
    Call::CallbackList,
    Call::CallbackGet,
    Call::ExchangeCode,
    Call::ExchangeCustomer,
    Call::OrderGet,
    Call::CategoryList,
    Call::CategoryGet,
    Call::WebhookList,
    Call::SalesUnitList,
    Call::SalesUnitGet,
    Call::MerchantGet,
    Call::MerchantSalesUnits,
    Call::ProductOrderList,
    Call::ProductOrderGet,
    Call::PricePackageList,
    Call::Userinfo,
];

/// The calls that may be repeated without harm, because they set something to what is sent.
const SETS: [Call; 9] = [
    Call::RedirectUpdate,
    Call::RedirectDelete,
    Call::CallbackPut,
    Call::CallbackPutMobilePay,
    Call::CallbackDelete,
    Call::CategorySet,
    Call::CategoryDelete,
    Call::WebhookDelete,
    Call::ProductOrderDelete,
];

/// What a call ends with if it is answered like that.
async fn end_of(
    call: Call,
    answer: impl Fn() -> Result<http::Response<bytes::Bytes>, TransportError> + Send + Sync + 'static,
) -> Error {
    let fake = Fake::with_token(move |_| answer());
    let result = good(call).ask(&fake.vipps()).await;
    let error = result.expect_err("it was no success");
    assert_eq!(error.call(), call);
    error
}

#[tokio::test]
async fn codes_decide() {
    use Certainty::{NotDone, Unknown};
    use Repeat::{AfterReading, Later, Never};
    let cases = [
        (Call::Initiate, 400, "34", Meaning::DuplicateOrder, Fault::Ours, Never, Unknown),
        (Call::Initiate, 400, "37", Meaning::SalesUnitInactive, Fault::Merchant, Never, NotDone),
        (Call::Initiate, 400, "51", Meaning::ScopeNotAllowed, Fault::Merchant, Never, NotDone),
        (Call::Initiate, 400, "81", Meaning::NumberRefused, Fault::Customer, Never, NotDone),
        (Call::Initiate, 500, "99", Meaning::VippsFault, Fault::Vipps, AfterReading, Unknown),
        (Call::Initiate, 429, "98", Meaning::TooManyRequests, Fault::Ours, Later(WAIT), NotDone),
        (Call::Details, 402, "35", Meaning::UnknownOrder, Fault::Merchant, Never, NotDone),
        (Call::Capture, 400, "61", Meaning::AboveReserved, Fault::Ours, Never, NotDone),
        (Call::Capture, 400, "62", Meaning::NotReserved, Fault::Customer, Never, NotDone),
        (Call::Capture, 400, "63", Meaning::CaptureRefused, Fault::Vipps, AfterReading, Unknown),
        (Call::Capture, 400, "92", Meaning::AlreadyProcessed, Fault::Ours, AfterReading, Unknown),
        (Call::Capture, 400, "94", Meaning::OrderLocked, Fault::Vipps, Later(WAIT), Unknown),
        (Call::Capture, 400, "98", Meaning::TooOld, Fault::Merchant, Never, NotDone),
        (Call::Capture, 429, "98", Meaning::TooManyRequests, Fault::Ours, Later(WAIT), NotDone),
        (Call::Capture, 400, "99", Meaning::VippsFault, Fault::Vipps, AfterReading, Unknown),
        (Call::Capture, 500, "61", Meaning::AboveReserved, Fault::Ours, Never, Unknown),
        (Call::Capture, 402, "44", Meaning::CardExpired, Fault::Customer, Never, NotDone),
        (Call::Capture, 400, "amount", Meaning::BadRequest, Fault::Ours, Never, NotDone),
        (Call::Cancel, 400, "51", Meaning::AlreadyCaptured, Fault::Ours, Never, NotDone),
        (Call::Cancel, 400, "52", Meaning::CancelFailed, Fault::Vipps, AfterReading, Unknown),
        (Call::Refund, 400, "74", Meaning::RefundWithoutFunds, Fault::Merchant, Never, NotDone),
        (Call::Refund, 400, "93", Meaning::RepeatDiffers, Fault::Ours, Never, NotDone),
    ];
    for (call, status, code, meaning, fault, repeat, certainty) in cases {
        let error = end_of(call, move || refusal(status, code)).await;
        assert_eq!(error.meaning(), meaning, "{call} {status} {code}");
        assert_eq!(error.fault(), fault, "{call} {status} {code}");
        assert_eq!(error.repeat(), repeat, "{call} {status} {code}");
        assert_eq!(error.certainty(), certainty, "{call} {status} {code}");
        assert_eq!(error.status(), Some(status));
        assert_eq!((error.code(), error.support_id()), (Some(code), Some("c-1")));
    }
}

#[tokio::test]
async fn codes_of_epayment_decide() {
    use Call::{EpaymentCancel, EpaymentCapture, EpaymentCreate, EpaymentGet, EpaymentRefund};
    use Certainty::{NotDone, Unknown};
    use Repeat::{AfterReading, Later, Never};
    let cases = [
        (EpaymentCreate, 400, "7010", Meaning::NumberRefused, Fault::Customer, Never, NotDone),
        (EpaymentCreate, 400, "4060", Meaning::PersonalQrRefused, Fault::Customer, Never, NotDone),
        (EpaymentCreate, 400, "5040", Meaning::CurrencyRefused, Fault::Merchant, Never, NotDone),
        (EpaymentCreate, 403, "5080", Meaning::PushNotAllowed, Fault::Merchant, Never, NotDone),
        (EpaymentCreate, 409, "4150", Meaning::DuplicateOrder, Fault::Ours, Never, Unknown),
        (EpaymentCreate, 409, "4020", Meaning::AlreadyProcessed, Fault::Ours, AfterReading, Unknown),
        (EpaymentCreate, 500, "3010", Meaning::VippsFault, Fault::Vipps, AfterReading, Unknown),
        (EpaymentGet, 404, "5090", Meaning::UnknownOrder, Fault::Merchant, Never, NotDone),
        (EpaymentCapture, 400, "6090", Meaning::AboveReserved, Fault::Ours, Never, NotDone),
        (EpaymentCapture, 400, "6080", Meaning::NotReserved, Fault::Customer, Never, NotDone),
        (EpaymentCapture, 400, "6140", Meaning::PartialCaptureRefused, Fault::Merchant, Never, NotDone),
        (EpaymentCapture, 400, "6170", Meaning::AlreadyProcessed, Fault::Ours, AfterReading, Unknown),
        (EpaymentCapture, 400, "6260", Meaning::FundsGone, Fault::Customer, Never, NotDone),
        (EpaymentCapture, 400, "6280", Meaning::CaptureRefused, Fault::Vipps, AfterReading, Unknown),
        (EpaymentCapture, 409, "4010", Meaning::RepeatDiffers, Fault::Ours, Never, NotDone),
        (EpaymentCapture, 409, "6160", Meaning::OrderLocked, Fault::Vipps, Later(WAIT), Unknown),
        (EpaymentCapture, 423, "6160", Meaning::OrderLocked, Fault::Vipps, Later(WAIT), Unknown),
        (EpaymentRefund, 400, "6150", Meaning::RefundAboveCaptured, Fault::Ours, Never, NotDone),
        (EpaymentRefund, 403, "5100", Meaning::RefundNotAllowed, Fault::Merchant, Never, NotDone),
        (EpaymentCancel, 400, "6060", Meaning::AlreadyApproved, Fault::Ours, Never, NotDone),
        (EpaymentCancel, 400, "6190", Meaning::AlreadyProcessed, Fault::Ours, AfterReading, Unknown),
        (EpaymentCancel, 400, "6250", Meaning::OrderLocked, Fault::Vipps, Later(WAIT), Unknown),
        (EpaymentCancel, 400, "61", Meaning::BadRequest, Fault::Ours, Never, NotDone),
    ];
    for (call, status, code, meaning, fault, repeat, certainty) in cases {
        let error = end_of(call, move || problem(status, code)).await;
        assert_eq!(error.meaning(), meaning, "{call} {status} {code}");
        assert_eq!(error.fault(), fault, "{call} {status} {code}");
        assert_eq!(error.repeat(), repeat, "{call} {status} {code}");
        assert_eq!(error.certainty(), certainty, "{call} {status} {code}");
        assert_eq!((error.code(), error.support_id()), (Some(code), Some("00-5f-01")));
    }
}

#[tokio::test]
async fn apis_without_codes_say_what_is_there() {
    let cases = [
        (Call::RedirectCreate, 409, Meaning::AlreadyThere, Certainty::Unknown, Repeat::Never),
        (Call::RedirectGet, 404, Meaning::NotThere, Certainty::NotDone, Repeat::Never),
        (Call::RedirectCreate, 415, Meaning::UnsupportedMediaType, Certainty::NotDone, Repeat::Never),
        (Call::CallbackPutMobilePay, 409, Meaning::AlreadyThere, Certainty::Unknown, Repeat::Never),
        (Call::CallbackPut, 403, Meaning::KeysRefused, Certainty::NotDone, Repeat::Never),
        (Call::CallbackDelete, 404, Meaning::NotThere, Certainty::NotDone, Repeat::Never),
        (Call::ExchangeCode, 400, Meaning::PersonalQrRefused, Certainty::NotDone, Repeat::Never),
        (Call::ExchangeCustomer, 400, Meaning::PersonalQrRefused, Certainty::NotDone, Repeat::Never),
        (Call::ReceiptAdd, 409, Meaning::AlreadyThere, Certainty::Unknown, Repeat::Never),
        (Call::ReceiptAdd, 404, Meaning::UnknownOrder, Certainty::NotDone, Repeat::Never),
        (Call::ReceiptAdd, 400, Meaning::BadRequest, Certainty::NotDone, Repeat::Never),
        (Call::CategoryGet, 404, Meaning::NotThere, Certainty::NotDone, Repeat::Never),
        (Call::CategoryDelete, 404, Meaning::NotThere, Certainty::NotDone, Repeat::Never),
        (Call::CategorySet, 503, Meaning::VippsFault, Certainty::Unknown, Repeat::Later(WAIT)),
        (Call::WebhookRegister, 400, Meaning::BadRequest, Certainty::NotDone, Repeat::Never),
        (Call::WebhookRegister, 500, Meaning::VippsFault, Certainty::Unknown, Repeat::AfterReading),
        (Call::SalesUnitGet, 404, Meaning::NotThere, Certainty::NotDone, Repeat::Never),
        (Call::ProductOrderCreate, 500, Meaning::VippsFault, Certainty::Unknown, Repeat::AfterReading),
        (Call::Userinfo, 404, Meaning::NotThere, Certainty::NotDone, Repeat::Never),
        (Call::WebhookDelete, 404, Meaning::NotThere, Certainty::NotDone, Repeat::Never),
    ];
    for (call, status, meaning, certainty, repeat) in cases {
        let error = end_of(call, move || {
            let reasons = json!([{"name": "Url", "reason": "no"}]);
            answer(
                status,
                json!({"title": "no", "detail": "no", "instance": "i-1", "invalidParams": reasons}),
            )
        })
        .await;
        assert_eq!(error.meaning(), meaning, "{call} {status}");
        assert_eq!((error.certainty(), error.repeat()), (certainty, repeat), "{call} {status}");
        assert_eq!((error.code(), error.support_id()), (Some("Url"), Some("i-1")));
    }
}

#[tokio::test]
async fn answers_without_a_code_are_not_believed_further_than_they_go() {
    use Certainty::{NotDone, Unknown};
    let cases = [
        (
            Call::Capture,
            500,
            r#"{"responseInfo":{"responseCode":500,"responseMessage":"Something went wrong"}}"#,
            Meaning::VippsFault,
            Unknown,
        ),
        (Call::Cancel, 500, "", Meaning::VippsFault, Unknown),
        (Call::Capture, 502, "<html><body>502 Bad Gateway</body></html>", Meaning::VippsFault, Unknown),
        (Call::Details, 503, "", Meaning::VippsFault, Unknown),
        (Call::EpaymentCapture, 409, "", Meaning::RepeatDiffers, Unknown),
        (Call::EpaymentCreate, 409, "", Meaning::DuplicateOrder, Unknown),
        (Call::EpaymentCapture, 423, "", Meaning::OrderLocked, Unknown),
        (Call::EpaymentCapture, 201, "{}", Meaning::Nonsense, Unknown),
        (Call::EpaymentCreate, 201, r#"{"reference":"another-one"}"#, Meaning::Nonsense, Unknown),
        (Call::EpaymentCreate, 400, "<html></html>", Meaning::BadRequest, Unknown),
        (Call::Capture, 402, "", Meaning::BadRequest, Unknown),
        (Call::Capture, 400, "<html></html>", Meaning::BadRequest, Unknown),
        (Call::Capture, 400, r#"["went wrong"]"#, Meaning::BadRequest, Unknown),
        (Call::Capture, 403, "", Meaning::KeysRefused, NotDone),
        (Call::Capture, 404, "", Meaning::UnknownOrder, NotDone),
        (Call::Capture, 429, "", Meaning::TooManyRequests, NotDone),
        (Call::Details, 402, "", Meaning::UnknownOrder, NotDone),
        (Call::Details, 404, "", Meaning::UnknownOrder, NotDone),
        (Call::Capture, 302, "", Meaning::Nonsense, Unknown),
        (Call::Capture, 204, "", Meaning::Nonsense, Unknown),
        (Call::Capture, 200, "", Meaning::Nonsense, Unknown),
        (Call::Capture, 200, r#"{"orderId":"order-1"}"#, Meaning::Nonsense, Unknown),
        (Call::Capture, 200, r#"[{"errorCode":"61"}]"#, Meaning::Nonsense, Unknown),
        (
            Call::Initiate,
            200,
            r#"{"orderId":"order-2","url":"https://example.com"}"#,
            Meaning::Nonsense,
            Unknown,
        ),
        (Call::Cancel, 200, r#"{"orderId":"order-2"}"#, Meaning::Nonsense, Unknown),
        (
            Call::Details,
            200,
            r#"{"orderId":"order-2","transactionLogHistory":[]}"#,
            Meaning::Nonsense,
            Unknown,
        ),
    ];
    for (call, status, body, meaning, certainty) in cases {
        let error = end_of(call, move || answer(status, body)).await;
        assert_eq!(error.meaning(), meaning, "{call} {status} {body}");
        assert_eq!(error.certainty(), certainty, "{call} {status} {body}");
        assert_eq!((error.status(), error.support_id()), (Some(status), None));
    }
}

#[tokio::test]
async fn a_success_of_a_capture_is_200_and_nothing_else() {
    let body = json!({"orderId": "order-1", "transactionSummary": crate::support::summary_body(20_000)});
    for status in [201, 202, 206] {
        let body = body.clone();
        let error = end_of(Call::Capture, move || answer(status, body.clone())).await;
        assert_eq!((error.meaning(), error.certainty()), (Meaning::Nonsense, Certainty::Unknown), "{status}");
    }
    // Found by the tests of `anything`: a code in such an answer does not make it a refusal.
    let error = end_of(Call::Capture, || refusal(201, "35")).await;
    assert_eq!((error.meaning(), error.certainty()), (Meaning::Nonsense, Certainty::Unknown));
}

#[tokio::test]
async fn not_sent_and_not_answered_are_different_things() {
    let calls = Call::ALL.iter().copied().filter(|call| *call != Call::Token);
    for call in calls {
        let error = end_of(call, || Err(TransportError::NotSent("no route".into()))).await;
        assert_eq!((error.meaning(), error.fault()), (Meaning::Unreachable, Fault::Network));
        assert_eq!((error.certainty(), error.repeat()), (Certainty::NotDone, Repeat::Now));
        let error = end_of(call, || Err(TransportError::NoAnswer("timed out".into()))).await;
        assert_eq!((error.meaning(), error.fault()), (Meaning::NoAnswer, Fault::Network));
        assert_eq!(error.certainty(), Certainty::Unknown);
        let read = READS.contains(&call) || SETS.contains(&call);
        let expected = if read { Repeat::Later(WAIT) } else { Repeat::AfterReading };
        assert_eq!(error.repeat(), expected, "{call}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_may_have_been_a_success() {
    let ends = [
        end_of(Call::Capture, || Err(TransportError::TooLarge)).await,
        // A transport that does not keep the limit gets no further.
        end_of(Call::Capture, || answer(200, " ".repeat(ANSWER_BYTES_MAX + 1))).await,
    ];
    for error in ends {
        assert_eq!((error.meaning(), error.certainty()), (Meaning::Nonsense, Certainty::Unknown));
        assert_eq!(error.repeat(), Repeat::AfterReading);
    }
}

#[tokio::test]
async fn the_wish_to_wait_is_honoured() {
    let busy = |seconds: &'static str| {
        move || {
            let mut busy = answer(429, "")?;
            busy.headers_mut().insert("retry-after", seconds.parse().unwrap());
            Ok(busy)
        }
    };
    let error = end_of(Call::Capture, busy("17")).await;
    let wish = Duration::from_secs(17);
    assert_eq!((error.repeat(), error.retry_after()), (Repeat::Later(wish), Some(wish)));
    let error = end_of(Call::Capture, busy("0")).await;
    assert_eq!((error.repeat(), error.retry_after()), (Repeat::Later(WAIT), Some(Duration::ZERO)));
}
