//! How a till comes in, and how it is shut out.

use contract::{Code, Join, Private};
use payment::Rail;

use crate::chain::{Chain, OSLO, code};

fn join(code: &str) -> Join {
    Join { code: Private::new(code), version: "0.1.0".to_owned() }
}

#[tokio::test]
async fn a_code_lets_one_till_in_once() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    let made = chain.hub.join_code("oslo", "kasse 1").await.unwrap();
    let typed = made.code.reveal().to_ascii_uppercase();
    let joined = chain.hub.join(&join(&format!(" {}-{} ", &typed[..4], &typed[4..]))).await.unwrap();
    assert_eq!((joined.store.id.as_str(), joined.store.msn.as_str()), ("oslo", OSLO));
    assert_eq!(code(chain.hub.join(&join(&typed)).await), Code::JoinCodeRefused);
    let (till, store) = chain.hub.till_of_key(joined.key.reveal()).await.unwrap();
    assert_eq!((till, store), (joined.till, joined.store));
}

#[tokio::test]
async fn two_with_one_code_are_one_too_many() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    let made = chain.hub.join_code("oslo", "kasse 1").await.unwrap();
    let request = join(made.code.reveal());
    let both = tokio::join!(chain.hub.join(&request), chain.hub.join(&request));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{both:?}");
    assert_eq!(chain.hub.tills().await.unwrap().len(), 1);
}

/// Two who set the chain up at the same moment, at whatever hub: the references of their stores are still told apart.
#[tokio::test]
async fn of_two_stores_that_clash_one_is_added() {
    let chain = Chain::with_partner_keys().await;
    let new = |id: &str, prefix: &str| hub::NewStore {
        store: contract::Store { id: id.to_owned(), name: "Butikk".to_owned(), msn: OSLO.to_owned() },
        currency: payment::Currency::Nok,
        prefix: Some(prefix.to_owned()),
    };
    let (one, two) = (new("oslo-1", "OSL"), new("oslo-2", "OSL-2"));
    let both = tokio::join!(chain.hub.add_store(&one), chain.hub.add_store(&two));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{both:?}");
    assert_eq!(chain.hub.stores().await.unwrap().len(), 1);
    assert_eq!(chain.hub.audit(10).await.unwrap().len(), 1, "what was refused has not happened");
}

#[tokio::test]
async fn no_other_code_and_no_other_key_is_good() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.hub.join_code("oslo", "kasse 1").await.unwrap();
    assert_eq!(code(chain.hub.join(&join("AAAA-AAAA")).await), Code::JoinCodeRefused);
    assert_eq!(code(chain.hub.join_code("bergen", "kasse 1").await), Code::StoreUnknown);
    for key in ["", "guess"] {
        assert_eq!(code(chain.hub.till_of_key(key).await), Code::TokenInvalid);
    }
}

#[tokio::test]
async fn a_till_that_is_shut_out_can_neither_tell_nor_ask() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    let made = chain.hub.join_code("oslo", "kasse 1").await.unwrap();
    let joined = chain.hub.join(&join(made.code.reveal())).await.unwrap();
    let counter = chain.till("oslo", Rail::Epayment).await;
    chain.hub.revoke(&joined.till).await.unwrap();
    chain.hub.revoke(&counter.id).await.unwrap();
    assert_eq!(code(chain.hub.till_of_key(joined.key.reveal()).await), Code::TillRevoked);
    let telling = counter.telling(0).await;
    assert_eq!(code(chain.hub.take(&counter.id, &counter.store, &telling).await), Code::TillRevoked);
    assert_eq!(code(chain.hub.revoke(&counter.id).await), Code::NotThere);
    assert!(chain.hub.tills().await.unwrap().iter().all(|till| till.revoked));
}

/// Whoever takes the database has neither a code nor a key.
#[tokio::test]
async fn no_code_and_no_key_is_in_the_database() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.gives_keys("oslo", OSLO).await;
    let made = chain.hub.join_code("oslo", "kasse 1").await.unwrap();
    let joined = chain.hub.join(&join(made.code.reveal())).await.unwrap();
    chain.person("kari", true).await;
    let bytes = chain.kept.everything(chain.folder.path()).await;
    let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has(&joined.till), "this is the database");
    let secret = format!("simulated-secret-{OSLO}");
    for text in [made.code.reveal(), joined.key.reveal(), secret.as_str()] {
        assert!(!has(text), "{text}");
    }
}
