use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};
use vipps::{
    ANSWER_BYTES_MAX, Certainty, Meaning, Network, Proxy, Reqwest, SetUpError, Transport, TransportError,
    Vipps,
};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{config, modification};

fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

/// A server that reads one request, writes `answer` and, unless `silent`, closes. Gives its address.
async fn server(answer: impl AsRef<[u8]> + Send + 'static, silent: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/?token=eyJsecret", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let read = socket.read(&mut request).await.unwrap();
        assert_ne!(read, 0);
        // The client may have left before all is written, which is what some tests want.
        let _ = socket.write_all(answer.as_ref()).await;
        if silent {
            std::future::pending::<()>().await;
        }
    });
    url
}

#[tokio::test]
async fn what_never_connected_was_not_sent() {
    // A port that is taken, so that nobody else can, and that nobody listens on.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    let error = Reqwest::new().unwrap().send(get(&url)).await.unwrap_err();
    assert!(matches!(error, TransportError::NotSent(_)), "{error:?}");
}

#[tokio::test]
async fn keys_do_not_leave_the_machine_unencrypted() {
    let vipps = Vipps::new(Arc::new(Reqwest::new().unwrap()), config("http://vipps.example"));
    let error = vipps.ecom().capture("order-1", &modification()).await.unwrap_err();
    assert_eq!((error.meaning(), error.certainty()), (Meaning::Unreachable, Certainty::NotDone));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("https"), "{cause}");
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_world_and_not_for_this_machine() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://till:pa55word@{}", listener.local_addr().unwrap());
    let network = Network { proxy: Proxy::At(proxy.parse().unwrap()), ..Network::default() };
    assert!(!format!("{network:?}").contains("pa55word"), "{network:?}");
    let client = Reqwest::over(&network).unwrap();
    let asked = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let read = socket.read(&mut request).await.unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });

    let error = client.send(get("https://vipps.test/qr/v1")).await.unwrap_err();
    assert!(matches!(error, TransportError::NotSent(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("pa55word"), "{error:?}");
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("CONNECT vipps.test:443 "), "{asked}");
    assert!(asked.to_lowercase().contains("proxy-authorization: basic "), "{asked}");

    let here = server("HTTP/1.1 204 No Content\r\n\r\n", false).await;
    assert_eq!(client.send(get(&here)).await.unwrap().status(), 204);
}

#[test]
fn what_is_no_proxy_is_refused_without_being_shown() {
    for url in ["socks5://till:pa55word@127.0.0.1:1080", "data:pa55word", "file:///pa55word"] {
        let network = Network { proxy: Proxy::At(url.parse().unwrap()), ..Network::default() };
        let error = Reqwest::over(&network).unwrap_err();
        assert!(matches!(error, SetUpError::Proxy), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("pa55word"), "{error:?}");
    }
    let direct = Network { proxy: Proxy::Direct, ..Network::default() };
    assert!(Reqwest::over(&direct).is_ok());
}

#[tokio::test]
async fn what_was_sent_and_not_answered_is_unknown() {
    let short = Duration::from_millis(200);
    let client = Reqwest::over(&Network { whole_answer_timeout: short, ..Network::default() }).unwrap();
    let silent = server("", true).await;
    let closed = server("", false).await;
    let half = server("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", false).await;
    let stuck = server("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", true).await;
    let noise = server("220 mail.example.com ESMTP\r\n", false).await;
    for url in [silent, closed, half, stuck, noise] {
        let error = client.send(get(&url)).await.unwrap_err();
        assert!(matches!(error, TransportError::NoAnswer(_)), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("eyJsecret"), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_has_a_size() {
    let client = Reqwest::new().unwrap();
    let server = MockServer::start().await;
    let largest = ResponseTemplate::new(200).set_body_bytes(vec![b'x'; ANSWER_BYTES_MAX]);
    Mock::given(any()).respond_with(largest).up_to_n_times(1).mount(&server).await;
    let larger = ResponseTemplate::new(200).set_body_bytes(vec![b'x'; ANSWER_BYTES_MAX + 1]);
    Mock::given(any()).respond_with(larger).mount(&server).await;
    let url = server.uri();
    assert_eq!(client.send(get(&url)).await.unwrap().body().len(), ANSWER_BYTES_MAX);
    assert_eq!(client.send(get(&url)).await.unwrap_err(), TransportError::TooLarge);
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let mut endless = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let chunk = [b"100000\r\n".as_slice(), &vec![b'x'; 0x0010_0000], b"\r\n"].concat();
    for _ in 0..5 {
        endless.extend_from_slice(&chunk);
    }
    let url = server(endless, true).await;
    let error = Reqwest::new().unwrap().send(get(&url)).await.unwrap_err();
    assert_eq!(error, TransportError::TooLarge);
}

#[tokio::test]
async fn redirects_are_answers_like_any_other() {
    let server = MockServer::start().await;
    let elsewhere = ResponseTemplate::new(302).insert_header("location", "/elsewhere");
    Mock::given(any()).respond_with(elsewhere).expect(1).mount(&server).await;
    let answer = Reqwest::new().unwrap().send(get(&server.uri())).await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.headers()["location"], "/elsewhere");
}

/// The environment can only be set for another process, so the test above is run in one.
#[test]
fn what_stays_on_the_machine_takes_no_proxy() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "network::redirects_are_answers_like_any_other"])
        .envs(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:1")))
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}");
}
