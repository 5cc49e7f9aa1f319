//! `kvitt search`: finds payments.

use std::time::Duration;

use clap::ValueEnum;
use contract::{Found, PaymentView};
use reqwest::Url;

use crate::arguments::Search;
use crate::ending::{Ending, Failure};
use crate::register::Register;
use crate::voice::Voice;
use crate::words;

/// The most payments that the till gives at once.
const PAGE_MAX: u32 = 100;

/// Says what was found, newest first: a line for each.
pub(crate) async fn run(register: &Register, search: &Search, voice: Voice) -> Result<Ending, Failure> {
    let query = query(register, search).await?;
    let mut left = search.limit;
    let mut before: Option<String> = None;
    loop {
        let path = address(search, query.as_deref(), left.min(PAGE_MAX), before.as_deref());
        let found: Result<Found, _> = register.get(&path, Duration::ZERO).await;
        let found = found.map_err(|trouble| register.told(trouble))?;
        for payment in &found.payments {
            voice.answer(payment, &line(payment));
            left = left.saturating_sub(1);
        }
        before = found.before;
        if before.is_none() || left == 0 {
            break;
        }
    }
    if left == search.limit {
        voice.say("Nothing was found.");
    }
    if before.is_some() {
        Voice::warn("there may be more; look for less, or ask for more with --limit");
    }
    Ok(Ending::Done)
}

fn line(payment: &PaymentView) -> String {
    format!("{}  {}", payment.created_at, words::line(payment))
}

async fn query(register: &Register, search: &Search) -> Result<Option<String>, Failure> {
    let Some(typed) = &search.amount else { return Ok(search.text.clone()) };
    let amount = typed.of(register.currency().await?).map_err(Failure::of_usage)?;
    Ok(Some(crate::amount::number(amount)))
}

/// The path and the query, in which what was typed means nothing but itself.
fn address(search: &Search, query: Option<&str>, limit: u32, before: Option<&str>) -> String {
    let status = search.status.and_then(|status| Some(status.to_possible_value()?.get_name().to_owned()));
    let words = [
        ("query", query),
        ("status", status.as_deref()),
        ("since", search.from.as_deref()),
        ("until", search.to.as_deref()),
        ("before", before),
    ];
    let path = "/v1/payments".to_owned();
    let Ok(mut url) = Url::parse("http://127.0.0.1") else { return path };
    url.query_pairs_mut()
        .extend_pairs(words.into_iter().filter_map(|(name, value)| Some((name, value?))))
        .append_pair("limit", &limit.to_string());
    format!("{path}?{}", url.query().unwrap_or_default())
}
