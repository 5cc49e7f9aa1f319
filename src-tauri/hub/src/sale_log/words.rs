//! The words of the sale log's pages, in every language.

use contract::Language;

use super::course::What;
use super::sale::{ReturnPlace, Standing};
use super::selection::State;

/// The words of one language.
pub(crate) struct Words {
    pub(crate) language: Language,
    /// Its name in `lang`.
    pub(crate) tag: &'static str,
    pub(crate) title: &'static str,
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
    pub(crate) log_in: &'static str,
    pub(crate) log_out: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) too_many: &'static str,
    pub(crate) noted: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) store: &'static str,
    pub(crate) every_store: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
    pub(crate) state: &'static str,
    pub(crate) search: &'static str,
    pub(crate) as_csv: &'static str,
    pub(crate) as_json: &'static str,
    pub(crate) not_understood: &'static str,
    pub(crate) nothing_found: &'static str,
    pub(crate) newest: &'static str,
    pub(crate) older: &'static str,
    pub(crate) sales: &'static str,
    pub(crate) sold: &'static str,
    pub(crate) returned: &'static str,
    pub(crate) net: &'static str,
    pub(crate) too_much_to_sum: &'static str,
    pub(crate) sum_all: &'static str,
    pub(crate) time: &'static str,
    pub(crate) all_times: &'static str,
    pub(crate) sales_unit: &'static str,
    pub(crate) what: &'static str,
    pub(crate) more_lines: &'static str,
    pub(crate) no_lines: &'static str,
    pub(crate) paid: &'static str,
    pub(crate) line: &'static str,
    pub(crate) quantity: &'static str,
    pub(crate) unit_price: &'static str,
    pub(crate) line_total: &'static str,
    pub(crate) tax: &'static str,
    pub(crate) tax_of: &'static str,
    pub(crate) comes_back: &'static str,
    pub(crate) article: &'static str,
    pub(crate) returns: &'static str,
    pub(crate) no_returns: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) place: &'static str,
    pub(crate) course: &'static str,
    pub(crate) back: &'static str,
    pub(crate) unknown_time: &'static str,
    pub(crate) not_there: &'static str,
    pub(crate) not_now: &'static str,
}

