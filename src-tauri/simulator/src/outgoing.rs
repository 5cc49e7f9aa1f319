//! Requests that the simulator makes.
//!
//! It never leaves this machine: they go out over plain HTTP to a loopback address, or not at all.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Host, Url};

/// How much of the answer is read to find its status, in bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1024;

/// One request with JSON, by hand: plain HTTP/1.1 to this machine needs no client.
///
/// Gives the status, or why there is none.
pub(crate) async fn post(url: &str, headers: &[(&str, String)], body: &str) -> Result<u16, String> {
    let url = Url::parse(url).map_err(|why| why.to_string())?;
    let address = loopback(&url).ok_or("the simulator reaches this machine only, over plain http")?;
    let mut more = String::new();
    for (name, value) in headers {
        if value.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(format!("{name} is no header value"));
        }
        more = format!("{more}{name}: {value}\r\n");
    }
    let (path, host, length) = (path_and_query(&url), host(&url), body.len());
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{more}\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
    );
    exchange(&address, request.as_bytes())
        .await
        .map_err(|why| why.to_string())?
        .ok_or_else(|| "not HTTP".into())
}

/// Path and query, as the first line of a request has them.
pub(crate) fn path_and_query(url: &Url) -> String {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", url.path())
}

/// What the header `Host` says: the port only where it is not the usual one.
pub(crate) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

async fn exchange(address: &str, request: &[u8]) -> std::io::Result<Option<u16>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    let mut piece = [0; 512];
    while answer.len() < ANSWER_BYTES_MAX && !answer.contains(&b'\n') {
        match stream.read(&mut piece).await? {
            0 => break,
            length => answer.extend_from_slice(&piece[..length]),
        }
    }
    let line = String::from_utf8_lossy(&answer);
    Ok(line.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)?.parse().ok()))
}

/// `host:port` of an address on this machine.
fn loopback(url: &Url) -> Option<String> {
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let port = url.port_or_known_default()?;
    (here && url.scheme() == "http").then(|| format!("{}:{port}", url.host_str().unwrap_or_default()))
}
