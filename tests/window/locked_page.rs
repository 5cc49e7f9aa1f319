//! The customer's page can do what it is for and nothing else, even when somebody runs a program in it.

use serde_json::{Value, json};

use crate::support::driver::Window;

/// Tries a command of another window, from within the customer's page.
fn refused(window: &Window, command: &str, arguments: &Value) -> String {
    let script = format!(
        "window.__TAURI_INTERNALS__.invoke('{command}', {arguments})
            .then(() => done('let through'), (error) => done('refused: ' + (error?.message ?? error)));"
    );
    window.run_to_end(&script).as_str().expect("it is text").to_owned()
}

#[test]
fn the_customer_window_is_refused_what_is_the_cashiers() {
    let window = Window::open();
    window.shows("idle");
    let amount = json!({ "value": 24_900, "currency": "NOK" });
    let request = json!({ "request": { "reference": "sale-1042-1", "amount": amount } });
    for (command, arguments) in [
        ("charge", &request),
        ("cancel", &json!({ "reference": "sale-1042-1" })),
        ("dismiss", &json!({ "reference": "sale-1042-1" })),
        ("counter", &json!({})),
        ("phone", &json!({})),
        ("phone_act", &json!({ "act": "approve" })),
        ("plugin:store|load", &json!({ "path": "settings.json" })),
        ("plugin:webview|create_webview_window", &json!({ "options": { "label": "another" } })),
        ("plugin:window|close", &json!({})),
        ("plugin:event|emit", &json!({ "event": "screen", "payload": 1 })),
    ] {
        let outcome = refused(&window, command, arguments);
        assert!(outcome.starts_with("refused: ") && outcome.contains("not allowed"), "{command}: {outcome}");
    }
    let own = refused(&window, "customer_screen", &json!({}));
    assert_eq!(own, "let through", "its own command must still work, or this test proves nothing");
    assert_eq!(window.pos.get("/v1/health").good()["open"], Value::Null);
    assert!(window.premises.vipps.references().is_empty(), "nothing was started");
}

#[test]
fn nothing_foreign_runs_or_is_fetched() {
    let window = Window::open();
    window.shows("idle");
    let origin = window.premises.vipps.origin();
    let before = window.premises.vipps.calls("/qr-image/").len();
    let script = format!(
        r#"
        const violated = [];
        document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
        const inline = document.createElement('script');
        inline.textContent = 'window.foreign = "inline"';
        document.body.append(inline);
        const remote = document.createElement('script');
        remote.src = '{origin}/qr-image/v1?token=script';
        document.body.append(remote);
        const style = document.createElement('style');
        style.textContent = 'body {{ display: none }}';
        document.head.append(style);
        const frame = document.createElement('iframe');
        frame.src = '{origin}/qr-image/v1?token=frame';
        document.body.append(frame);
        let evaluated;
        try {{ evaluated = eval('1 + 1'); }} catch {{ evaluated = 'refused'; }}
        const image = new Promise((tried) => {{
            const image = new Image();
            image.onload = () => tried('loaded');
            image.onerror = () => tried('refused');
            image.src = '{origin}/qr-image/v1?token=image';
        }});
        const fetched = fetch('{origin}/qr-image/v1?token=fetch', {{ mode: 'no-cors' }})
            .then(() => 'fetched', () => 'refused');
        Promise.all([image, fetched]).then(([image, fetched]) => setTimeout(() => done({{
            image,
            fetched,
            evaluated,
            inline: window.foreign ?? 'refused',
            hidden: getComputedStyle(document.body).display === 'none',
            violated: violated.sort(),
        }})));"#
    );
    let outcome = window.run_to_end(&script);
    for tried in ["image", "fetched", "evaluated", "inline"] {
        assert_eq!(outcome[tried], "refused", "{tried}: {outcome}");
    }
    assert_eq!(outcome["hidden"], false, "{outcome}");
    for directive in ["connect-src", "frame-src", "img-src", "script-src-elem", "style-src-elem"] {
        let violated = outcome["violated"].as_array().expect("a list");
        assert!(violated.contains(&json!(directive)), "{directive}: {outcome}");
    }
    let calls = window.premises.vipps.calls("/qr-image/");
    assert_eq!(calls.len(), before, "something went out: {calls:?}");
    // The page itself has not been harmed.
    assert_eq!(window.shows("idle")["headline"], "Velkommen");
}