impl Words {
    /// Those of `language`.
    pub(crate) fn of(language: Language) -> &'static Words {
        match language {
            Language::Nb => &NB,
            Language::En => &EN,
        }
    }

    /// The language that a browser prefers of those that there are; `usual` if it names none of them.
    pub(crate) fn preferred(accepted: &str, usual: Language) -> &'static Words {
        let mut best: Option<(f32, Language)> = None;
        for choice in accepted.split(',') {
            let mut parts = choice.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let language = match tag.split('-').next().unwrap_or_default() {
                "nb" | "no" | "nn" => Language::Nb,
                "en" => Language::En,
                _ => continue,
            };
            let weight =
                parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse().ok());
            let weight = weight.unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        Words::of(best.map_or(usual, |(_, language)| language))
    }

    /// A choice of how sales must stand.
    pub(crate) fn choice(&self, state: State) -> &'static str {
        let (nb, en) = match state {
            State::Sold => ("Salg, også returnerte", "Sales, returned ones too"),
            State::Returned => ("Med retur", "With returns"),
            State::Reserved => ("Reservert, ikke trukket", "Reserved, not collected"),
            State::Unpaid => ("Ikke betalt", "Not paid"),
            State::All => ("Alt som kassene ba om", "All that tills asked for"),
        };
        self.either(nb, en)
    }

    /// How a sale stands.
    pub(crate) fn standing(&self, standing: Standing) -> &'static str {
        let (nb, en) = match standing {
            Standing::Paid => ("Betalt", "Paid"),
            Standing::PartlyReturned => ("Delvis returnert", "Partly returned"),
            Standing::Returned => ("Returnert", "Returned"),
            Standing::Reserved => ("Reservert", "Reserved"),
            Standing::UnderWay => ("Pågår", "Under way"),
            Standing::NotSure => ("Undersøkes", "Being checked"),
            Standing::Cancelled => ("Avbrutt, ikke betalt", "Cancelled, not paid"),
            Standing::Declined => ("Avvist, ikke betalt", "Declined, not paid"),
            Standing::Expired => ("Ikke betalt i tide", "Not paid in time"),
            Standing::Failed => ("Mislyktes, ikke betalt", "Failed, not paid"),
        };
        self.either(nb, en)
    }

    /// Where money was given back.
    pub(crate) fn return_place(&self, place: ReturnPlace) -> &'static str {
        let (nb, en) = match place {
            ReturnPlace::Here => ("I kassen som tok betalingen", "At the till that took it"),
            ReturnPlace::SameStore => ("I samme butikk", "In the same store"),
            ReturnPlace::OtherStore => ("I en annen butikk i kjeden", "In another store of the chain"),
            ReturnPlace::Elsewhere => {
                ("Utenfor kassene, for eksempel i portalen", "Not at a till: in the portal, for example")
            }
        };
        self.either(nb, en)
    }

    /// What happened to a sale.
    pub(crate) fn step(&self, what: What) -> &'static str {
        let (nb, en) = match what {
            What::Asked => ("Kassen ba om betaling", "The till asked for the payment"),
            What::Created => ("Opprettet hos Vipps MobilePay", "Created at Vipps MobilePay"),
            What::CodeShown => ("Koden ble vist", "The code was shown"),
            What::Opened => ("Kunden åpnet betalingen", "The customer opened the payment"),
            What::Approved => ("Kunden godkjente", "The customer approved"),
            What::Captured => ("Trukket i alt", "Collected in all"),
            What::GivenBackInAll => ("Tilbakebetalt i alt", "Given back in all"),
            What::Paid => ("Betalt", "Paid"),
            What::Reserved => ("Reservert", "Reserved"),
            What::CancelledByCustomer => ("Avbrutt av kunden", "Cancelled by the customer"),
            What::CancelledByShop => ("Avbrutt av butikken", "Cancelled by the shop"),
            What::Declined => ("Avvist", "Declined"),
            What::Expired => ("Ikke betalt i tide", "Not paid in time"),
            What::Failed => ("Mislyktes", "Failed"),
            What::ApprovedLate => ("Godkjent for sent, frigis", "Approved too late, to be released"),
            What::ReleasedLate => ("Frigitt", "Released"),
            What::PaidLate => ("Betalt etter at det var slutt", "Paid after it had ended"),
            What::CaptureAsked => ("Butikken ba om trekk", "The shop asked to collect"),
            What::CaptureDenied => ("Ikke trukket", "Not collected"),
            What::ReleaseAsked => ("Butikken ba om frigivelse", "The shop asked to release"),
            What::Released => ("Resten er frigitt", "The rest is released"),
            What::ReleaseDenied => ("Ikke frigitt", "Not released"),
            What::RefundAsked => ("Butikken ba om retur", "The shop asked for a return"),
            What::Refunded => ("Tilbakebetalt", "Given back"),
            What::RefundRefused => ("Ikke tilbakebetalt", "Not given back"),
            What::RefundAskedAtHub => ("Kjeden ba om retur", "The chain asked for a return"),
            What::RefundedByHub => ("Tilbakebetalt av kjeden", "Given back by the chain"),
        };
        self.either(nb, en)
    }

    fn either(&self, nb: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Nb => nb,
            Language::En => en,
        }
    }
}

