//! Takes what registers write from TCP.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::grid::{Grid, ROWS};

/// How many registers may be connected at once. They write to the same display.
pub const CONNECTIONS_MAX: usize = 8;
/// The most bytes that are read at once.
const PIECE_BYTES_MAX: usize = 1_024;
/// How long to leave the system alone when it can't give another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// The one display, and who is told what stands on it.
struct Display<F> {
    grid: Mutex<Grid>,
    changed: F,
}

/// Takes connections at `listener` for ever, and calls `changed` with the two rows of twenty characters whenever they
/// are others than before. All who are connected write to one display; what they wrote stays when they go. A
/// connection that is one too many is closed.
pub async fn listen(listener: TcpListener, changed: impl Fn([String; ROWS]) + Send + Sync + 'static) {
    let display = Arc::new(Display { grid: Mutex::new(Grid::new()), changed });
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                let Ok(seat) = seats.clone().try_acquire_owned() else {
                    tracing::warn!(%from, most = CONNECTIONS_MAX, "too many write to the line display; one was closed");
                    continue;
                };
                let display = display.clone();
                tokio::spawn(async move {
                    display.read(stream).await;
                    drop(seat);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection to the line display could not be taken");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

impl<F: Fn([String; ROWS])> Display<F> {
    async fn read(&self, stream: TcpStream) {
        let mut piece = [0; PIECE_BYTES_MAX];
        while stream.readable().await.is_ok() {
            match stream.try_read(&mut piece) {
                Ok(0) => return,
                Ok(length) => self.write(&piece[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    tracing::debug!(%error, "a register hung up");
                    return;
                }
            }
        }
    }

    fn write(&self, bytes: &[u8]) {
        // A grid is whole between any two bytes.
        let mut grid = self.grid.lock().unwrap_or_else(PoisonError::into_inner);
        let before = grid.rows();
        grid.write(bytes);
        let rows = grid.rows();
        if rows != before {
            // Under the lock, so that nobody is told of an older one last.
            (self.changed)(rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::mpsc;

    use super::*;

    async fn open() -> (std::net::SocketAddr, mpsc::UnboundedReceiver<[String; ROWS]>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (sender, told) = mpsc::unbounded_channel();
        tokio::spawn(listen(listener, move |rows| drop(sender.send(rows))));
        (address, told)
    }

    async fn until(told: &mut mpsc::UnboundedReceiver<[String; ROWS]>, first: &str) -> [String; ROWS] {
        let waiting = async {
            loop {
                let rows = told.recv().await.expect("it listens");
                if rows[0].trim_end() == first {
                    return rows;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it is told")
    }

    #[tokio::test]
    async fn who_writes_is_shown_and_who_goes_leaves_it_there() {
        let (address, mut told) = open().await;
        let mut register = TcpStream::connect(address).await.expect("it listens");
        register.write_all(b"\x0cKaffe\r\n").await.expect("it reads");
        until(&mut told, "Kaffe").await;
        register.write_all(b"90,00").await.expect("it reads");
        drop(register);
        let mut other = TcpStream::connect(address).await.expect("it listens");
        other.write_all(b"\x0bTe   ").await.expect("it reads");
        assert_eq!(until(&mut told, "Te").await[1].trim_end(), "90,00");
    }

    #[tokio::test]
    async fn one_too_many_is_closed_and_the_others_go_on() {
        let (address, mut told) = open().await;
        let mut registers = Vec::new();
        for nth in 0..CONNECTIONS_MAX {
            let mut register = TcpStream::connect(address).await.expect("it listens");
            register.write_all(format!("\x0c{nth}").as_bytes()).await.expect("it reads");
            until(&mut told, &nth.to_string()).await;
            registers.push(register);
        }
        let mut more = TcpStream::connect(address).await.expect("the system takes it");
        let closed = tokio::time::timeout(Duration::from_secs(10), more.read(&mut [0; 8])).await;
        assert!(!matches!(closed.expect("it is closed"), Ok(1..)));
        registers[0].write_all(b"\x0cKaffe").await.expect("it reads");
        until(&mut told, "Kaffe").await;
    }
}
