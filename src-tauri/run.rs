//! What every opened till has: an async runtime, windows, the POS API, and an orderly end.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use contract::{Origin, WebhookUrl};
use pos_api::{PosApi, Token};
use shell::Desk;
use shell::windows::{CASHIER, CUSTOMER};
use tauri::{AppHandle, Manager, RunEvent, WindowEvent, Wry};
use till::Till;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::command::{Exit, Stop};

/// What the windows are opened with.
pub(crate) struct Windows<'a> {
    /// Where the POS token is.
    pub(crate) data: &'a Path,
    /// The port of the POS API.
    pub(crate) port: u16,
    /// Where the simulator is, in the demo.
    pub(crate) simulator: Option<String>,
    /// Which web pages may use the POS API.
    pub(crate) origins: Vec<Origin>,
    /// Where the POS wants to be called.
    pub(crate) webhooks: Vec<WebhookUrl>,
    /// Where registers write to the line display, if there is one.
    pub(crate) line_display: Option<SocketAddr>,
    /// Whether this is the demo.
    pub(crate) demo: bool,
    /// Whether to print the line for programs.
    pub(crate) json: bool,
}

/// The runtime that everything but the windows runs on.
pub(crate) fn runtime() -> Result<Runtime, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(Stop::failed)?;
    tauri::async_runtime::set(runtime.handle().clone());
    Ok(runtime)
}

/// The application, with all commands and no window yet.
pub(crate) fn app() -> Result<tauri::App<Wry>, Stop> {
    shell::windows::find_display().map_err(|error| {
        Stop::new(Exit::Unreachable, format!("there is no display to open a window on: {error}"))
    })?;
    shell::with_commands(tauri::Builder::default()).build(tauri::generate_context!()).map_err(Stop::failed)
}

/// Opens the POS API and the windows, says that all is ready, and runs until the windows are closed.
pub(crate) fn windows(
    app: tauri::App<Wry>,
    runtime: &Runtime,
    desk: Desk,
    with: &Windows<'_>,
) -> Result<(), Stop> {
    let token_file = with.data.join("pos-token");
    let token = Token::from_file_or_new(&token_file).map_err(Stop::failed)?;
    let listener = runtime.block_on(listen(with.port, with.demo))?;
    let address = listener.local_addr().map_err(Stop::failed)?;
    let till = desk.till.clone();
    let api = PosApi::new(till.clone(), desk.link.clone(), &token_file, token, with.origins.clone());
    runtime.spawn(api.serve(listener, std::future::pending()));
    if let Err(error) = webhooks::open(&till, with.data, &with.webhooks, webhooks::Pace::default()) {
        // The customer can pay all the same.
        tracing::error!(%error, cause = error.source().map(tracing::field::display), "no webhook is called");
    }
    let line_display =
        with.line_display.map(|at| runtime.block_on(line_display(at, till.clone()))).transpose()?;
    app.manage(desk);
    shell::windows::open(app.handle()).map_err(Stop::failed)?;
    runtime.spawn(end_when_told(app.handle().clone()));
    let ready = serde_json::json!({
        "ready": till.health().ready,
        "pos": format!("http://{address}"),
        "tokenFile": token_file,
        "simulator": with.simulator,
        "lineDisplay": line_display,
        "problem": till.counter().detail,
    });
    say_ready(ready, with.json);
    let demo = with.demo;
    let code = app.run_return(move |app, event| match event {
        RunEvent::WindowEvent { label, event: WindowEvent::CloseRequested { api, .. }, .. } => {
            close(app, &label, demo, &api);
        }
        // Windows that go without having been closed come back: the shell opens them anew.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        _ => {}
    });
    if code == 0 { Ok(()) } else { Err(Stop::failed(format!("the windows ended with {code}"))) }
}

/// In a shop the customer's window goes with the cashier's, and not by itself. In the demo any of them ends it.
fn close(app: &AppHandle<Wry>, label: &str, demo: bool, api: &tauri::CloseRequestApi) {
    if demo || label == CASHIER {
        app.exit(0);
    } else if label == CUSTOMER {
        api.prevent_close();
    }
}

async fn listen(port: u16, any_if_taken: bool) -> Result<TcpListener, Stop> {
    match pos_api::bind(port).await {
        Ok(listener) => Ok(listener),
        Err(_) if any_if_taken => pos_api::bind(0).await.map_err(Stop::failed),
        Err(error) => {
            let why =
                format!("port {port} can't be had: {error}. Is Kvitt running already? Else set pos.port");
            Err(Stop::new(Exit::Unreachable, why))
        }
    }
}

/// Opens the line display and shows what is written to it. Gives where it is.
async fn line_display(at: SocketAddr, till: Till) -> Result<SocketAddr, Stop> {
    let listener = TcpListener::bind(at).await.map_err(|error| {
        let why = format!(
            "the line display can't be opened at {at}: {error}. Set lineDisplay.port and lineDisplay.host"
        );
        Stop::new(Exit::Unreachable, why)
    })?;
    let address = listener.local_addr().map_err(Stop::failed)?;
    tokio::spawn(line_display::listen(listener, move |rows| {
        if let Err(refused) = till.show_text(&rows) {
            tracing::debug!(code = till::name_of(refused.code), "what a register wrote is not shown");
        }
    }));
    Ok(address)
}

/// Whoever stops the program from outside stops it as the last closed window would.
async fn end_when_told(app: AppHandle<Wry>) {
    #[cfg(unix)]
    let told = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let told = std::future::pending::<()>();
    tokio::select! {
        () = told => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    app.exit(0);
}

#[expect(clippy::print_stdout, reason = "this line is what programs and people wait for")]
fn say_ready(mut ready: serde_json::Value, json: bool) {
    if let Some(members) = ready.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    if json {
        println!("{ready}");
        return;
    }
    let text = |name: &str| ready[name].as_str().map(ToOwned::to_owned);
    if let Some(pos) = text("pos") {
        println!("POS API:    {pos}");
    }
    if let Some(file) = text("tokenFile") {
        println!("POS token:  {file}");
    }
    if let Some(simulator) = text("simulator") {
        println!("Simulator:  {simulator}");
    }
    if let Some(address) = text("lineDisplay") {
        println!("Registers:  {address}");
    }
    if let Some(problem) = text("problem") {
        println!("Not ready:  {problem}");
    }
}
