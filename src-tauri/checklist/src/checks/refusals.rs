//! What is refused, and the words that people are told about it (contract 1.2, 1.4).

use contract::words::words;
use contract::{Code, Language};

use super::money::WHOLE;
use crate::bench::Bench;
use crate::item::Rail;
use crate::outcome::{Saw, Stopped, holds};

/// Provokes refusals, and holds every failure that can be met to its words in every language.
pub(super) async fn errors(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    for code in Code::ALL {
        said(*code)?;
    }
    let full = bench.reference(rail, "full")?;
    let waiting = bench.begin(rail, "errors", WHOLE).await?;
    let never = bench.name_of(rail, "never");
    let tried = [
        ("the same reference again", make(bench, rail, &waiting).await),
        ("a payment that was never made", bench.read(rail, &never).await.map(drop)),
        ("a capture before the approval", bench.capture(rail, &waiting, (WHOLE, "c1")).await.map(drop)),
        ("a refund above what was collected", bench.refund(rail, &full, (WHOLE, "r2")).await.map(drop)),
    ];
    let mut seen = Vec::new();
    for (what, answer) in tried {
        let Err(error) = answer else {
            return Err(Stopped::failed(
                format!("{what} was not refused"),
                "look at the payment in the portal, and give back what may have been taken",
            ));
        };
        let code = (bench.parts.codes)(error.meaning());
        said(code)?;
        let number = error.code().map(|number| format!(" ({number})")).unwrap_or_default();
        seen.push(format!("{what}: {}{number}", error.meaning()));
    }
    bench.cancel(rail, &waiting, false).await.map_err(|error| bench.stop(&error))?;
    let (codes, languages) = (Code::ALL.len(), Language::ALL.len());
    Ok(Saw(format!(
        "{}. For each of {codes} failures cashier and customer have words in {languages} languages",
        seen.join("; ")
    )))
}

fn said(code: Code) -> Result<(), Stopped> {
    for language in Language::ALL {
        let words = words(code, language);
        let silent = words.cashier.trim().is_empty() || words.customer.trim().is_empty();
        holds(!silent, || format!("nobody is told anything about {code:?} in {language:?}"))?;
    }
    Ok(())
}

/// Makes a payment under a reference that is taken, and with a key of its own.
async fn make(bench: &Bench, rail: Rail, reference: &str) -> Result<(), vipps::Error> {
    let vipps = &bench.parts.vipps;
    if rail == Rail::Ecom {
        return vipps.ecom().initiate(&bench.order(reference, WHOLE)).await.map(drop);
    }
    match (bench.creation(reference, WHOLE), crate::bench::calls::idempotency_key(&format!("{reference}-n2")))
    {
        (Ok((create, _)), Ok(key)) => vipps.epayment().create(&create, &key).await.map(drop),
        _ => Ok(()),
    }
}
