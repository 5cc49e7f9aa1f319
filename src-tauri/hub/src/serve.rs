//! Sockets: how many connections, how long they may take, with TLS or without.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::{Hub, http};

/// Connections that may wait to be taken. When a power cut is over all tills come in one moment, and one that finds no room
/// tries again only after a second, two, four; the usual 128 are too few. The system may allow fewer
/// (`net.core.somaxconn`).
const QUEUE_MAX: u32 = 4_096;
/// Connections at a time: 10 000 tills with a stream each, and what they ask.
const CONNECTIONS_MAX: usize = 24_000;
/// How long a client may take to introduce itself.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// How long a client may take to send the head of a request.
const HEADERS_TIME: Duration = Duration::from_secs(15);
/// The pause after a connection could not be taken: no file handles are left, for example.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long what runs has to end.
const STOP_TIME: Duration = Duration::from_secs(5);

/// What a hub proves with that it is the one.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// With the certificates and the key in these PEM files.
    ///
    /// # Errors
    /// When they can't be read, or do not belong together.
    pub fn of_files(certificate: &Path, key: &Path) -> io::Result<Tls> {
        let garbled = |path: &Path, error: &dyn std::fmt::Display| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
        };
        let certificates: Result<Vec<_>, _> =
            CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
        let certificates = certificates.map_err(|error| garbled(certificate, &error))?;
        let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| garbled(key, &error))?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(certificates, secret)
            .map_err(|error| garbled(certificate, &error))?;
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }
}

/// Listens at `address`, with room for all tills at once. Port 0 is any that is free.
///
/// # Errors
/// When somebody else listens there, or it is no address of this machine.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A hub that is begun again need not wait for what is left of the connections before. Elsewhere it means that somebody
    // else may listen there too.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE_MAX)
}

/// Answers for `hub` on `listener` until `shutdown`.
pub async fn serve(hub: Hub, listener: TcpListener, tls: Option<Tls>, shutdown: impl Future<Output = ()>) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let streams = hub.streams().clone();
    streams.send_replace(true);
    // Dropped, it ends what runs in it.
    let mut beside = JoinSet::new();
    let lines = hub.clone();
    beside.spawn(async move { lines.watch_lines().await });
    let service = TowerToHyperService::new(http::router(hub));
    tokio::pin!(shutdown);
    loop {
        let (seat, stream) = tokio::select! {
            accepted = accept(&listener, &seats) => accepted,
            () = &mut shutdown => break,
        };
        let (service, watcher, tls) = (service.clone(), graceful.watcher(), tls.clone());
        connections.spawn(async move {
            let _seat = seat;
            let Some(stream) = introduced(stream, tls).await else { return };
            let connection = http1_or_2().serve_connection(TokioIo::new(stream), service).into_owned();
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "a connection broke off");
            }
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    streams.send_replace(false);
    if timeout(STOP_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!(left = connections.len(), "connections were cut off");
    }
}

/// What a connection is once both ends know each other.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn introduced(stream: TcpStream, tls: Option<Tls>) -> Option<Box<dyn Stream>> {
    let Some(Tls(acceptor)) = tls else { return Some(Box::new(stream)) };
    match timeout(HANDSHAKE_TIME, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(Box::new(stream)),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a client could not introduce itself");
            None
        }
        Err(_) => None,
    }
}

fn http1_or_2() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_TIME);
    builder
}

/// The next connection, once there is a seat for it.
async fn accept(listener: &TcpListener, seats: &Arc<Semaphore>) -> (OwnedSemaphorePermit, TcpStream) {
    loop {
        // The semaphore is never closed.
        let Ok(seat) = seats.clone().acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small answers should not wait for one another.
                let _ = stream.set_nodelay(true);
                return (seat, stream);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All tills come back in one moment, and the hub has taken none of them yet.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn more_can_wait_at_once_than_usual() {
        const TILLS: usize = 400;
        let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").expect("it can be read");
        let allowed: usize = allowed.trim().parse().expect("it is a number");
        assert!(allowed > TILLS, "this system lets so few wait: {allowed}");
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port is free");
        let address = listener.local_addr().expect("it has one");
        let tills = (0..TILLS).map(|_| TcpStream::connect(address));
        let connected = timeout(Duration::from_secs(30), futures_util::future::join_all(tills)).await;
        let connected: Vec<_> = connected.expect("none is turned away").into_iter().flatten().collect();
        assert_eq!(connected.len(), TILLS);
    }
}
