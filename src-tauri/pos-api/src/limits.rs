//! Every limit of the local API, with its unit.

use std::time::Duration;

/// The largest body that is read, in bytes. A payment of 200 lines fits several times.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024;

/// The longest that `?wait=` may be, in seconds.
pub(crate) const WAIT_SECONDS_MAX: u64 = 60;

/// How many requests may wait for a change at once.
pub(crate) const WAITS_MAX: usize = 32;

/// How many event streams may be open at once.
pub(crate) const STREAMS_MAX: usize = 16;

/// How many connections may be open at once: every stream and every wait, and some for all else.
pub(crate) const CONNECTIONS_MAX: usize = 64;

/// How many headers a request may have.
pub(crate) const HEADERS_MAX: usize = 64;

/// How many bytes the headers of a request may be long.
pub(crate) const HEADER_BYTES_MAX: usize = 16 * 1024;

/// How long a connection may take to send the headers of its next request.
pub(crate) const HEADERS_TIME: Duration = Duration::from_secs(30);

/// How long a body may take to arrive.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(10);

/// How long a body that has been refused is still taken in and thrown away.
pub(crate) const LINGER_TIME: Duration = Duration::from_secs(2);

/// How long running answers may take once the API is to stop.
pub(crate) const STOP_TIME: Duration = Duration::from_secs(5);

/// How long to leave the system alone when it can't give another connection.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// How often a silent event stream says that it is alive.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a listener should wait before it connects again.
pub(crate) const RECONNECT: Duration = Duration::from_secs(1);

/// How often a listener is brought up to date before changes that keep coming are no longer outwaited.
pub(crate) const CATCH_UP_TRIES: u32 = 8;

/// What `Retry-After` says with a 503, in seconds.
pub(crate) const RETRY_AFTER_SECONDS: u64 = 5;

/// The largest token file that is read, in bytes.
pub(crate) const TOKEN_FILE_BYTES_MAX: u64 = 1024;

/// How long the answer to a nexo Payment is held at most. A payment ends within some eleven minutes, unless Vipps
/// MobilePay can't be reached.
pub(crate) const NEXO_PAYMENT_TIME: Duration = Duration::from_mins(15);

/// How long the answer to a nexo Reversal is held at most. One that takes longer is on disk, and is made later.
pub(crate) const NEXO_REVERSAL_TIME: Duration = Duration::from_secs(20);

/// How long a nexo message is known by its name; the standard wants names to be new for 48 hours.
pub(crate) const NEXO_NAMES_KEPT: Duration = Duration::from_hours(48);

/// Of how many nexo sales the register's own names are remembered.
pub(crate) const NEXO_SALES_MAX: usize = 256;

/// How many registers may be logged in by nexo.
pub(crate) const NEXO_LOGINS_MAX: usize = 16;
