//! A shop that speaks HTTP by hand, and a clock that stands still until it is moved.

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use simulator::{Options, SalesUnit, Simulator};
use tower::ServiceExt;

/// 2018-11-14T15:21:22.126Z, as in the samples.
pub(crate) const START: i64 = 1_542_208_882_126;
/// The usual Norwegian sales unit.
pub(crate) const MSN: &str = "654321";

pub(crate) struct Shop {
    pub(crate) simulator: Simulator,
    pub(crate) unit: SalesUnit,
    pub(crate) token: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// Status, and `reason` of the one error in the shape of ePayment, after its `name` if that is a field's.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(problem["traceId"].as_str().is_some_and(|id| id.len() == 36), "{problem}");
        let detail = &problem["extraDetails"][0];
        let what = if detail["name"] == "ErrorCode" { &detail["reason"] } else { &detail["name"] };
        (self.status.as_u16(), what.as_str().unwrap_or_default().to_owned())
    }

    /// Status and body, for comparing both at once.
    pub(crate) fn both(&self) -> (u16, Value) {
        (self.status.as_u16(), self.json())
    }

    /// `errorCode` of the first error in shape 1.
    pub(crate) fn code(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()[0]["errorCode"].as_str().expect("shape 1").to_owned())
    }
}

pub(crate) fn options() -> Options {
    Options { clock: Box::new(|| START), allow_loopback_callbacks: true, ..Options::default() }
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::at(Simulator::new(options()), MSN).await
    }

    pub(crate) async fn at(simulator: Simulator, msn: &str) -> Self {
        let unit = simulator.sales_units().into_iter().find(|unit| unit.msn == msn).expect("is ready");
        let mut shop = Self { simulator, unit, token: String::new() };
        shop.log_in().await;
        shop
    }

    pub(crate) async fn log_in(&mut self) {
        let answer = self.send(self.token_request()).await;
        answer.json()["access_token"].as_str().expect("a token").clone_into(&mut self.token);
    }

    pub(crate) fn token_request(&self) -> Request<Body> {
        Request::post("/accesstoken/get")
            .header("client_id", &self.unit.client_id)
            .header("client_secret", &self.unit.client_secret)
            .header("Ocp-Apim-Subscription-Key", &self.unit.subscription_key)
            .body(Body::empty())
            .expect("a request")
    }

    /// A request with everything that it needs; tests change what they are about.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Request<Body> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Ocp-Apim-Subscription-Key", &self.unit.subscription_key)
            .header("Merchant-Serial-Number", &self.unit.msn)
            .header("Vipps-System-Name", "Kvitt");
        match body {
            Some(body) => {
                request.header("Content-Type", "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        }
        .expect("a request")
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.simulator.router().oneshot(request).await.expect("never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path, None)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path, Some(body))).await
    }

    pub(crate) fn order(&self, order_id: &str, amount: i64) -> Value {
        json!({
            "customerInfo": {},
            "merchantInfo": {
                "merchantSerialNumber": self.unit.msn,
                "callbackPrefix": "https://example.com/vipps/callbacks",
                "fallBack": "https://example.com/done",
            },
            "transaction": {
                "orderId": order_id,
                "amount": amount,
                "transactionText": "One pair of Vipps socks",
                "skipLandingPage": false,
            },
        })
    }

    /// Starts a payment and gives the URL that the merchant gets.
    pub(crate) async fn initiate(&self, order_id: &str, amount: i64) -> String {
        let answer = self.post("/ecomm/v2/payments", &self.order(order_id, amount)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()["url"].as_str().expect("a URL").to_owned()
    }

    pub(crate) async fn details(&self, order_id: &str) -> Value {
        let answer = self.get(&format!("/ecomm/v2/payments/{order_id}/details")).await;
        assert_eq!(answer.status, 200);
        answer.json()
    }

    fn change(&self, amount: Option<i64>) -> Value {
        json!({
            "merchantInfo": { "merchantSerialNumber": self.unit.msn },
            "transaction": { "amount": amount, "transactionText": "One pair of Vipps socks" },
        })
    }

    pub(crate) async fn capture(&self, order_id: &str, amount: Option<i64>, request_id: &str) -> Answer {
        self.charge(order_id, "capture", amount, request_id).await
    }

    pub(crate) async fn refund(&self, order_id: &str, amount: Option<i64>, request_id: &str) -> Answer {
        self.charge(order_id, "refund", amount, request_id).await
    }

    async fn charge(&self, order_id: &str, what: &str, amount: Option<i64>, request_id: &str) -> Answer {
        let path = format!("/ecomm/v2/payments/{order_id}/{what}");
        let mut request = self.request("POST", &path, Some(&self.change(amount)));
        request.headers_mut().insert("X-Request-Id", request_id.parse().expect("a header value"));
        self.send(request).await
    }

    pub(crate) async fn cancel(&self, order_id: &str, release_rest: bool) -> Answer {
        let body = json!({
            "merchantInfo": { "merchantSerialNumber": self.unit.msn },
            "transaction": { "transactionText": "One pair of Vipps socks" },
            "shouldReleaseRemainingFunds": release_rest,
        });
        self.send(self.request("PUT", &format!("/ecomm/v2/payments/{order_id}/cancel"), Some(&body))).await
    }

    /// Asks for a code with these headers, besides the usual ones.
    pub(crate) async fn code(&self, body: &Value, headers: &[(&'static str, &str)]) -> Answer {
        let mut request = self.request("POST", "/qr/v1", Some(body));
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header value"));
        }
        self.send(request).await
    }

    /// An order for ePayment; tests change what they are about.
    pub(crate) fn wish(&self, reference: &str, value: i64) -> Value {
        json!({
            "amount": { "currency": self.unit.currency, "value": value },
            "paymentMethod": { "type": "WALLET" },
            "reference": reference,
            "userFlow": "QR",
            "qrFormat": { "format": "IMAGE/PNG", "size": 300 },
            "customerInteraction": "CUSTOMER_PRESENT",
            "returnUrl": "https://example.com/done",
            "paymentDescription": "One pair of socks",
        })
    }

    /// A write to ePayment: `what` follows `/epayment/v1/payments`.
    pub(crate) async fn write(&self, what: &str, key: &str, body: &Value) -> Answer {
        let path = format!("/epayment/v1/payments{what}");
        let mut request = self.request("POST", &path, Some(body));
        request.headers_mut().insert("Idempotency-Key", key.parse().expect("a header value"));
        self.send(request).await
    }

    /// Makes a payment through ePayment and gives its `redirectUrl`.
    pub(crate) async fn create(&self, reference: &str, value: i64) -> Value {
        let answer = self.write("", &format!("create-{reference}"), &self.wish(reference, value)).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()["redirectUrl"].clone()
    }

    /// The payment as ePayment tells it.
    pub(crate) async fn look(&self, reference: &str) -> Value {
        let answer = self.get(&format!("/epayment/v1/payments/{reference}")).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()
    }

    /// A capture or a refund through ePayment.
    pub(crate) async fn modify(&self, reference: &str, what: &str, key: &str, value: i64) -> Answer {
        let amount = json!({ "currency": self.unit.currency, "value": value });
        let body = json!({ "modificationAmount": amount });
        self.write(&format!("/{reference}/{what}"), key, &body).await
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.simulator.advance(std::time::Duration::from_secs(seconds));
    }
}
