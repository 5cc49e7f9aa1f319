//! `kvitt chain`: the payments of other stores of the chain, and refunds on their behalf.

use std::io::{IsTerminal, Read};
use std::time::Duration;

use contract::{
    ChainFound, ChainPayment, ChainRefund, ChainRefundView, Code, ModificationStatus, Person, Private, Store,
};
use reqwest::Url;
use tokio::time::Instant;

use crate::amount::written;
use crate::arguments::{Chain, ChainRefundAsked, ChainSearchAsked};
use crate::ending::{Ending, Failure};
use crate::register::{PATIENCE, Register, Trouble, new_key};
use crate::voice::Voice;

/// The longest input that is read, in bytes.
const INPUT_BYTES_MAX: u64 = 1024;
/// How long the till is asked to wait for the end of a refund.
const WAIT: Duration = Duration::from_secs(20);

/// Does what was asked for in the chain.
pub(crate) async fn run(register: &Register, chain: &Chain, voice: Voice) -> Result<Ending, Failure> {
    match chain {
        Chain::Stores(_) => stores(register, voice).await,
        Chain::Search(search) => find(register, search, voice).await,
        Chain::Refund(refund) => give_back(register, refund, voice).await,
    }
}

async fn stores(register: &Register, voice: Voice) -> Result<Ending, Failure> {
    let stores: Vec<Store> =
        register.get("/v1/chain/stores", Duration::ZERO).await.map_err(|t| register.told(t))?;
    for store in stores {
        voice.answer(&store, &format!("{}  {}  {}", store.id, store.msn, store.name));
    }
    Ok(Ending::Done)
}

async fn find(register: &Register, search: &ChainSearchAsked, voice: Voice) -> Result<Ending, Failure> {
    let limit = search.limit.to_string();
    let found = found(
        register,
        &[
            ("query", search.text.as_deref()),
            ("store", search.store.as_deref()),
            ("since", search.from.as_deref()),
            ("until", search.to.as_deref()),
            ("limit", Some(&limit)),
        ],
    )
    .await?;
    for payment in &found.payments {
        voice.answer(payment, &line(payment));
    }
    if found.payments.is_empty() {
        voice.say("Nothing was found. A till that is away has not told the hub yet.");
    }
    if found.before.is_some() {
        Voice::warn("there may be more; look for less, or ask for more with --limit");
    }
    Ok(Ending::Done)
}

fn line(payment: &ChainPayment) -> String {
    let ChainPayment { store, reference, amount, captured, refunded, requested_at, .. } = payment;
    let given_back =
        if refunded.value == 0 { String::new() } else { format!(", given back {}", written(*refunded)) };
    format!(
        "{requested_at}  {}  {reference}  {}, paid {}{given_back}",
        store.id,
        written(*amount),
        written(*captured)
    )
}

async fn found(register: &Register, words: &[(&str, Option<&str>)]) -> Result<ChainFound, Failure> {
    let words = words.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    // The origin does not matter: what was typed is only to mean nothing but itself.
    let url = Url::parse_with_params("http://till/v1/chain/payments", words);
    let url = url.map_err(|error| Failure::of_this_machine(&error))?;
    let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    register.get(&path, Duration::ZERO).await.map_err(|trouble| register.told(trouble))
}

/// The one payment of this reference. Its store and what has been given back are what was found, and never typed.
async fn the_payment(register: &Register, asked: &ChainRefundAsked) -> Result<ChainPayment, Failure> {
    let words = [
        ("query", Some(asked.reference.as_str())),
        ("store", asked.store.as_deref()),
        ("limit", Some("100")),
    ];
    let found = found(register, &words).await?;
    let is_it = |payment: &ChainPayment| payment.reference == asked.reference;
    let mut payments: Vec<ChainPayment> = found.payments.into_iter().filter(is_it).collect();
    match (payments.pop(), payments.pop()) {
        (Some(payment), None) => Ok(payment),
        (None, _) => {
            let what = format!("the hub knows no payment {}", asked.reference);
            let next = "Nothing was given back. Look for it with `kvitt chain search`; a till that is away has not told \
                        the hub yet.";
            Err(Failure::new(Ending::Refused, what, next).about(&asked.reference))
        }
        (Some(_), Some(_)) => {
            let what = format!("several stores have a payment {}", asked.reference);
            Err(Failure::new(Ending::Usage, what, "Nothing was given back. Say which with --store.")
                .about(&asked.reference))
        }
    }
}

