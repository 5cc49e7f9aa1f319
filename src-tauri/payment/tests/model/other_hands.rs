//! What must be so when somebody in the portal takes a part of what is reserved and leaves the rest: the rest is collected,
//! or let go before anybody is told that the sale may be charged again (laws 4 to 7).

use std::time::Duration;

use payment::deadline::{CAPTURE_REFUSALS_MAX, RELEASE_REFUSALS_MAX, WATCH};
use payment::{Ask, AskKind, CancelledBy, Cause, End, Fact, Flow, Rail, Stage, Standing};

use crate::bench::{Bench, DUE, Kind};
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};

const BOTH: [Rail; 2] = [Rail::Ecom, Rail::Epayment];
/// What the other hand takes.
const PART: u64 = 900;

fn mismatch() -> End {
    End::Failed { cause: Cause::named("mismatch") }
}

fn given_back() -> End {
    End::Cancelled { by: CancelledBy::Shop }
}

fn approved(kind: Kind) -> Bench {
    let mut bench = Bench::new(kind);
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    bench
}

fn takes(bench: &mut Bench, amount: u64) {
    bench.vipps.person(&Step::CaptureInThePortal(amount), bench.now);
}

fn gives_back(bench: &mut Bench, amount: u64) {
    bench.vipps.person(&Step::RefundInThePortal(amount), bench.now);
}

/// Plays on, holding the laws after each step, until `wanted` holds. What is asked of `kind` has the fate `fate`.
fn play_until(bench: &mut Bench, kind: AskKind, fate: Fate, wanted: impl Fn(&Bench) -> bool) {
    for _ in 0..2_000 {
        bench.check();
        if wanted(bench) {
            return;
        }
        match bench.out.as_ref().map(Ask::kind) {
            Some(asked) if asked == kind => bench.call(fate),
            Some(_) => bench.call(Fate::Answered),
            None => bench.pass(bench.now.until(bench.wake.expect("it waits for something"))),
        }
    }
    panic!("never came: {:?}", bench.payment);
}

fn settled(bench: &Bench) -> bool {
    bench.payment.is_settled()
}

fn cancels(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Cancel { .. }))
}

fn wrote(bench: &Bench, wanted: &Fact) -> bool {
    bench.journal.iter().any(|(_, fact)| fact == wanted)
}

/// It was called cancelled, and to be charged again, while all the rest could still be collected.
#[test]
fn what_was_taken_and_given_back_has_not_ended_before_the_rest_is_let_go() {
    for rail in BOTH {
        for power_goes in [false, true] {
            let mut bench = approved(Kind::on(rail, Flow::Qr));
            takes(&mut bench, PART);
            gives_back(&mut bench, PART);
            run_until(&mut bench, cancels);
            let wanted =
                matches!(bench.out, Some(Ask::Cancel { after_capture: true, unapproved_only: false, .. }));
            assert!(wanted, "{:?}", bench.out);
            assert!(!ended(&bench) && !bench.payment.may_pay_again());
            assert_eq!(bench.payment.stage(bench.now), Stage::Checking);
            assert_eq!(bench.payment.cause(), Some(&Cause::named("mismatch")), "the cashier is told");
            if power_goes {
                bench.crash();
            }
            play_until(&mut bench, AskKind::Read, Fate::Answered, ended);
            assert_eq!(bench.payment.end(), Some(&given_back()), "{rail:?}");
            assert_eq!((bench.vipps.left(), bench.vipps.released), (0, DUE - PART));
            assert!(bench.payment.is_settled() && bench.payment.may_pay_again());
            assert!(!bench.payment.came_late());
        }
    }
}

/// Nobody but Vipps MobilePay can let it go. Until it has, the sale is not to be charged again, and it is asked on.
#[test]
fn a_rest_that_is_not_let_go_frees_the_till_and_is_watched_for_as_long_as_it_takes() {
    for rail in BOTH {
        let mut bench = approved(Kind::on(rail, Flow::Qr));
        takes(&mut bench, PART);
        gives_back(&mut bench, PART);
        play_until(&mut bench, AskKind::Cancel, Fate::Refused, ended);
        let refused = bench.journal.iter().filter(|(_, fact)| *fact == Fact::CancelRefused).count();
        assert_eq!(refused, RELEASE_REFUSALS_MAX as usize);
        assert!(wrote(&bench, &Fact::Ended { end: mismatch(), proven: false }), "{:?}", bench.payment.end());
        assert!(!bench.payment.is_settled() && !bench.payment.may_pay_again());
        let over = bench.now.plus(WATCH + Duration::from_hours(1));
        play_until(&mut bench, AskKind::Cancel, Fate::Refused, |bench| bench.now >= over);
        assert!(!bench.payment.is_settled() && !bench.payment.may_pay_again(), "a day is not enough");
        play_until(&mut bench, AskKind::Read, Fate::Answered, settled);
        assert_eq!(bench.vipps.left(), 0, "{rail:?}");
        assert!(wrote(&bench, &Fact::ReleasedLate) && bench.payment.may_pay_again());
    }
}

