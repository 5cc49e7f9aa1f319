//! Error codes, and what they mean. Each API counts its own.

use crate::{Call, Meaning};

/// What an eCom error code means to a call; nothing if the code is not in the table of contract 1.2.
///
/// Some numbers mean two things, and the group that tells them apart is not spelled reliably (contract 0.20),
/// so the call decides.
pub(crate) fn of_ecom(call: Call, code: &str) -> Option<Meaning> {
    Some(match code {
        "31" => Meaning::MerchantBlocked,
        "32" | "33" => Meaning::MerchantLimit,
        "34" => Meaning::DuplicateOrder,
        "35" => Meaning::UnknownOrder,
        "36" => Meaning::AgreementUnsigned,
        "37" => Meaning::SalesUnitInactive,
        "38" => Meaning::PushNotAllowed,
        "39" => Meaning::LongLivingNotAllowed,
        "41" => Meaning::NoCard,
        "42" => Meaning::RefusedByBank,
        "43" => Meaning::AmountRefusedByBank,
        "44" => Meaning::CardExpired,
        "45" => Meaning::ReservationFailed,
        "51" if call == Call::Initiate => Meaning::ScopeNotAllowed,
        "51" => Meaning::AlreadyCaptured,
        "52" => Meaning::CancelFailed,
        "53" | "62" => Meaning::NotReserved,
        "61" => Meaning::AboveReserved,
        "63" => Meaning::CaptureRefused,
        "71" => Meaning::RefundAboveCaptured,
        "72" => Meaning::RefundOfReservation,
        "73" => Meaning::RefundOfCancelled,
        "74" => Meaning::RefundWithoutFunds,
        "81" => Meaning::NumberRefused,
        "82" => Meaning::AppOutdated,
        "91" => Meaning::NotAllowed,
        "92" => Meaning::AlreadyProcessed,
        // Only these two carry a request id that could have been used before.
        "93" if matches!(call, Call::Capture | Call::Refund) => Meaning::RepeatDiffers,
        "93" => Meaning::BadRequest,
        "94" => Meaning::OrderLocked,
        "95" | "96" => Meaning::TooOld,
        "97" => Meaning::PaymentsNotAllowed,
        "98" if matches!(call, Call::Capture | Call::Cancel) => Meaning::TooOld,
        "98" => Meaning::TooManyRequests,
        "99" => Meaning::VippsFault,
        "1082" => Meaning::UserNotVerified,
        _ => return None,
    })
}

