//! What the file promises: what is erased is gone to the last byte, and nothing stays longer than it may.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// A day in November 2026, in milliseconds since 1970.
const NOW: i64 = 1_795_690_000_000;

fn rule(days: u16) -> Rule {
    Rule::new("Kvitteringer", days).expect("it is good")
}

fn number(at: u64) -> Number {
    Number::of_digits(&format!("47{at:08}")).expect("it is a number")
}

fn consent(number: &Number, payment: &str, given_at: i64, days: u16) -> Consent {
    Consent {
        number: number.clone(),
        purpose: "Kvitteringer".to_owned(),
        given_at,
        payment: payment.to_owned(),
        given_to: GivenTo::Cashier,
        erase_at: rule(days).erased_at(given_at),
    }
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("there is room") }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    async fn open(&self, days: Option<u16>) -> Consents {
        Consents::open(&self.path(), days.map(rule)).await.expect("it opens")
    }

    /// Whether these bytes are in any file of the folder.
    fn has(&self, text: &str) -> bool {
        files(self.folder.path()).iter().any(|file| {
            let bytes = std::fs::read(file).expect("it can be read");
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).expect("ours").map(|entry| entry.expect("ours").path()).collect()
}

#[tokio::test]
async fn what_is_kept_is_found_again_with_all_that_was_said() {
    let place = Place::new();
    let consents = place.open(Some(365)).await;
    let (anna, bo) = (number(91_234_567), number(98_765_432));
    for (whose, payment, at) in
        [(&anna, "sale-2-1", NOW + 5), (&bo, "sale-1-1", NOW), (&anna, "sale-2-1", NOW)]
    {
        consents.keep(&consent(whose, payment, at, 365)).await.expect("it is kept");
    }
    consents.close().await.expect("it closes");
    let consents = place.open(None).await;
    let all = consents.kept(None).await.expect("it can be read");
    let payments: Vec<&str> = all.iter().map(|kept| kept.payment.as_str()).collect();
    assert_eq!(payments, ["sale-1-1", "sale-2-1"], "oldest first, and a payment once");
    let of_anna = consents.kept(Some(&anna)).await.expect("it can be read");
    assert_eq!(of_anna.len(), 1);
    let kept = &of_anna[0];
    assert_eq!((kept.number.reveal(), kept.purpose.as_str()), ("4791234567", "Kvitteringer"));
    assert_eq!((kept.given_at, kept.erase_at), (NOW + 5, NOW + 5 + 365 * DAY_MS));
    assert_eq!(kept.given_to, GivenTo::Cashier);
    assert!(!format!("{kept:?} {consents:?}").contains("91234567"));
    let figures = consents.figures().await.expect("it can be read");
    let expected = Figures { kept: 2, oldest: Some(NOW), next_erasure: Some(NOW + 365 * DAY_MS) };
    assert_eq!(figures, expected);
    assert_eq!(look(&place.path()).await.expect("it can be looked at"), Some(expected));
}

#[tokio::test]
async fn what_is_erased_is_gone_to_the_last_byte() {
    let place = Place::new();
    let consents = place.open(Some(365)).await;
    // Enough for rows to move from page to page, which leaves copies behind.
    for at in 0..300 {
        let reference = format!("{}-{at}", "sale".repeat(usize::try_from(at % 7).unwrap_or(0)));
        consents.keep(&consent(&number(at * 37), &reference, NOW, 365)).await.expect("it is kept");
    }
    for at in (0..300).step_by(3) {
        assert!(place.has(number(at * 37).reveal()), "it is there");
        assert_eq!(consents.erase(&number(at * 37)).await.expect("it is erased"), 1);
    }
    for at in 0..300 {
        assert_eq!(place.has(number(at * 37).reveal()), at % 3 != 0, "{at}");
    }
    assert_eq!(consents.erase_all().await.expect("they are erased"), 200);
    assert!(!(0..300).any(|at| place.has(number(at * 37).reveal())));
    assert_eq!(consents.erase(&number(0)).await.expect("nothing is there"), 0);
}

/// Rows that move from page to page leave copies behind, which SQLite's own `secure_delete` does not wipe.
#[tokio::test]
async fn what_is_kept_is_found_by_a_part_of_the_reference_and_by_its_customer() {
    let consents = Consents::in_memory(Some(rule(365))).await.expect("there is room");
    let (anna, bo) = (number(91_234_567), number(98_765_432));
    for (at, (whose, payment)) in
        (0..).zip([(&anna, "sale-1041-1"), (&bo, "SALE-1042-1"), (&anna, "sale-1042-2"), (&bo, "other-7-1")])
    {
        consents.keep(&consent(whose, payment, NOW + at, 365)).await.expect("it is kept");
    }
    let found = async |part: &str, most| {
        let found = consents.newest(part, most).await.expect("it can be read");
        found.into_iter().map(|kept| kept.payment).collect::<Vec<_>>()
    };
    assert_eq!(found("Sale-1042", 10).await, ["sale-1042-2", "SALE-1042-1"], "newest first");
    assert_eq!(found("", 2).await, ["other-7-1", "sale-1042-2"], "no more than are asked for");
    assert_eq!(found("%", 10).await, Vec::<String>::new(), "it is no pattern");
    let of = async |payment: &str| {
        let number = consents.number_at(payment).await.expect("it can be read");
        number.map(|number| number.reveal().to_owned())
    };
    assert_eq!(of("other-7-1").await.as_deref(), Some("4798765432"));
    assert_eq!(of("other-7").await, None, "a part is no payment");
}

#[tokio::test]
async fn a_program_that_ended_between_the_steps_of_an_erasure_finishes_it_at_the_next_sweep() {
    let place = Place::new();
    place.open(None).await.close().await.expect("it closes");
    let gone = a_busy_year(&place.path()).await;
    let left = || gone.iter().filter(|number| place.has(number)).count();
    assert!(left() > 0, "nothing is left although the file was not written anew: is VACUUM in vain?");
    place.open(None).await.sweep(NOW).await.expect("it sweeps");
    assert_eq!(left(), 0);
}

/// Keeps many and erases most of them, each by the first step alone. Gives the numbers that were erased.
async fn a_busy_year(path: &Path) -> Vec<String> {
    use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
    use sqlx::{ConnectOptions, Connection};

    let options = SqliteConnectOptions::new().filename(path).pragma("secure_delete", "ON");
    let mut file = options.synchronous(SqliteSynchronous::Off).connect().await.expect("it opens");
    let (mut kept, mut gone, mut dice) = (Vec::new(), Vec::new(), 1_u64);
    let mut roll = |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).expect("31 bits") % sides
    };
    for at in 0..1_500 {
        let number = format!("47{:08}", roll(100_000_000));
        sqlx::query("INSERT INTO consents VALUES (NULL, ?1, ?2, ?3, ?4, 'pos', ?5)")
            .bind(&number)
            .bind("receipts".repeat(1 + roll(9)))
            .bind(NOW)
            .bind(format!("sale-{at}-1"))
            .bind(NOW + 365 * DAY_MS)
            .execute(&mut file)
            .await
            .expect("it is kept");
        kept.push(number);
        if roll(10) < 7 && !kept.is_empty() {
            let number = kept.swap_remove(roll(kept.len()));
            let erased = sqlx::query("DELETE FROM consents WHERE number = ?1").bind(&number);
            erased.execute(&mut file).await.expect("it is erased");
            gone.push(number);
        }
    }
    file.close().await.expect("it closes");
    gone.retain(|number| !kept.contains(number));
    gone
}

