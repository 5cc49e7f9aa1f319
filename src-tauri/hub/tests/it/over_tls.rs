//! A hub that is reached from other machines proves who it is.

use std::path::Path;

use hub::Tls;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::chain::Chain;

/// A certificate for `localhost` and its key, in files as an operator has them.
fn files(folder: &Path) -> reqwest::Certificate {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("it can be made");
    std::fs::write(folder.join("hub.pem"), cert.pem()).expect("there is room");
    std::fs::write(folder.join("hub.key"), signing_key.serialize_pem()).expect("there is room");
    reqwest::Certificate::from_pem(cert.pem().as_bytes()).expect("it is one")
}

#[tokio::test]
async fn who_knows_the_certificate_is_answered_and_nobody_is_in_the_clear() {
    let chain = Chain::with_partner_keys().await;
    let folder = tempfile::tempdir().expect("there is room");
    let certificate = files(folder.path());
    let tls = Tls::of_files(&folder.path().join("hub.pem"), &folder.path().join("hub.key"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it has one").port();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving =
        tokio::spawn(hub::serve(chain.hub.clone(), listener, Some(tls.expect("they fit")), async {
            let _ = stopped.await;
        }));
    let health = format!("https://localhost:{port}/v1/health");
    let knowing = reqwest::Client::builder().tls_certs_only([certificate]).build().expect("a client");
    let answer = knowing.get(&health).send().await.expect("it is answered");
    assert_eq!(answer.status(), 200);
    let strange = reqwest::Client::new().get(&health).send().await;
    assert!(
        strange.is_err_and(|error| error.is_connect()),
        "a certificate that nobody vouches for is not believed"
    );
    let clear = reqwest::Client::new().get(format!("http://localhost:{port}/v1/health")).send().await;
    assert!(clear.is_err(), "nothing is said in the clear");
    // Whoever stumbled at the door keeps nobody else out.
    assert_eq!(knowing.get(&health).send().await.expect("it is answered").status(), 200);
    drop((stop, knowing));
    serving.await.expect("it ends well");
}

#[test]
fn files_that_do_not_fit_are_named() {
    let folder = tempfile::tempdir().expect("there is room");
    files(folder.path());
    let (pem, key) = (folder.path().join("hub.pem"), folder.path().join("hub.key"));
    let why = |certificate: &Path, key: &Path| {
        Tls::of_files(certificate, key).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(why(&folder.path().join("none.pem"), &key).contains("none.pem"));
    assert!(why(&pem, &pem).contains("hub.pem"), "{}", why(&pem, &pem));
    std::fs::write(&key, "half a key").expect("there is room");
    assert!(why(&pem, &key).contains("hub.key"));
    let other = tempfile::tempdir().expect("there is room");
    files(other.path());
    assert!(why(&pem, &other.path().join("hub.key")).contains("hub.pem"), "the key of another certificate");
}
