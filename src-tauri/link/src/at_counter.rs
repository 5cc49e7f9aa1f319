//! Keeps the till told whether it has a code on the counter: the hub must have one for it, and the till must hear of whoever
//! scans it.

use till::{CodeAtCounter, Till};
use tokio::sync::watch;

use crate::telling::State;

/// Tells the till for as long as anybody knows.
pub(crate) async fn follow(till: Till, mut state: watch::Receiver<State>) {
    loop {
        let code = code_at_counter(&state.borrow_and_update());
        till.code_at_counter(code);
        if state.changed().await.is_err() {
            return till.code_at_counter(CodeAtCounter::Unheard);
        }
    }
}

fn code_at_counter(state: &State) -> CodeAtCounter {
    match (state.listening, state.counter_code) {
        (false, _) => CodeAtCounter::Unheard,
        (true, true) => CodeAtCounter::Here,
        (true, false) => CodeAtCounter::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_counts_only_while_somebody_tells_who_scans_it() {
        let of =
            |listening, counter_code| code_at_counter(&State { listening, counter_code, ..State::default() });
        assert_eq!(of(true, true), CodeAtCounter::Here);
        assert_eq!(of(true, false), CodeAtCounter::None);
        assert_eq!([of(false, true), of(false, false)], [CodeAtCounter::Unheard; 2]);
    }
}