/// What an ePayment error code means to a call; nothing if the code is not in the table of contract 1.4.
pub(crate) fn of_epayment(call: Call, code: &str) -> Option<Meaning> {
    Some(match code {
        "3010" => Meaning::VippsFault,
        // On its own number it stands for a reference that is taken as well.
        "4150" if call == Call::EpaymentCreate => Meaning::DuplicateOrder,
        "4010" | "4150" => Meaning::RepeatDiffers,
        "4050" | "4060" => Meaning::PersonalQrRefused,
        "4070" | "7010" => Meaning::NumberRefused,
        "4080" | "5030" => Meaning::ScopeNotAllowed,
        // Amount, URL, metadata, missing parameter, method; sources and Express, which are never asked for;
        // expiry too late, too soon, without a receipt.
        "4040" | "4090" | "4100" | "4110" | "4120" | "4130" | "4140" | "4160" | "5010" | "5020" | "6110"
        | "6120" | "6130" => Meaning::BadRequest,
        "5040" => Meaning::CurrencyRefused,
        "5050" => Meaning::LongLivingNotAllowed,
        "5060" => Meaning::SalesUnitInactive,
        "5070" => Meaning::PaymentsNotAllowed,
        "5080" => Meaning::PushNotAllowed,
        "5090" => Meaning::UnknownOrder,
        "5100" => Meaning::RefundNotAllowed,
        "6010" => Meaning::AmountTooSmall,
        "6020" => Meaning::RefundOfReservation,
        "6030" | "6100" | "6220" => Meaning::TooOld,
        "6040" => Meaning::AlreadyCaptured,
        "6060" => Meaning::AlreadyApproved,
        "6070" | "6200" | "6210" | "10020" | "10040" | "10060" => Meaning::NotAllowed,
        "6080" => Meaning::NotReserved,
        "6090" => Meaning::AboveReserved,
        "6140" => Meaning::PartialCaptureRefused,
        "6150" => Meaning::RefundAboveCaptured,
        "6160" | "6250" => Meaning::OrderLocked,
        // The key has been used before; captured, refunded, reserved already; can't be cancelled as it is, most
        // often because it is cancelled. All of them may have been done by the very same request before.
        "4020" | "6050" | "6170" | "6180" | "6190" | "6230" => Meaning::AlreadyProcessed,
        "6260" => Meaning::FundsGone,
        "6280" => Meaning::CaptureRefused,
        // The test environment only.
        "10010" | "10070" => Meaning::ReservationFailed,
        "10030" => Meaning::UserNotVerified,
        "10050" => Meaning::NoCard,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Fault;

    #[test]
    fn every_code_of_the_contract_is_known() {
        let ecom = "31 32 33 34 35 36 37 38 39 41 42 43 44 45 51 52 53 61 62 63 71 72 73 74 81 82 91 92 93 94 \
                    95 96 97 98 99 1082";
        for code in ecom.split_whitespace() {
            assert!(of_ecom(Call::Capture, code).is_some(), "{code}");
        }
        assert_eq!(of_ecom(Call::Capture, "merchantInfo.fallBack"), None);
        let epayment = "3010 4010 4020 4040 4050 4060 4070 4080 4090 4100 4110 4120 4130 4140 4150 4160 5010 \
                        5020 5030 5040 5050 5060 5070 5080 5090 5100 6010 6020 6030 6040 6050 6060 6070 6080 \
                        6090 6100 6110 6120 6130 6140 6150 6160 6170 6180 6190 6200 6210 6220 6230 6250 6260 \
                        6280 7010 10010 10020 10030 10040 10050 10060 10070";
        for code in epayment.split_whitespace() {
            assert!(of_epayment(Call::EpaymentCapture, code).is_some(), "{code}");
        }
        assert_eq!(of_epayment(Call::EpaymentCapture, "61"), None);
        assert_eq!(of_epayment(Call::EpaymentCapture, "amount.value"), None);
    }

    #[test]
    fn the_call_decides_where_a_number_means_two_things() {
        let ecom = [
            ("51", Call::Initiate, Meaning::ScopeNotAllowed),
            ("51", Call::Cancel, Meaning::AlreadyCaptured),
            ("93", Call::Capture, Meaning::RepeatDiffers),
            ("93", Call::Refund, Meaning::RepeatDiffers),
            ("93", Call::Initiate, Meaning::BadRequest),
            ("98", Call::Capture, Meaning::TooOld),
            ("98", Call::Cancel, Meaning::TooOld),
            ("98", Call::Initiate, Meaning::TooManyRequests),
            ("98", Call::Details, Meaning::TooManyRequests),
        ];
        for (code, call, meaning) in ecom {
            assert_eq!(of_ecom(call, code), Some(meaning), "{code} of {call}");
        }
        assert_eq!(of_epayment(Call::EpaymentCreate, "4150"), Some(Meaning::DuplicateOrder));
        assert_eq!(of_epayment(Call::EpaymentRefund, "4150"), Some(Meaning::RepeatDiffers));
    }

    #[test]
    fn who_can_do_something_about_an_epayment_code() {
        let faults = [
            (Fault::Customer, ["4050", "4060", "7010", "6260", "6080"].as_slice()),
            (Fault::Merchant, &["5030", "5040", "5050", "5060", "5070", "5080", "5100", "6140", "6220"]),
            (Fault::Ours, &["4010", "4040", "4090", "4140", "6010", "6090", "6130", "6150", "6060"]),
            (Fault::Vipps, &["3010", "6160", "6250", "6280"]),
        ];
        for (fault, codes) in faults {
            for code in codes {
                let meaning = of_epayment(Call::EpaymentCapture, code).unwrap();
                assert_eq!(meaning.fault(), fault, "{code} is {meaning}");
            }
        }
    }
}