/// The answer to the release is lost, or says that there is nothing: a read tells.
#[test]
fn whether_the_rest_is_let_go_a_read_tells_and_not_an_answer() {
    for rail in BOTH {
        for fate in [Fate::AnswerLost, Fate::RequestLost] {
            let mut bench = approved(Kind::on(rail, Flow::Qr));
            takes(&mut bench, PART);
            gives_back(&mut bench, PART);
            run_until(&mut bench, cancels);
            bench.call(fate);
            assert!(!ended(&bench), "{rail:?} {fate:?}");
            play_until(&mut bench, AskKind::Read, Fate::Answered, ended);
            assert_eq!((bench.payment.end(), bench.vipps.left()), (Some(&given_back()), 0));
        }
    }
}

/// One cancel that was refused was taken for the release, and eCom was never told that a part had been captured.
#[test]
fn a_part_that_is_kept_leaves_no_rest_behind_when_the_rest_can_not_be_collected() {
    for rail in BOTH {
        let mut bench = approved(Kind::on(rail, Flow::Qr));
        takes(&mut bench, PART);
        play_until(&mut bench, AskKind::Capture, Fate::Refused, cancels);
        bench.call(Fate::Refused);
        play_until(&mut bench, AskKind::Read, Fate::Answered, ended);
        let refused = bench.journal.iter().filter(|(_, fact)| *fact == Fact::CaptureRefused).count();
        assert_eq!(refused, CAPTURE_REFUSALS_MAX as usize);
        assert_eq!(bench.payment.end(), Some(&mismatch()), "a part is kept");
        assert_eq!((bench.vipps.left(), bench.vipps.released), (0, DUE - PART), "{rail:?}");
        assert!(bench.payment.is_settled() && !bench.payment.may_pay_again());
    }
}

#[test]
fn of_a_reservation_of_another_amount_the_rest_is_let_go_too() {
    for rail in BOTH {
        let mut bench = approved(Kind { short: true, ..Kind::on(rail, Flow::Qr) });
        takes(&mut bench, PART);
        play_until(&mut bench, AskKind::Read, Fate::Answered, ended);
        assert_eq!((bench.payment.end(), bench.vipps.left()), (Some(&mismatch()), 0), "{rail:?}");
        assert!(bench.vipps.captures.is_empty() && !bench.payment.may_pay_again(), "a part is kept");
    }
}

/// The shop decides what becomes of what is reserved for later, whatever another hand does with a part of it.
#[test]
fn what_is_reserved_for_later_is_not_let_go_unasked() {
    for rail in BOTH {
        let mut bench = approved(Kind { later: true, ..Kind::on(rail, Flow::Qr) });
        takes(&mut bench, PART);
        gives_back(&mut bench, PART);
        play_until(&mut bench, AskKind::Read, Fate::Answered, ended);
        assert_eq!(bench.payment.end(), Some(&End::Reserved { reserved: DUE }), "{rail:?}");
        assert_eq!((bench.vipps.released, bench.payment.capturable()), (0, DUE - PART));
        assert!(!bench.payment.may_pay_again());
    }
}

/// A request to a phone whose answer was lost, approved and taken by another hand before the first read: its money counts.
#[test]
fn what_was_taken_before_the_till_knew_of_the_payment_counts() {
    for rail in BOTH {
        let mut bench = Bench::new(Kind { short: true, ..Kind::on(rail, Flow::Push) });
        bench.call(Fate::AnswerLost);
        bench.vipps.person(&Step::Approve, bench.now);
        takes(&mut bench, DUE);
        play_until(&mut bench, AskKind::Read, Fate::Answered, ended);
        assert_eq!(bench.payment.end(), Some(&mismatch()));
        assert!(!bench.payment.may_pay_again(), "{rail:?}: it is kept");
    }
}

/// It had expired and was approved late; another hand takes a part of it, and gives it back or keeps it.
#[test]
fn of_what_came_late_no_rest_is_left_behind() {
    for kept in [false, true] {
        let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
        run_until(&mut bench, shown);
        bench.now = bench.payment.window_end().expect("it exists");
        play_until(&mut bench, AskKind::Cancel, Fate::Refused, ended);
        bench.vipps.standing = Standing::Approved;
        takes(&mut bench, PART);
        if !kept {
            gives_back(&mut bench, PART);
        }
        // Until it is read, nobody can know.
        run_until(&mut bench, |bench| bench.payment.came_late());
        play_until(&mut bench, AskKind::Cancel, Fate::Answered, settled);
        assert_eq!((bench.payment.end(), bench.vipps.left()), (Some(&End::Expired), 0));
        assert_eq!(bench.payment.may_pay_again(), !kept, "a part of what was due is not paid");
    }
}
