//! Contract 3.1: one-time codes and their pictures.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::Shop;

/// The path of a link to the simulator.
fn path(link: &Value) -> &str {
    link.as_str().and_then(|link| link.strip_prefix("http://simulator.invalid")).expect("its own link")
}

#[tokio::test]
async fn a_png_of_the_size_asked_for() {
    let shop = Shop::open().await;
    let url = shop.initiate("order-1", 20_000).await;
    shop.wait(56);
    for (body, headers, size) in [
        (json!({ "url": url }), vec![("Accept", "image/png")], 1024),
        (json!({ "url": url }), vec![("Accept", "image/png"), ("Size", "300")], 300),
        (json!({ "url": url, "size": 400, "whiteBorder": 20 }), vec![("Accept", "image/png")], 400),
    ] {
        let answer = shop.code(&body, &headers).await.json();
        assert_eq!(answer, json!({ "url": answer["url"], "expiresIn": 544 }));
        let picture = shop.get(path(&answer["url"])).await;
        assert_eq!(
            (picture.status, &picture.headers["content-type"]),
            (StatusCode::OK, &"image/png".parse().expect(""))
        );
        let drawn = image::load_from_memory(&picture.body).expect("is a PNG").to_luma8();
        assert_eq!(drawn.dimensions(), (size, size));
        let black =
            drawn.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] == 0).map(|(x, y, _)| x.min(y));
        let margin = black.min().expect("some black");
        // 29 modules and the margin on both sides fill the picture, so four modules are a ninth of it and a bit.
        assert!(margin * 29 >= 4 * (size - 2 * margin), "{margin} of {size}");
        assert!(drawn.pixels().all(|pixel| pixel.0[0] == 0 || pixel.0[0] == 255));
    }
}

#[tokio::test]
async fn an_svg_or_the_content_itself() {
    let shop = Shop::open().await;
    let url = shop.initiate("order-1", 20_000).await;
    let content = shop.simulator.payment("order-1").expect("is there").qr_content;
    assert_eq!(content.strip_prefix("http://simulator.invalid/r/").map(str::len), Some(8));
    for accept in ["image/svg+xml", "image/*"] {
        let answer = shop.code(&json!({ "url": url }), &[("Accept", accept)]).await.json();
        let picture = shop.get(path(&answer["url"])).await;
        assert_eq!(picture.headers["content-type"], "image/svg+xml");
        assert!(picture.body.starts_with(b"<svg "));
    }
    let answer = shop.code(&json!({ "url": url }), &[("Accept", "text/targetUrl")]).await;
    assert_eq!(answer.both(), (200, json!({ "url": content, "expiresIn": 600 })));
    assert_eq!(shop.simulator.scan_content(&content), Ok("order-1".into()));
    assert!(shop.simulator.scan_content("https://example.com/r/12345678").is_err());
    // With a slash at the end, as the guide writes it.
    let mut request = shop.request("POST", "/qr/v1/", Some(&json!({ "url": url })));
    request.headers_mut().insert("Accept", "text/targetUrl".parse().expect("a value"));
    assert_eq!(shop.send(request).await.status, 200);
}

#[tokio::test]
async fn other_kinds_are_refused_although_the_answer_is_json() {
    let shop = Shop::open().await;
    let url = shop.initiate("order-1", 20_000).await;
    for accept in ["*/*", "application/json", "image/jpeg"] {
        let answer = shop.code(&json!({ "url": url }), &[("Accept", accept)]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["title"]),
            (415, &json!("Unsupported Media Type"))
        );
    }
    let without = shop.request("POST", "/qr/v1", Some(&json!({ "url": url })));
    assert_eq!(shop.send(without).await.status, 415);
}

#[tokio::test]
async fn a_picture_lives_as_long_as_the_payment_can_be_paid() {
    let shop = Shop::open().await;
    let url = shop.initiate("order-1", 20_000).await;
    let png = [("Accept", "image/png")];
    let answer = shop.code(&json!({ "url": url }), &png).await.json();
    shop.wait(599);
    assert_eq!(shop.get(path(&answer["url"])).await.status, 200);
    assert_eq!(shop.code(&json!({ "url": url }), &png).await.json()["expiresIn"], 1);
    shop.wait(1);
    assert_eq!(shop.get(path(&answer["url"])).await.status, 404);
    let late = shop.code(&json!({ "url": url }), &png).await;
    assert_eq!(
        late.both(),
        (
            400,
            json!({
                "title": "Order timeout", "detail": "Payment has already timed out", "instance": late.json()["instance"],
            })
        )
    );
}

#[tokio::test]
async fn mistakes_are_named() {
    let shop = Shop::open().await;
    let url = shop.initiate("order-1", 20_000).await;
    let png = ("Accept", "image/png");
    let altered = shop.code(&json!({ "url": format!("{url}x") }), &[png]).await;
    assert_eq!(
        altered.both(),
        (
            400,
            json!({
                "title": "Validation error", "detail": "Supplied landing page token is not valid",
                "instance": altered.json()["instance"],
            })
        )
    );
    for (body, size, name) in [
        (json!({ "url": url }), "99", "Size"),
        (json!({ "url": url }), "2001", "Size"),
        (json!({ "url": url }), "big", "Size"),
        (json!({ "url": url, "size": 99 }), "300", "size"),
        (json!({ "url": url, "whiteBorder": 101 }), "300", "whiteBorder"),
        (json!({ "url": url, "whiteBorder": 45 }), "100", "whiteBorder"),
        (json!({ "url": url, "colour": "red" }), "300", "colour"),
        (json!({}), "300", "url"),
    ] {
        let answer = shop.code(&body, &[png, ("Size", size)]).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_eq!(answer.json()["invalidParams"][0]["name"], name);
    }
    let unauthorised = {
        let mut request = shop.request("POST", "/qr/v1", Some(&json!({ "url": url })));
        request.headers_mut().remove("Authorization");
        shop.send(request).await
    };
    assert_eq!(unauthorised.status, 401);
}
