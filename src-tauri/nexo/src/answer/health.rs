//! How the till is.

use contract::{Contact, Health};
use serde::Serialize;

use super::{Answer, Body, HOST, Response, response};
use crate::header::Header;

#[derive(Debug, Serialize)]
pub(super) struct DiagnosisBody {
    #[serde(rename = "Response")]
    response: Response,
    #[serde(rename = "LoggedSaleID", skip_serializing_if = "Vec::is_empty")]
    logged_in: Vec<String>,
    #[serde(rename = "POIStatus")]
    status: PoiStatus,
    #[serde(rename = "HostStatus")]
    hosts: [HostStatus; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PoiStatus {
    global_status: &'static str,
    #[serde(rename = "CommunicationOKFlag")]
    communication: bool,
}

impl PoiStatus {
    fn of(health: &Health) -> PoiStatus {
        let global_status = match (health.problem, health.contact, &health.open) {
            (Some(_), _, _) => "Maintenance",
            (None, _, Some(_)) => "Busy",
            (None, Contact::Lost, None) => "Unreachable",
            (None, _, None) => "OK",
        };
        PoiStatus { global_status, communication: health.contact != Contact::Lost }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct HostStatus {
    #[serde(rename = "AcquirerID")]
    name: &'static str,
    /// Absent before anything has been asked.
    #[serde(rename = "IsReachableFlag", skip_serializing_if = "Option::is_none")]
    reachable: Option<bool>,
}

/// The answer to a Diagnosis.
pub fn diagnosis(header: &Header, health: &Health, logged_in: Vec<String>) -> Answer {
    let reachable = match health.contact {
        Contact::Unknown => None,
        Contact::Good => Some(true),
        Contact::Lost => Some(false),
    };
    let hosts = [HostStatus { name: HOST, reachable }];
    let body =
        DiagnosisBody { response: Response::success(), logged_in, status: PoiStatus::of(health), hosts };
    response(header, Body::Diagnosis(body))
}

#[derive(Debug, Serialize)]
pub(super) struct LoginBody {
    #[serde(rename = "Response")]
    response: Response,
    #[serde(rename = "POISystemData")]
    system: PoiSystem,
}

#[derive(Debug, Serialize)]
pub(super) struct PoiSystem {
    #[serde(rename = "DateTime")]
    now: String,
    #[serde(rename = "POISoftware")]
    software: Software,
    #[serde(rename = "POIStatus")]
    status: PoiStatus,
}

#[derive(Debug, Serialize)]
pub(super) struct Software {
    #[serde(rename = "ManufacturerID")]
    manufacturer: &'static str,
    #[serde(rename = "ApplicationName")]
    name: &'static str,
    #[serde(rename = "SoftwareVersion")]
    version: String,
    #[serde(rename = "CertificationCode")]
    certificate: &'static str,
}

/// The answer to a Login, at the moment `now` (RFC 3339 in UTC).
pub fn login(header: &Header, health: &Health, now: &str) -> Answer {
    let software =
        Software { manufacturer: "Kvitt", name: "Kvitt", version: health.version.clone(), certificate: "" };
    let system = PoiSystem { now: now.to_owned(), software, status: PoiStatus::of(health) };
    response(header, Body::Login(LoginBody { response: Response::success(), system }))
}