/// A statement of another program.
async fn sqlite(path: &Path, statement: &'static str) -> u64 {
    use sqlx::{ConnectOptions, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.expect("it opens");
    let done = sqlx::query(statement).execute(&mut connection).await.expect("it is done");
    connection.close().await.expect("it closes");
    done.rows_affected()
}

#[tokio::test]
async fn what_is_past_its_day_goes_and_a_shorter_time_counts_for_what_is_there() {
    let place = Place::new();
    let consents = place.open(Some(365)).await;
    for (payment, days_ago) in [("old-1", 40), ("new-1", 10)] {
        let given = NOW - days_ago * DAY_MS;
        consents.keep(&consent(&number(91_234_567), payment, given, 365)).await.expect("it is kept");
    }
    assert_eq!(consents.sweep(NOW).await.expect("it sweeps"), 0);
    consents.close().await.expect("it closes");

    let shorter = place.open(Some(30)).await;
    assert_eq!(shorter.sweep(NOW).await.expect("it sweeps"), 1);
    let next = shorter.figures().await.expect("it can be read").next_erasure;
    assert_eq!(next, Some(NOW + 20 * DAY_MS));
    shorter.close().await.expect("it closes");

    // What was promised stays promised when the time is made longer again, or when nothing is kept any more.
    for later in [Some(365), None] {
        let longer = place.open(later).await;
        assert_eq!(longer.sweep(NOW + 20 * DAY_MS - 1).await.expect("it sweeps"), 0);
        assert_eq!(longer.figures().await.expect("it can be read").next_erasure, next);
        longer.close().await.expect("it closes");
    }
    assert_eq!(place.open(None).await.sweep(NOW + 20 * DAY_MS).await.expect("it sweeps"), 1);
    assert!(!place.has("4791234567"));
}

#[tokio::test]
async fn a_clock_that_is_behind_for_a_while_costs_nobody_anything() {
    let consents = Consents::in_memory(Some(rule(30))).await.expect("there is room");
    consents.keep(&consent(&number(91_234_567), "sale-1-1", NOW, 30)).await.expect("it is kept");
    for now in [0, NOW, NOW + 30 * DAY_MS - 1] {
        assert_eq!(consents.sweep(now).await.expect("it sweeps"), 0, "{now}");
    }
    assert_eq!(consents.sweep(NOW + 30 * DAY_MS).await.expect("it sweeps"), 1);
}

#[tokio::test]
async fn two_programs_may_have_it_open() {
    let place = Place::new();
    let (till, person) = (place.open(Some(365)).await, place.open(None).await);
    for at in 0..20 {
        till.keep(&consent(&number(at), &format!("sale-{at}"), NOW, 365)).await.expect("it is kept");
        assert_eq!(person.erase(&number(at)).await.expect("it is erased"), 1);
        assert_eq!(till.figures().await.expect("it can be read").kept, 0);
    }
}

#[tokio::test]
async fn what_is_not_ours_is_left_alone() {
    let place = Place::new();
    assert_eq!(look(&place.path()).await.expect("there is none"), None);
    sqlite(&place.path(), "CREATE TABLE other (thing TEXT)").await;
    let before = std::fs::read(place.path()).expect("it is there");
    let refused = Consents::open(&place.path(), Some(rule(30))).await;
    assert!(matches!(refused, Err(ConsentsError::Foreign(_))), "{refused:?}");
    assert!(matches!(look(&place.path()).await, Err(ConsentsError::Foreign(_))));
    assert_eq!(std::fs::read(place.path()).expect("it is there"), before);

    std::fs::remove_file(place.path()).expect("ours");
    place.open(None).await.close().await.expect("it closes");
    sqlite(&place.path(), "PRAGMA user_version = 2").await;
    let refused = Consents::open(&place.path(), None).await;
    assert!(matches!(refused, Err(ConsentsError::Newer { found: 2 })), "{refused:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_alone_whoever_made_it() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    let mode = || std::fs::metadata(place.path()).expect("it is there").permissions().mode() & 0o777;
    place.open(None).await.close().await.expect("it closes");
    assert_eq!(mode(), 0o600);
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o644)).expect("ours");
    place.open(None).await.close().await.expect("it closes");
    assert_eq!(mode(), 0o600);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However the rule and the day change, nothing is there after its day, and nothing goes before it that every rule
    /// since it was given would have kept.
    #[test]
    fn nothing_stays_longer_than_any_rule_since_allowed_and_nothing_goes_sooner(
        first in 1_u16..=1095,
        looks in prop::collection::vec((1_u16..=1095, 0_i64..200), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let place = Place::new();
            let consents = place.open(Some(first)).await;
            consents.keep(&consent(&number(1), "sale-1-1", NOW, first)).await.expect("it is kept");
            consents.close().await.expect("it closes");
            let (mut now, mut shortest, mut gone) = (NOW, first, false);
            for (days, later) in looks {
                now += later * DAY_MS;
                shortest = shortest.min(days);
                let consents = place.open(Some(days)).await;
                consents.sweep(now).await.expect("it sweeps");
                gone = gone || now >= NOW + i64::from(shortest) * DAY_MS;
                let kept = consents.figures().await.expect("it can be read").kept;
                assert_eq!(kept == 0, gone, "on day {} under {shortest}", (now - NOW) / DAY_MS);
                consents.close().await.expect("it closes");
            }
        });
    }
}
