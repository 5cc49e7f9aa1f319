use serde_json::json;
use vipps::epayment::EventName;
use vipps::webhooks::Topic;
use vipps::{Call, Config, Fault, Meaning, Partner, SecretString, Url};
use wiremock::ResponseTemplate;

use crate::calls::{UUID, webhook_url};
use crate::support::{Api, Fake, TOKEN, answer, config, token_answer};

const PATH: &str = "/webhooks/v1/webhooks";

fn exposed(secret: &SecretString) -> &str {
    secrecy::ExposeSecret::expose_secret(secret)
}

#[tokio::test]
async fn register_gives_the_secret_once_in_a_type_that_does_not_print() {
    let api = Api::start().await;
    let answer = json!({"id": UUID, "secret": "090a478d-37ff-4e77"});
    api.answer("POST", PATH, ResponseTemplate::new(201).set_body_json(answer)).await;

    let topics = [Topic::Payment(EventName::Captured), Topic::CheckedIn];
    let registered = api.vipps.webhooks().register(&webhook_url(), &topics).await.unwrap();

    assert_eq!((registered.id.as_str(), exposed(&registered.secret)), (UUID, "090a478d-37ff-4e77"));
    assert!(!format!("{registered:?}").contains("090a478d"), "{registered:?}");
    let sent = api.sent(PATH).await;
    let body = r#"{"url":"https://example.com/vipps/webhooks?shop=7","events":["epayments.payment.captured.v1","user.checked-in.v1"]}"#;
    assert!(sent.starts_with("POST ") && sent.ends_with(body), "{sent}");
}

#[tokio::test]
async fn list_keeps_what_it_does_not_know() {
    let api = Api::start().await;
    let answer = json!({"webhooks": [
        {"id": UUID, "url": "https://example.com/a", "events": ["epayments.payment.created.v1", "new.v2"]},
        {"id": "w-2", "url": null, "events": null},
    ]});
    api.answer("GET", PATH, ResponseTemplate::new(200).set_body_json(answer)).await;

    let list = api.vipps.webhooks().list().await.unwrap();

    assert_eq!(list[0].topics, [Topic::Payment(EventName::Created), Topic::Other("new.v2".into())]);
    assert_eq!((list[1].id.as_str(), list[1].topics.len()), ("w-2", 0));
}

#[tokio::test]
async fn delete() {
    let api = Api::start().await;
    let path = format!("{PATH}/{UUID}");
    api.answer("DELETE", &path, ResponseTemplate::new(204)).await;

    api.vipps.webhooks().delete(UUID).await.unwrap();

    assert!(api.sent(&path).await.starts_with("DELETE "));
}

#[tokio::test]
async fn a_registration_without_a_secret_is_none() {
    for body in [r#"{"id":"w"}"#, r#"{"id":"w","secret":""}"#, r#"{"id":"","secret":"s"}"#, "[]", ""] {
        let fake = Fake::with_token(move |_| answer(201, body));
        let error = fake.vipps().webhooks().register(&webhook_url(), &Topic::all()).await.unwrap_err();
        assert_eq!(error.meaning(), Meaning::Nonsense, "{body}");
    }
}

/// With the number of a sales unit it would be a registration of that one alone (contract 1.6).
#[tokio::test]
async fn what_a_partner_asks_names_no_sales_unit() {
    let fake = Fake::new(|request| {
        let named = request.headers().get("merchant-serial-number");
        assert_eq!(named, None, "{}", request.uri());
        match (request.uri().path(), request.method().as_str()) {
            ("/accesstoken/get", _) => token_answer(TOKEN, 3600),
            (_, "POST") => answer(201, r#"{"id":"w-1","secret":"s"}"#),
            (_, "GET") => answer(200, r#"{"webhooks":[{"id":"w-1"}]}"#),
            _ => answer(204, ""),
        }
    });
    let Config { base_url, keys, system, .. } = config("https://vipps.test");
    let partner = Partner::new(fake.clone(), base_url, keys, system);
    let registered = partner.webhooks().register(&webhook_url(), &Topic::all()).await.unwrap();
    assert_eq!(partner.webhooks().list().await.unwrap()[0].id, registered.id);
    partner.webhooks().delete(&registered.id).await.unwrap();
    assert_eq!(fake.count("/accesstoken/get"), 1, "one token serves all");
    assert!(!format!("{partner:?}").contains("Y8Kteew6GE2ZmeycEt6egg"));
}

/// The live service would refuse it (trap 6); a simulator that may takes it.
#[tokio::test]
async fn a_simulator_may_tell_this_machine() {
    let fake = Fake::with_token(move |_| answer(201, r#"{"id":"w-1","secret":"s"}"#));
    let here = "http://127.0.0.1:7650/webhooks".parse::<Url>().unwrap();
    let registered = fake.vipps().webhooks().register(&here, &Topic::all()).await.unwrap();
    assert_eq!(registered.id, "w-1");
}

#[tokio::test]
async fn what_breaks_a_rule_never_leaves() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let vipps = fake.vipps();
    let webhooks = vipps.webhooks();
    let url = |text: &str| text.parse::<Url>().unwrap();
    let unknown = [Topic::Other("epayment.payment.created.v1".into())];
    let errors = [
        (
            Call::WebhookRegister,
            webhooks.register(&url("http://example.com"), &Topic::all()).await.unwrap_err(),
        ),
        (
            Call::WebhookRegister,
            webhooks.register(&url("https://example.com/#a"), &Topic::all()).await.unwrap_err(),
        ),
        (Call::WebhookRegister, webhooks.register(&webhook_url(), &[]).await.unwrap_err()),
        (Call::WebhookRegister, webhooks.register(&webhook_url(), &unknown).await.unwrap_err()),
        (Call::WebhookDelete, webhooks.delete("../x").await.unwrap_err()),
    ];
    for (call, error) in errors {
        assert_eq!((error.call(), error.meaning()), (call, Meaning::BadRequest), "{error}");
        assert_eq!(error.fault(), Fault::Ours);
    }
}
