//! Somebody who looks at the sale log over real HTTP: a browser, as far as that is needed, or a program.

use std::future::pending;

use hub::{Hub, KeptAuditor};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode};

/// A visitor of one hub.
pub(crate) struct Visitor {
    client: Client,
    address: String,
    cookie: Option<String>,
    token: Option<String>,
}

/// What a visitor gets.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) status: StatusCode,
    pub(crate) head: HeaderMap,
    pub(crate) text: String,
}

impl Shown {
    /// Where it sends the visitor.
    pub(crate) fn leads_to(&self) -> &str {
        self.head.get(LOCATION).and_then(|place| place.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

impl Visitor {
    /// Somebody who comes to `hub`, which answers from now on.
    pub(crate) async fn of(hub: &Hub) -> Visitor {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = format!("http://{}", listener.local_addr().expect("it has one"));
        tokio::spawn(hub::serve(hub.clone(), listener, None, pending()));
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        Visitor { client: client.expect("it can be made"), address, cookie: None, token: None }
    }

    /// An auditor who has just been added, and has logged in.
    pub(crate) async fn let_in(hub: &Hub, auditor: &KeptAuditor) -> Visitor {
        let password = hub.add_auditor(auditor, None).await.expect("it can be added");
        let mut visitor = Visitor::of(hub).await;
        let shown = visitor.logs_in(&auditor.id, password.reveal()).await;
        assert_eq!((shown.status, shown.leads_to()), (StatusCode::SEE_OTHER, "/log"), "{shown:?}");
        visitor
    }

    /// A program of the same auditor.
    pub(crate) fn with_token(&self, token: &str) -> Visitor {
        Visitor {
            client: self.client.clone(),
            address: self.address.clone(),
            cookie: None,
            token: Some(token.to_owned()),
        }
    }

    pub(crate) async fn logs_in(&mut self, name: &str, password: &str) -> Shown {
        let shown = self.posts("/log/in", &format!("name={name}&password={password}"), &[]).await;
        let cookie = shown.head.get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        self.cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(ToOwned::to_owned);
        shown
    }

    pub(crate) async fn posts(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Shown {
        let mut request = self
            .client
            .post(format!("{}{path}", self.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.shown(request).await
    }

    /// Reads in English.
    pub(crate) async fn sees(&self, path: &str) -> Shown {
        self.sees_in("en-GB,en;q=0.8", path).await
    }

    pub(crate) async fn sees_in(&self, languages: &str, path: &str) -> Shown {
        let request = self.client.get(format!("{}{path}", self.address));
        self.shown(request.header("accept-language", languages)).await
    }

    /// What a program gets as JSON.
    pub(crate) async fn reads(&self, query: &str) -> serde_json::Value {
        let shown = self.sees(&format!("/log.json{query}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{shown:?}");
        serde_json::from_str(&shown.text).expect("it is whole")
    }

    /// The references that a program finds, in their order.
    pub(crate) async fn finds(&self, query: &str) -> Vec<String> {
        let read = self.reads(query).await;
        let sales = read["sales"].as_array().expect("there is a list");
        let named = |sale: &serde_json::Value| sale["reference"].as_str().map(ToOwned::to_owned);
        sales.iter().filter_map(named).collect()
    }

    /// What is kept of the session in a browser.
    pub(crate) fn cookie(&self) -> &str {
        self.cookie.as_deref().unwrap_or_default()
    }

    async fn shown(&self, mut request: RequestBuilder) -> Shown {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("it answers");
        let (status, head) = (answer.status(), answer.headers().clone());
        // The mark before a table is looked at, too.
        let bytes = answer.bytes().await.expect("it is whole");
        Shown { status, head, text: String::from_utf8(bytes.to_vec()).expect("it is UTF-8") }
    }
}
