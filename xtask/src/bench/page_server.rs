//! Serves the customer's page to a browser, and tells it what to show as a till would.
//!
//! The page is the one of the program, built for browsers: it gets each screen whole, by a server-sent event, and the
//! picture of a code when it asks for it. Nothing stands between that and the page, so a browser is told sooner than
//! the program's own window, whose screens come through the POS API and the till.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::instant;

/// A request that is longer than this is none of a page's, in bytes.
const LINE_BYTES_MAX: u64 = 16_384;
/// Where the page hears what to show.
const NEWS: &str = "/news";

/// What the pages are served from, and who listens.
struct Inside {
    pages: PathBuf,
    listeners: Mutex<Vec<TcpStream>>,
    screen: Mutex<Value>,
    code: Mutex<Vec<u8>>,
}

/// The server. It ends with the program.
pub(crate) struct PageServer {
    origin: String,
    inside: Arc<Inside>,
}

impl PageServer {
    /// Serves the pages in `pages`; whoever listens first hears `screen`.
    pub(crate) fn open(pages: &Path, screen: &Value) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("opening a port for the pages")?;
        let origin = format!("http://{}", listener.local_addr()?);
        let inside = Arc::new(Inside {
            pages: pages.to_owned(),
            listeners: Mutex::default(),
            screen: Mutex::new(screen.clone()),
            code: Mutex::default(),
        });
        let serving = inside.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                // A browser that hangs up is no trouble of ours.
                std::thread::spawn(move || drop(serve(&serving, stream)));
            }
        });
        Ok(Self { origin, inside })
    }

    /// Where a page is that shows what it is told.
    pub(crate) fn customer(&self) -> String {
        format!("{}/customer.html?story=idle&env=demo&shop=Kaffebaren%20Oslo&news={NEWS}", self.origin)
    }

    /// Where the cashier's page is, playing a story.
    pub(crate) fn cashier(&self) -> String {
        format!("{}/cashier.html?story=ready&env=demo&shop=Kaffebaren%20Oslo", self.origin)
    }

    /// The picture of every code from now on.
    pub(crate) fn draw(&self, code: Vec<u8>) {
        *lock(&self.inside.code) = code;
    }

    /// How many pages listen.
    pub(crate) fn listeners(&self) -> usize {
        lock(&self.inside.listeners).len()
    }

    /// Nobody listens any more.
    pub(crate) fn forget_listeners(&self) {
        lock(&self.inside.listeners).clear();
    }

    /// Shows `screen` to whoever begins to listen from now on.
    pub(crate) fn tell_whoever_comes(&self, screen: &Value) {
        *lock(&self.inside.screen) = screen.clone();
    }

    /// Tells everybody who listens to show `screen`, and when that was begun.
    pub(crate) fn tell(&self, screen: &Value) -> Result<Instant> {
        *lock(&self.inside.screen) = screen.clone();
        let event = event(screen);
        let mut listeners = lock(&self.inside.listeners);
        let begun = instant();
        listeners.retain_mut(|listener| listener.write_all(event.as_bytes()).is_ok());
        if listeners.is_empty() {
            bail!("the browser does not listen any more")
        }
        Ok(begun)
    }
}

fn serve(inside: &Inside, mut stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let path = asked_for(&stream)?;
    match path.split_once('?').map_or(path.as_str(), |(path, _)| path) {
        NEWS => {
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n";
            let screen = lock(&inside.screen).clone();
            stream.write_all((head.to_owned() + &event(&screen)).as_bytes())?;
            lock(&inside.listeners).push(stream);
            Ok(())
        }
        path if path.starts_with(NEWS) => {
            let code = lock(&inside.code).clone();
            answer(&mut stream, "image/png", &code)
        }
        path => {
            let file = path.trim_start_matches('/');
            if file.split('/').any(|part| part == "..") {
                bail!("{path} is none of the pages");
            }
            match std::fs::read(inside.pages.join(file)) {
                Ok(bytes) => answer(&mut stream, kind(file), &bytes),
                Err(_) => Ok(stream.write_all(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                )?),
            }
        }
    }
}

/// The path of a request; its head is read to the end.
fn asked_for(stream: &TcpStream) -> Result<String> {
    let mut lines = BufReader::new(std::io::Read::take(stream, LINE_BYTES_MAX));
    let mut first = String::new();
    lines.read_line(&mut first)?;
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 && line != "\r\n" {
        line.clear();
    }
    first.split(' ').nth(1).map(str::to_owned).with_context(|| format!("not a request: {first}"))
}

fn answer(stream: &mut TcpStream, kind: &str, body: &[u8]) -> Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    Ok(stream.write_all(body)?)
}

fn event(screen: &Value) -> String {
    format!("data: {screen}\n\n")
}

fn kind(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each is whole between any two changes.
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use serde_json::json;

    use super::*;

    fn ask(server: &PageServer, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(server.origin.trim_start_matches("http://")).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
        stream
    }

    #[test]
    fn a_page_hears_the_screen_that_is_and_every_later_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.html"), "hello").unwrap();
        let server = PageServer::open(folder.path(), &json!({ "number": 1 })).unwrap();
        let whole = |path: &str| {
            let mut text = String::new();
            ask(&server, path).read_to_string(&mut text).unwrap();
            text
        };
        assert!(whole("/a.html?story=idle").ends_with("\r\n\r\nhello"));
        assert!(whole("/b.html").starts_with("HTTP/1.1 404"));
        assert_eq!(whole("/../outside.html"), "");
        server.draw(b"png".to_vec());
        assert!(whole("/news/some-code").ends_with("\r\n\r\npng"));

        let mut news = BufReader::new(ask(&server, NEWS));
        let mut heard = |wanted: &str| {
            let mut line = String::new();
            while !line.starts_with("data:") {
                line.clear();
                assert!(news.read_line(&mut line).unwrap() > 0);
            }
            assert_eq!(line.trim(), wanted);
        };
        heard(r#"data: {"number":1}"#);
        while server.listeners() == 0 {}
        server.tell(&json!({ "number": 2 })).unwrap();
        heard(r#"data: {"number":2}"#);
    }
}
