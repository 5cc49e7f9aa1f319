//! Who is let in to the sale log, for how long, and what that leaves behind.

use std::time::Duration;

use contract::{Code, Private};
use hub::KeptAuditor;
use reqwest::StatusCode;

use crate::chain::{BERGEN, Chain, OSLO, code};
use crate::visitor::Visitor;

const MINUTE: Duration = Duration::from_mins(1);

fn auditor(id: &str) -> KeptAuditor {
    KeptAuditor { id: id.to_owned(), ..KeptAuditor::default() }
}

async fn chain() -> Chain {
    let chain = Chain::without_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.store("bergen", BERGEN, None).await;
    chain
}

/// Whether the visitor is let in.
async fn is_in(visitor: &Visitor) -> bool {
    let shown = visitor.sees("/log").await;
    assert!(shown.status == StatusCode::OK || shown.leads_to() == "/log/in", "{shown:?}");
    shown.status == StatusCode::OK
}

#[tokio::test]
async fn nobody_sees_anything_who_is_not_logged_in() {
    let chain = chain().await;
    let visitor = Visitor::of(&chain.hub).await;
    for path in ["/log", "/log/sales/t-1/sale-1001", "/log?store=oslo"] {
        let shown = visitor.sees(path).await;
        assert_eq!((shown.status, shown.leads_to()), (StatusCode::SEE_OTHER, "/log/in"), "{path}");
        assert!(shown.text.is_empty());
    }
    for visitor in [visitor.with_token("guess"), visitor] {
        for path in ["/log.csv", "/log.json"] {
            let shown = visitor.sees(path).await;
            assert_eq!(shown.status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(shown.head["www-authenticate"], "Bearer");
        }
    }
}

/// A page loads nothing from elsewhere, runs nothing, stands in no frame and is kept by nobody.
#[tokio::test]
async fn pages_are_shut_tight() {
    let chain = chain().await;
    let visitor = Visitor::let_in(&chain.hub, &auditor("revisor")).await;
    for path in ["/log", "/log/in", "/log/sales/t-1/sale-1001", "/log.csv"] {
        let head = visitor.sees(path).await.head;
        let policy = head["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(head["cache-control"], "no-store");
        assert_eq!(head["x-content-type-options"], "nosniff");
    }
    let shown = visitor.sees("/log/style.css").await;
    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.head["content-type"], "text/css; charset=utf-8");
}

/// The session is nothing that a script or another site could use, and is not in the database.
#[tokio::test]
async fn a_session_belongs_to_one_browser() {
    let chain = chain().await;
    let password = chain.hub.add_auditor(&auditor("revisor"), None).await.unwrap();
    let mut visitor = Visitor::of(&chain.hub).await;
    let shown = visitor.logs_in("revisor", password.reveal()).await;
    let cookie = shown.head["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{cookie}");
    let (_, session) = visitor.cookie().split_once('=').unwrap();
    let token = chain.hub.auditor_token("revisor").await.unwrap();
    let everything = chain.kept.everything(chain.folder.path()).await;
    let has = |text: &str| everything.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("revisor"), "this is the database");
    for secret in [session, token.reveal(), password.reveal()] {
        assert!(secret.len() >= 20 && !has(secret), "{secret}");
    }
}

/// After three wrong passwords even the right one is not looked at for a while, and the answer is that to a name that nobody has.
#[tokio::test]
async fn whoever_guesses_waits_and_learns_nothing() {
    let chain = chain().await;
    let password = chain.hub.add_auditor(&auditor("revisor"), None).await.unwrap();
    let mut visitor = Visitor::of(&chain.hub).await;
    for _ in 0..3 {
        assert_eq!(visitor.logs_in("revisor", "wrong").await.status, StatusCode::FORBIDDEN);
    }
    let waits = visitor.logs_in("revisor", password.reveal()).await;
    let nobody = visitor.logs_in("nobody", "wrong").await;
    assert_eq!((waits.status, &waits.text), (StatusCode::FORBIDDEN, &nobody.text));
    assert!(!is_in(&visitor).await);
    chain.time_passes(Duration::from_secs(31));
    assert_eq!(visitor.logs_in("revisor", password.reveal()).await.leads_to(), "/log");
    assert!(is_in(&visitor).await);
    // So many tries within a minute are too many, whoever is meant.
    let mut refused = None;
    for _ in 0..40 {
        let shown = visitor.logs_in("revisor", &"x".repeat(2_000)).await;
        if shown.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(shown);
            break;
        }
    }
    assert!(refused.expect("it ends").has("Prøv igjen om et minutt"));
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_after_a_day_of_work() {
    let chain = chain().await;
    let mut visitor = Visitor::let_in(&chain.hub, &auditor("revisor")).await;
    chain.time_passes(29 * MINUTE);
    assert!(is_in(&visitor).await);
    chain.time_passes(29 * MINUTE);
    assert!(is_in(&visitor).await, "it was used in between");
    chain.time_passes(31 * MINUTE);
    assert!(!is_in(&visitor).await);
    // One that is used all the time.
    chain.hub.remove_auditor("revisor").await.unwrap();
    visitor = Visitor::let_in(&chain.hub, &auditor("revisor")).await;
    let mut minutes = 0;
    while is_in(&visitor).await {
        chain.time_passes(20 * MINUTE);
        minutes += 20;
        assert!(minutes <= 8 * 60, "it never ended");
    }
    assert_eq!(minutes, 8 * 60);
}

