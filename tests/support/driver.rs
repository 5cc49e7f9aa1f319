//! A till whose customer window is looked at from inside, through WebKitWebDriver.
//!
//! The driver attaches to the first page of a program alone, which is the customer's. What else is on the display
//! is seen on screenshots.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::kvitt::ready_line;
use super::picture;
use super::pos::Pos;
use super::premises::{KVITT, Premises};
use super::program::Program;
use super::wait::{SOON, wait_for, wait_within};

/// What the customer reads. Absent things are `null`.
const SIGHT: &str = r#"
    const text = (id) => document.querySelector(`[data-testid="${id}"]`)?.textContent?.trim() ?? null;
    return {
        view: document.querySelector('.screen')?.dataset.view ?? null,
        shop: text('shop'),
        headline: text('headline'),
        amount: text('amount'),
        hint: text('hint'),
        countdown: text('countdown'),
    };"#;

/// A till with its windows open, and a way into the customer's.
pub(crate) struct Window {
    pub(crate) pos: Pos,
    /// The line that the till printed when it was ready.
    pub(crate) ready: Value,
    client: Client,
    runtime: Runtime,
    // The premises go last.
    driver: Program,
    pub(crate) premises: Premises,
}

impl Window {
    /// A shop with good settings and keys, whose till is ready.
    pub(crate) fn open() -> Window {
        let window = Window::on(Premises::ready());
        assert_eq!(window.ready["ready"], true, "{}", window.ready);
        window
    }

    /// A till on these premises, ready or not.
    pub(crate) fn on(premises: Premises) -> Window {
        Window::logging(premises, "info")
    }

    /// The same, with the log turned up as far as it goes.
    pub(crate) fn with_everything_logged(premises: Premises) -> Window {
        Window::logging(premises, "trace")
    }

    fn logging(premises: Premises, log: &str) -> Window {
        let port = free_port();
        let mut command = Command::new("WebKitWebDriver");
        command.arg(format!("--port={port}"));
        premises.lend_to(&mut command);
        premises.display().lend_to(&mut command);
        // Without it the till would not let itself be driven, and the driver would wait for ever.
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("KVITT_LOG", log);
        let driver = Program::start("WebKitWebDriver", &command);
        wait_for("the driver", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).map(drop).map_err(|error| error.to_string())
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("the system has a thread to spare");
        let client = connected(&runtime, port, &premises);
        // The till inherits the driver's output.
        let ready = ready_line(&driver.first_line());
        Window { pos: Pos::of(&ready), ready, client, runtime, driver, premises }
    }

    /// Waits until the customer sees `view`, and gives all of it.
    pub(crate) fn shows(&self, view: &str) -> Value {
        // The longest way is to *checking*: six seconds of silence, and the calls that are given up before.
        wait_within(Duration::from_secs(30), &format!("the customer to see `{view}`"), || {
            let sight = self.run(SIGHT);
            if sight["view"] == view { Ok(sight) } else { Err(sight.to_string()) }
        })
    }

    /// Runs JavaScript in the customer's page and gives what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.within(self.client.execute(script, vec![]))
    }

    /// Runs JavaScript that says `done(value)` when it is done.
    pub(crate) fn run_to_end(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1];\n{script}");
        self.within(self.client.execute_async(&script, vec![]))
    }

    /// The whole text of the page as it is now.
    pub(crate) fn page_source(&self) -> String {
        self.within(self.client.source())
    }

    /// Takes a picture of the display, which is kept under `name`.
    pub(crate) fn screenshot(&self, name: &str) -> std::path::PathBuf {
        picture::screenshot(self.premises.display(), name)
    }

    /// What the till has printed.
    pub(crate) fn said(&self) -> String {
        self.driver.said()
    }

    fn within<T>(&self, call: impl Future<Output = Result<T, fantoccini::error::CmdError>>) -> T {
        let outcome = self.runtime.block_on(async { tokio::time::timeout(SOON, call).await });
        outcome.expect("the page answers").unwrap_or_else(|error| panic!("{error}"))
    }
}

fn connected(runtime: &Runtime, port: u16, premises: &Premises) -> Client {
    let folder = |path: &Path| path.to_str().expect("it is text").to_owned();
    let arguments =
        ["--config".to_owned(), folder(&premises.config()), "--data".to_owned(), folder(&premises.data())];
    let arguments: Vec<String> = arguments.into_iter().chain(["--json".to_owned()]).collect();
    let options = json!({ "binary": KVITT, "args": arguments });
    let capabilities: Capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let url = format!("http://127.0.0.1:{port}");
    let connecting = async { tokio::time::timeout(SOON, builder.connect(&url)).await };
    let outcome = runtime.block_on(connecting).expect("the driver answers");
    outcome.unwrap_or_else(|error| panic!("the driver gives no session: {error}"))
}

/// A port that nobody listens on. The driver can't choose one itself.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}
