//! Where registers write to the line display.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The line display that older registers write to: what they write is shown on the customer screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineDisplay {
    /// The TCP port that they connect to; 0 takes any free one. There is none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The address of this machine that they reach; 127.0.0.1, which is this machine alone, if absent. Whoever reaches
    /// it can write on the customer screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub host: Option<IpAddr>,
}

impl LineDisplay {
    /// Where to listen, if anywhere.
    pub fn address(&self) -> Option<SocketAddr> {
        let host = self.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        self.port.map(|port| SocketAddr::new(host, port))
    }
}
