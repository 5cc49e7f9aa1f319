//! Who gets in: this machine, by its own name, with the token.

use axum::body::Body;
use axum::http::Request;

use crate::support::{Shop, WEB_TILL};

#[tokio::test(start_paused = true)]
async fn nothing_without_the_token() {
    let shop = Shop::open().await;
    let right = format!("Bearer {}", shop.token);
    let wrong = format!("Bearer {}", "0".repeat(64));
    let basic = format!("Basic {}", shop.token);
    let short = right[..right.len() - 1].to_owned();
    for path in ["/v1/health", "/v1/screen", "/v1/events", "/v1/payments/sale-42-1", "/nowhere"] {
        for said in
            [None, Some(""), Some("Bearer"), Some("Bearer "), Some(&*wrong), Some(&*basic), Some(&*short)]
        {
            let mut request = Request::get(path).header("host", "localhost:7650");
            if let Some(said) = said {
                request = request.header("authorization", said);
            }
            let refused = shop.send(request.body(Body::empty()).expect("a request")).await;
            assert_eq!(refused.problem(), (401, "token_invalid"), "{path} {said:?}");
            assert_eq!(refused.headers["www-authenticate"], "Bearer");
            assert!(!refused.body.to_string().contains(&shop.token));
        }
    }
    let twice = Request::get("/v1/health")
        .header("host", "localhost")
        .header("authorization", &right)
        .header("authorization", &wrong)
        .body(Body::empty());
    assert_eq!(shop.send(twice.expect("a request")).await.problem(), (401, "token_invalid"));
    let lower = Request::get("/v1/health")
        .header("host", "localhost")
        .header("authorization", right.replace('B', "b"));
    assert_eq!(shop.send(lower.body(Body::empty()).expect("a request")).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn the_contract_is_open_to_everyone_here() {
    let shop = Shop::open().await;
    let request = Request::get("/v1/openapi.json").header("host", "localhost:7650").body(Body::empty());
    let answer = shop.send(request.expect("a request")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert!(answer.body["openapi"].as_str().expect("a version").starts_with("3.1"));
}

#[tokio::test(start_paused = true)]
async fn names_of_other_machines_are_refused_even_with_the_token() {
    let shop = Shop::open().await;
    let authorization = format!("Bearer {}", shop.token);
    for host in ["evil.example", "evil.example:7650", "127.0.0.1.evil.example", "192.168.1.10:7650", ""] {
        for path in ["/v1/health", "/v1/openapi.json"] {
            let request = Request::get(path).header("host", host).header("authorization", &authorization);
            let refused = shop.send(request.body(Body::empty()).expect("a request")).await;
            assert_eq!(refused.problem(), (421, "request_invalid"), "{host} {path}");
        }
    }
    let nameless = Request::get("/v1/health").header("authorization", &authorization).body(Body::empty());
    assert_eq!(shop.send(nameless.expect("a request")).await.problem(), (421, "request_invalid"));
    let absolute = shop.request("GET", "http://evil.example/v1/health").body(Body::empty());
    assert_eq!(shop.send(absolute.expect("a request")).await.problem(), (421, "request_invalid"));
    for host in ["127.0.0.1:7650", "localhost", "[::1]:7650"] {
        let request = Request::get("/v1/health").header("host", host).header("authorization", &authorization);
        assert_eq!(shop.send(request.body(Body::empty()).expect("a request")).await.status, 200, "{host}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_of_other_machines_are_refused_even_with_the_token() {
    let shop = Shop::open().await;
    for origin in
        ["http://evil.example", "https://evil.example:7650", "null", "http://localhost.evil.example"]
    {
        let request = shop.request("GET", "/v1/health").header("origin", origin).body(Body::empty());
        let refused = shop.send(request.expect("a request")).await;
        assert_eq!(refused.problem(), (403, "request_invalid"), "{origin}");
    }
    let page_here =
        shop.request("GET", "/v1/health").header("origin", "http://localhost:5173").body(Body::empty());
    assert_eq!(shop.send(page_here.expect("a request")).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_the_shop_has_named_may_ask_and_may_read_the_answers() {
    let shop = Shop::open().await;
    let from_the_page = |method: &str| shop.request(method, "/v1/health").header("origin", WEB_TILL);
    let answer = shop.send(from_the_page("GET").body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["access-control-allow-origin"], WEB_TILL);
    let mut nobody = from_the_page("GET").body(Body::empty()).expect("a request");
    nobody.headers_mut().remove("authorization");
    let refused = shop.send(nobody).await;
    assert_eq!(refused.problem(), (401, "token_invalid"), "the page is not enough");
    assert_eq!(refused.headers["access-control-allow-origin"], WEB_TILL, "it may read why");
    let two = from_the_page("GET").header("origin", "https://evil.example").body(Body::empty());
    let refused = shop.send(two.expect("a request")).await;
    assert_eq!(refused.problem(), (403, "request_invalid"), "two origins are none");
    let elsewhere = shop.request("GET", "/v1/health").header("origin", "http://localhost:5173");
    let answer = shop.send(elsewhere.body(Body::empty()).expect("a request")).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test(start_paused = true)]
async fn a_browser_is_told_what_a_named_page_may_do() {
    let shop = Shop::open().await;
    let question = |origin: &str| {
        Request::options("/v1/payments")
            .header("host", "127.0.0.1:7650")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,idempotency-key")
            .header("access-control-request-private-network", "true")
            .body(Body::empty())
            .expect("a request")
    };
    let told = shop.open_stream(question(WEB_TILL)).await;
    let header = |name: &str| told.headers().get(name).map_or("", |value| value.to_str().unwrap_or_default());
    assert!(told.status().is_success(), "{told:?}");
    assert_eq!(header("access-control-allow-origin"), WEB_TILL);
    assert_eq!(header("access-control-allow-private-network"), "true");
    assert!(header("access-control-allow-headers").contains("idempotency-key"));
    assert!(header("access-control-allow-methods").contains("DELETE"));
    assert!(header("vary").contains("origin"));
    let told = shop.open_stream(question("https://evil.example")).await;
    for name in ["access-control-allow-origin", "access-control-allow-private-network"] {
        assert!(!told.headers().contains_key(name), "{name}");
    }
}
