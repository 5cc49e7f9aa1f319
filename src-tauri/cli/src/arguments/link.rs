//! A link of a payment, as it is typed.

use std::str::FromStr;

use contract::{LinkKind, OrderLink};

/// Where the customer's app leads to, as it is typed: `ticket=https://tickets.example/7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkText(OrderLink);

impl From<&LinkText> for OrderLink {
    fn from(typed: &LinkText) -> OrderLink {
        typed.0.clone()
    }
}

impl FromStr for LinkText {
    type Err = String;

    fn from_str(text: &str) -> Result<LinkText, String> {
        let known = || LinkKind::ALL.map(LinkKind::name).join(", ");
        let wrong = |why: &str| format!("{why}; a link is KIND=URL, and KIND is one of {}", known());
        let (name, url) = text.split_once('=').ok_or_else(|| wrong("there is no kind"))?;
        let name = name.to_ascii_lowercase().replace('-', "_");
        let kind = LinkKind::ALL.into_iter().find(|kind| kind.name() == name);
        let kind = kind.ok_or_else(|| wrong(&format!("{name} is no kind of link")))?;
        Ok(LinkText(OrderLink { kind, url: url.to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> Result<(LinkKind, String), String> {
        text.parse::<LinkText>().map(|typed| (typed.0.kind, typed.0.url))
    }

    #[test]
    fn a_link_says_what_it_leads_to() {
        let url = "https://tickets.example/t?n=7&k=8";
        assert_eq!(link(&format!("ticket={url}")), Ok((LinkKind::Ticket, url.into())));
        assert_eq!(link(&format!("ORDER-CONFIRMATION={url}")), Ok((LinkKind::OrderConfirmation, url.into())));
        for kind in LinkKind::ALL {
            assert_eq!(link(&format!("{}={url}", kind.name())), Ok((kind, url.into())));
        }
    }

    #[test]
    fn what_says_no_kind_is_refused_with_the_kinds_that_there_are() {
        for bad in
            ["", "https://tickets.example/7", "https://tickets.example/t?n=7", "tickets=https://t.example"]
        {
            assert!(link(bad).is_err_and(|why| why.contains("order_confirmation")), "{bad}");
        }
    }
}
