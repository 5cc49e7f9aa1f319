//! Tells the till what its sales unit may do, as the hub says it.

use contract::UnitSettings;
use till::Till;
use tokio::sync::watch;

use crate::telling::State;

/// Tells the till whatever is new, for as long as anybody knows. What was known when the program ended last is told first.
pub(crate) async fn follow(till: Till, mut state: watch::Receiver<State>) {
    let mut told: Option<UnitSettings> = None;
    loop {
        let known = state.borrow_and_update().unit.clone();
        if let Some(unit) = known.as_ref().filter(|unit| told.as_ref() != Some(unit)) {
            till.unit_may(unit);
            told.clone_from(&known);
        }
        if state.changed().await.is_err() {
            return;
        }
    }
}
