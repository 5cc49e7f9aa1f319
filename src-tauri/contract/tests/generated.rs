//! The windows' TypeScript is made from the types of this crate, and never edited.

use std::path::Path;

use contract::*;
use ts_rs::{Config, TS};

/// Rewrites `ui/src/contract.ts` when it is stale, and fails so that the difference is seen.
#[test]
fn the_windows_types_are_fresh() {
    let config = Config::default();
    let mut text = String::from("// Made from `src-tauri/contract` by its tests. Do not edit.\n");
    let mut add = |declaration: String| {
        text.push_str("\nexport ");
        text.push_str(&declaration);
        text.push('\n');
    };
    add(Amount::decl(&config));
    add(Currency::decl(&config));
    add(Code::decl(&config));
    add(Language::decl(&config));
    add(Words::decl(&config));
    add(Status::decl(&config));
    add(Flow::decl(&config));
    add(Line::decl(&config));
    add(Problem::decl(&config));
    add(Note::decl(&config));
    add(ModificationStatus::decl(&config));
    add(CaptureMode::decl(&config));
    add(CaptureView::decl(&config));
    add(RefundView::decl(&config));
    add(ReceiptStatus::decl(&config));
    add(LinkKind::decl(&config));
    add(OrderLink::decl(&config));
    add(LinkStatus::decl(&config));
    add(PaymentView::decl(&config));
    add(StartPayment::decl(&config));
    add(StartCapture::decl(&config));
    add(StartRefund::decl(&config));
    add(Environment::decl(&config));
    add(Contact::decl(&config));
    add(PosContact::decl(&config));
    add(CounterCode::decl(&config));
    add(KeepNumber::decl(&config));
    add(RecentPayment::decl(&config));
    add(Counter::decl(&config));
    add(PinState::decl(&config));
    add(AskRefused::decl(&config));
    add(KeptBy::decl(&config));
    add(KeptNumber::decl(&config));
    add(KeptNumbers::decl(&config));
    add(ExportedNumbers::decl(&config));
    add(ErasedNumbers::decl(&config));
    add(Search::decl(&config));
    add(Found::decl(&config));
    add(Store::decl(&config));
    add(Chain::decl(&config));
    add(ChainSearch::decl(&config));
    add(ChainPayment::decl(&config));
    add(ChainFound::decl(&config));
    add(Person::decl(&config));
    add(ChainRefund::decl(&config));
    add(ChainRefundView::decl(&config));
    add(Totals::decl(&config));
    add(DayTotals::decl(&config));
    add(SavedTotals::decl(&config));
    add(CancelledBy::decl(&config));
    add(ScreenView::decl(&config));
    add(Screen::decl(&config));
    add(PhoneView::decl(&config));
    add(Phone::decl(&config));
    add(PhoneAct::decl(&config));

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/contract.ts");
    if std::fs::read_to_string(&path).unwrap_or_default() != text {
        std::fs::write(&path, &text).expect("ui/src is part of the repository");
        panic!("ui/src/contract.ts was stale and has been rewritten: look at it and commit it");
    }
}