async fn give_back(register: &Register, asked: &ChainRefundAsked, voice: Voice) -> Result<Ending, Failure> {
    let (person, second) = people(asked)?;
    let payment = the_payment(register, asked).await?;
    let amount = asked.amount.as_ref().map(|typed| typed.of(payment.amount.currency)).transpose();
    let request = ChainRefund {
        store: payment.store.id.clone(),
        reference: payment.reference.clone(),
        amount: amount.map_err(Failure::of_usage)?,
        refunded_before: payment.refunded,
        reason: asked.reason.clone(),
        person,
        second,
    };
    let key = match &asked.key {
        Some(key) => key.clone(),
        None => new_key()?,
    };
    let taken = register.insist("/v1/chain/refunds", &key, &request).await;
    let (refund, _): (ChainRefundView, bool) = taken.map_err(|trouble| {
        let lost = matches!(&trouble, Trouble::Refused(problem) if problem.code == Code::HubUnreachable);
        let mut failure = register.told(trouble).about(&payment.reference);
        if lost || failure.ending == Ending::Unclear {
            failure.ending = Ending::Unclear;
            failure.next = format!("Asked for again with --key {key}, nothing is given back twice.");
        }
        failure
    })?;
    let refund = if asked.no_wait { refund } else { ended(register, refund).await? };
    voice.answer(&refund, &words(&refund));
    Ok(match refund.status {
        _ if asked.no_wait => Ending::Done,
        ModificationStatus::Made => Ending::Done,
        ModificationStatus::Refused => Ending::Refused,
        ModificationStatus::Asked => Ending::Unclear,
    })
}

/// Waits until the refund is made or refused, as long as that makes sense.
async fn ended(register: &Register, mut refund: ChainRefundView) -> Result<ChainRefundView, Failure> {
    let begun = Instant::now();
    let path = format!("/v1/chain/refunds/{}?wait={}", refund.id, WAIT.as_secs());
    while refund.status == ModificationStatus::Asked && begun.elapsed() < PATIENCE {
        match register.get(&path, WAIT).await {
            Ok(now) => refund = now,
            Err(trouble) if trouble.passes() => tokio::time::sleep(crate::register::PAUSE).await,
            Err(trouble) => return Err(Failure { ending: Ending::Unclear, ..register.told(trouble) }),
        }
    }
    Ok(refund)
}

fn words(refund: &ChainRefundView) -> String {
    let ChainRefundView { id, store, reference, amount, status, problem, .. } = refund;
    let what = format!("{} of {reference} at {} ({id})", written(*amount), store.name);
    match status {
        ModificationStatus::Made => format!("{what} is on its way to the customer."),
        ModificationStatus::Asked => {
            format!("{what} will be given back as soon as Vipps MobilePay can be asked.")
        }
        ModificationStatus::Refused => {
            let why = problem.as_ref().map(|problem| problem.cashier.as_str()).unwrap_or_default();
            format!("{what} was not given back. {why}")
        }
    }
}

/// Who asks and who agrees, with the PINs that are typed: a line for each.
fn people(asked: &ChainRefundAsked) -> Result<(Person, Option<Person>), Failure> {
    let mut names = vec![asked.person.clone()];
    names.extend(asked.second.clone());
    if std::io::stdin().is_terminal() {
        Voice::warn(&format!("the PIN of {}, please, a line for each, and then Ctrl-D", names.join(" and ")));
    }
    let mut text = String::new();
    let read = std::io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|error| Failure::of_this_machine(&error))?;
    let pins: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if pins.len() != names.len() {
        return Err(Failure::of_usage(format!("{} PINs are needed, a line for each", names.len())));
    }
    let mut people = names.into_iter().zip(pins).map(|(id, pin)| Person { id, pin: Private::new(pin) });
    let first = people.next().ok_or_else(|| Failure::of_usage("somebody must ask for it"))?;
    Ok((first, people.next()))
}