#[tokio::test]
async fn whoever_is_removed_or_has_expired_is_let_in_no_more() {
    let chain = chain().await;
    let today = jiff::Timestamp::from_millisecond(chain.clock.now().0).unwrap();
    let today = today.to_zoned(jiff::tz::TimeZone::get("Europe/Oslo").unwrap()).date();
    let expires = KeptAuditor { expires: Some(today), ..auditor("short") };
    let visitor = Visitor::let_in(&chain.hub, &expires).await;
    let program = visitor.with_token(chain.hub.auditor_token("short").await.unwrap().reveal());
    assert!(is_in(&visitor).await && is_in(&program).await, "today is the last day");
    let gone = Visitor::let_in(&chain.hub, &auditor("gone")).await;
    chain.hub.remove_auditor("gone").await.unwrap();
    assert!(!is_in(&gone).await);
    assert_eq!(code(chain.hub.remove_auditor("gone").await), Code::NotThere);
    assert_eq!(code(chain.hub.auditor_token("gone").await), Code::NotThere);
    chain.time_passes(24 * 60 * MINUTE);
    assert!(!is_in(&program).await, "the account has expired");
    let listed = chain.hub.auditors().await.unwrap();
    assert_eq!(listed, [KeptAuditor { has_token: true, ..expires }]);
}

#[tokio::test]
async fn a_new_token_takes_the_place_of_the_old_one() {
    let chain = chain().await;
    let visitor = Visitor::let_in(&chain.hub, &auditor("revisor")).await;
    let old = visitor.with_token(chain.hub.auditor_token("revisor").await.unwrap().reveal());
    assert!(is_in(&old).await);
    let new = visitor.with_token(chain.hub.auditor_token("revisor").await.unwrap().reveal());
    assert!(is_in(&new).await && !is_in(&old).await);
}

/// Another site can neither log somebody in nor out.
#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let chain = chain().await;
    let visitor = Visitor::let_in(&chain.hub, &auditor("revisor")).await;
    let password = chain.hub.add_auditor(&auditor("other"), None).await.unwrap();
    let form = format!("name=other&password={}", password.reveal());
    for head in
        [("origin", "https://elsewhere.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let shown = visitor.posts("/log/in", &form, &[head]).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{head:?}");
    }
    let page = visitor.sees("/log").await.text;
    let token = page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    visitor.posts("/log/out", "token=guess", &[]).await;
    visitor.posts("/log/out", &format!("token={token}"), &[("sec-fetch-site", "cross-site")]).await;
    assert!(is_in(&visitor).await);
    let shown =
        visitor.posts("/log/out", &format!("token={token}"), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(shown.leads_to(), "/log/in");
    assert!(shown.head["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(!is_in(&visitor).await, "the session is gone, whoever has the cookie");
}

#[tokio::test]
async fn an_account_is_refused_that_could_not_be_meant() {
    let chain = chain().await;
    let add = async |auditor: KeptAuditor, password: Option<&str>| {
        code(chain.hub.add_auditor(&auditor, password.map(Private::new)).await)
    };
    assert_eq!(add(auditor("Revisor AS"), None).await, Code::RequestInvalid);
    assert_eq!(add(auditor("revisor"), Some("too short")).await, Code::RequestInvalid);
    let stranger = KeptAuditor { stores: vec!["oslo".to_owned(), "moss".to_owned()], ..auditor("revisor") };
    assert_eq!(add(stranger, None).await, Code::StoreUnknown);
    let (since, until) = ("2026-02-01".parse().ok(), "2026-01-31".parse().ok());
    assert_eq!(add(KeptAuditor { since, until, ..auditor("revisor") }, None).await, Code::RequestInvalid);
    assert!(chain.hub.auditors().await.unwrap().is_empty(), "half an account is none");
    chain.hub.add_auditor(&auditor("revisor"), Some(Private::new("long enough for this"))).await.unwrap();
    assert_eq!(add(auditor("revisor"), None).await, Code::AlreadyThere);
    let told: Vec<String> = chain.hub.audit(1).await.unwrap().into_iter().map(|note| note.did).collect();
    assert_eq!(told, ["added an auditor"], "what was refused has not happened");
}
