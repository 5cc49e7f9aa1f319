//! Sockets: how many connections, how long they may take, and how they end.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::PosApi;
use crate::limits::{ACCEPT_PAUSE, CONNECTIONS_MAX, HEADER_BYTES_MAX, HEADERS_MAX, HEADERS_TIME, STOP_TIME};

/// A socket that only this machine reaches, at `port` of 127.0.0.1. Port 0 takes any that is free.
///
/// # Errors
/// When the port is taken.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

impl PosApi {
    /// Answers on `listener` until `shutdown`. Then nothing new is taken, event streams end, those who wait for
    /// a change are answered, and what runs has 5 s to end.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let service = TowerToHyperService::new(self.router());
        let http = http();
        tokio::pin!(shutdown);
        loop {
            let (seat, stream) = tokio::select! {
                accepted = accept(&listener, &seats) => accepted,
                () = &mut shutdown => break,
            };
            let connection = http.serve_connection(TokioIo::new(stream), service.clone()).into_owned();
            let connection = graceful.watch(connection);
            connections.spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection broke off");
                }
                drop(seat);
            });
            while connections.try_join_next().is_some() {}
        }
        drop(listener);
        self.0.stopping.send_replace(true);
        if timeout(STOP_TIME, graceful.shutdown()).await.is_err() {
            tracing::warn!(left = connections.len(), "connections were cut off");
        }
    }
}

fn http() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIME)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX);
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
