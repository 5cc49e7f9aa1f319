//! The face without sockets, as the client sees it.

use bytes::Bytes;
use simulator::{Call, Fault, FaultKind, Simulator};
use tokio::time::Instant;
use vipps::{Transport, TransportError};

use crate::support::options;

fn picture_request() -> http::Request<Bytes> {
    http::Request::get("https://apitest.vipps.no/qr-image/v1?token=none")
        .body(Bytes::new())
        .expect("a request")
}

async fn struck(fault: Fault) -> (Result<u16, TransportError>, u64) {
    let simulator = Simulator::new(options());
    simulator.set_faults(vec![fault]);
    let began = Instant::now();
    let answer = simulator.transport().send(picture_request()).await;
    (answer.map(|answer| answer.status().as_u16()), began.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn faults_become_transport_errors_in_tokios_time() {
    let fault = |kind| Fault::new(Call::Image, kind).delay_ms(7_000);
    assert_eq!(struck(Fault::new(Call::Token, FaultKind::Silent)).await, (Ok(404), 0), "another call");
    assert_eq!(struck(fault(FaultKind::Slow)).await, (Ok(404), 7));
    assert!(matches!(struck(fault(FaultKind::Silent)).await, (Err(TransportError::NoAnswer(_)), 7)));
    assert!(matches!(struck(fault(FaultKind::Lost)).await, (Err(TransportError::NoAnswer(_)), 7)));
    assert!(matches!(struck(fault(FaultKind::Refused)).await, (Err(TransportError::NotSent(_)), 0)));
    assert!(matches!(struck(fault(FaultKind::Cut)).await, (Err(TransportError::NoAnswer(_)), 0)));
    assert_eq!(struck(fault(FaultKind::Status).status(418)).await, (Ok(418), 0));
}

#[tokio::test]
async fn a_refused_call_is_written_down_as_not_answered() {
    let simulator = Simulator::new(options());
    simulator.set_faults(vec![Fault::new(Call::Any, FaultKind::Refused).times(1)]);
    let answer = simulator.transport().send(picture_request()).await;
    assert!(matches!(answer, Err(TransportError::NotSent(_))));
    let record = simulator.requests().pop().expect("one record");
    assert_eq!((record.status, record.note.as_deref()), (None, Some("refused")));
    assert_eq!(simulator.faults(), []);
}