static NB: Words = Words {
    language: Language::Nb,
    tag: "nb",
    title: "Salgslogg",
    name: "Navn",
    password: "Passord",
    log_in: "Logg inn",
    log_out: "Logg ut",
    refused: "Navnet eller passordet er feil, eller det er for tidlig å prøve igjen. Etter flere feil må du vente.",
    too_many: "Det er prøvd for mange ganger. Prøv igjen om et minutt.",
    noted: "Det noteres hva du ser på.",
    reference: "Referanse",
    store: "Butikk",
    every_store: "Alle butikker",
    amount: "Beløp",
    from: "Fra og med",
    until: "Til og med",
    state: "Status",
    search: "Søk",
    as_csv: "Last ned som CSV",
    as_json: "Last ned som JSON",
    not_understood: "Dette ble ikke forstått:",
    nothing_found: "Ingen salg passer.",
    newest: "Til de nyeste",
    older: "Eldre",
    sales: "Salg",
    sold: "Trukket",
    returned: "Returnert",
    net: "Netto",
    too_much_to_sum: "Utvalget har over 100 000 salg og er ikke lagt sammen.",
    sum_all: "Legg sammen alt",
    time: "Tid",
    all_times: "Alle tider:",
    sales_unit: "MSN",
    what: "Hva som ble solgt",
    more_lines: "til",
    no_lines: "Kassen oppga ingen varelinjer.",
    paid: "Trukket",
    line: "Vare",
    quantity: "Antall",
    unit_price: "Pris",
    line_total: "Sum",
    tax: "Mva.",
    tax_of: "av",
    comes_back: "kommer tilbake",
    article: "varenr.",
    returns: "Returer",
    no_returns: "Ingenting er returnert.",
    reason: "Grunn",
    place: "Hvor",
    course: "Hva som skjedde",
    back: "Tilbake til loggen",
    unknown_time: "Ukjent tid",
    not_there: "Her er det ingenting, eller ingenting som du kan se.",
    not_now: "Det gikk ikke akkurat nå. Prøv igjen.",
};

static EN: Words = Words {
    language: Language::En,
    tag: "en",
    title: "Sale log",
    name: "Name",
    password: "Password",
    log_in: "Log in",
    log_out: "Log out",
    refused: "The name or the password is wrong, or it is too soon to try again. After several wrong ones you have to wait.",
    too_many: "It was tried too often. Try again in a minute.",
    noted: "What you look at is written down.",
    reference: "Reference",
    store: "Store",
    every_store: "All stores",
    amount: "Amount",
    from: "From",
    until: "Until",
    state: "State",
    search: "Search",
    as_csv: "Download as CSV",
    as_json: "Download as JSON",
    not_understood: "This was not understood:",
    nothing_found: "No sale fits.",
    newest: "To the newest",
    older: "Older",
    sales: "Sales",
    sold: "Collected",
    returned: "Returned",
    net: "Net",
    too_much_to_sum: "There are more than 100 000 sales, and they are not added up.",
    sum_all: "Add up all",
    time: "Time",
    all_times: "All times:",
    sales_unit: "MSN",
    what: "What was sold",
    more_lines: "more",
    no_lines: "The till named no lines.",
    paid: "Collected",
    line: "Article",
    quantity: "Quantity",
    unit_price: "Price",
    line_total: "Total",
    tax: "VAT",
    tax_of: "of",
    comes_back: "comes back",
    article: "article no.",
    returns: "Returns",
    no_returns: "Nothing was returned.",
    reason: "Reason",
    place: "Where",
    course: "What happened",
    back: "Back to the log",
    unknown_time: "Time not known",
    not_there: "There is nothing here, or nothing that you may see.",
    not_now: "It could not be done just now. Try again.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_that_it_prefers() {
        let of = |accepted| Words::preferred(accepted, Language::Nb).language;
        assert_eq!(of("en-GB,en;q=0.9,nb;q=0.8"), Language::En);
        assert_eq!(of("nn-NO, en;q=0.5"), Language::Nb);
        assert_eq!(of("sv, nb;q=0.2, en;q=0.7"), Language::En);
        assert_eq!(of("en;q=0, de"), Language::Nb);
        assert_eq!(of(""), Language::Nb);
        assert_eq!(Words::preferred("fi", Language::En).language, Language::En);
    }
}
