//! The network between a hub and its database, which can be pulled out: a proxy that falls silent without a word, as a
//! broken switch does.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How many bytes go at a time.
const PART_BYTES: usize = 16 * 1024;
/// The longest that one is tried to be told that the other end is gone.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// A cable to one address. Dropped, its connections last until one of their ends closes.
pub(crate) struct Cable {
    address: SocketAddr,
    plugged: watch::Sender<bool>,
}

impl Cable {
    /// A cable to the port `to` of this machine, plugged in.
    pub(crate) async fn lay(to: u16) -> Result<Cable> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (plugged, is_plugged) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(join(near, to, is_plugged.clone()));
            }
        });
        Ok(Cable { address, plugged })
    }

    /// Its near end.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Pulls it out: nothing goes either way, and nobody is told.
    pub(crate) fn pull(&self) {
        self.plugged.send_replace(false);
    }

    /// Plugs it in again: what waited goes on.
    pub(crate) fn plug(&self) {
        self.plugged.send_replace(true);
    }
}

async fn join(near: TcpStream, to: u16, plugged: watch::Receiver<bool>) -> Result<()> {
    plugged.clone().wait_for(|plugged| *plugged).await?;
    let far = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (near, far) = (near.into_split(), far.into_split());
    tokio::spawn(carry(near.0, far.1, plugged.clone()));
    tokio::spawn(carry(far.0, near.1, plugged));
    Ok(())
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut plugged: watch::Receiver<bool>) {
    let mut part = vec![0; PART_BYTES];
    while let Ok(count @ 1..) = from.read(&mut part).await {
        let is_plugged = plugged.wait_for(|plugged| *plugged).await.is_ok();
        if !is_plugged || to.write_all(&part[..count]).await.is_err() {
            break;
        }
    }
    let _ = tokio::time::timeout(CLOSE_TIME, to.shutdown()).await;
}
