//! The least of HTTP that is needed to load a hub: it must cost much less than what it loads.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// How long an answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// So many addresses of this machine are called from: one has ports for some 28 000 connections.
const ADDRESSES: u32 = 16;

/// A new connection to `hub`; `number` chooses the address that it comes from.
pub(crate) async fn connect(hub: SocketAddr, number: usize) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let last = u32::try_from(number).unwrap_or(0) % ADDRESSES;
    let from = Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + 1 + last);
    socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
    let stream = socket.connect(hub).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// What is sent to ask for something; `body` is JSON.
pub(crate) fn request(method: &str, path: &str, authorization: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: hub\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Asks over `stream`. Gives the status and the body.
pub(crate) async fn exchange(stream: &mut TcpStream, request: &str) -> Result<(u16, Vec<u8>)> {
    timeout(ANSWER_TIME, async {
        stream.write_all(request.as_bytes()).await?;
        answer(stream).await
    })
    .await
    .context("no answer in time")?
}

async fn answer(stream: &mut TcpStream) -> Result<(u16, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = end_of_head(&bytes) {
            let head = std::str::from_utf8(&bytes[..end])?.to_ascii_lowercase();
            let status = head.split(' ').nth(1).context("no status")?.parse()?;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.context("an answer of unknown length")?.trim().parse()?;
            let mut body = bytes.split_off(end);
            while body.len() < length {
                if stream.read_buf(&mut body).await? == 0 {
                    bail!("the answer broke off");
                }
            }
            return Ok((status, body));
        }
        if bytes.len() > ANSWER_BYTES_MAX || stream.read_buf(&mut bytes).await? == 0 {
            bail!("no answer");
        }
    }
}

/// What came of a file.
pub(crate) struct File {
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
}

/// Asks `hub` for a file that it writes as it goes, piece by piece, to its end. Nothing of it is kept.
pub(crate) async fn file(hub: SocketAddr, request: &str) -> Result<File> {
    let mut stream = BufReader::new(connect(hub, 0).await?);
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    let mut head = String::new();
    while line != "\r\n" {
        head.push_str(&std::mem::take(&mut line));
        anyhow::ensure!(stream.read_line(&mut line).await? > 0, "no answer: {head}");
    }
    anyhow::ensure!(head.starts_with("HTTP/1.1 200") && head.contains("chunked"), "{head}");
    let (mut file, mut piece) = (File { bytes: 0, lines: 0 }, Vec::new());
    loop {
        line.clear();
        anyhow::ensure!(stream.read_line(&mut line).await? > 0, "the file broke off");
        let length = usize::from_str_radix(line.trim_end(), 16).context("a piece of unknown length")?;
        // Two more end it.
        piece.resize(length + 2, 0);
        stream.read_exact(&mut piece).await.context("the file broke off")?;
        if length == 0 {
            return Ok(file);
        }
        let piece = &piece[..length];
        file.bytes += u64::try_from(length)?;
        file.lines += u64::try_from(piece.split(|byte| *byte == b'\n').count() - 1)?;
    }
}

/// Where the head of an answer ends.
pub(crate) fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// Connections that are kept for whoever needs one.
#[derive(Debug, Default)]
pub(crate) struct Pool(Mutex<Vec<TcpStream>>);

impl Pool {
    /// Asks `hub` over a kept connection, or a new one. One on which something failed is not kept.
    pub(crate) async fn ask(&self, hub: SocketAddr, number: usize, request: &str) -> Result<(u16, Vec<u8>)> {
        let mut stream = match self.take() {
            Some(stream) => stream,
            None => connect(hub, number).await?,
        };
        let answer = exchange(&mut stream, request).await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        Ok(answer)
    }

    /// One that still holds: a hub closes what rests for a quarter of a minute.
    fn take(&self) -> Option<TcpStream> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| kept.pop()).find(|stream| {
            let read = stream.try_read(&mut [0]);
            read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
        })
    }
}
