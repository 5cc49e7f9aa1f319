//! The check digits in numbers of businesses and bank accounts. They find most slips of whoever typed them.

/// Weights of a Norwegian organisation number, but for its check digit.
const NO_ORG: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];
/// Weights of a Norwegian account number, but for its check digit.
const NO_ACCOUNT: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
/// Weights of a Danish CVR number, its check digit included.
const DK_CVR: [u32; 8] = [2, 7, 6, 5, 4, 3, 2, 1];
/// Weights of a Finnish business id, but for its check digit.
const FI_BUSINESS: [u32; 7] = [7, 9, 10, 5, 8, 4, 2];

/// A Norwegian organisation number: nine digits, the last of which checks the others.
pub(crate) fn is_norwegian_business(text: &str) -> bool {
    ends_in_check_digit(text, &NO_ORG)
}

/// A Norwegian account number: eleven digits, the last of which checks the others.
pub(crate) fn is_norwegian_account(text: &str) -> bool {
    ends_in_check_digit(text, &NO_ACCOUNT)
}

/// A Danish CVR number: eight digits whose weighted sum is a multiple of eleven.
pub(crate) fn is_danish_business(text: &str) -> bool {
    digits(text, DK_CVR.len())
        .is_some_and(|digits| digits[0] != 0 && weighed(&digits, &DK_CVR).is_multiple_of(11))
}

/// A Finnish business id: seven digits, a hyphen and a check digit.
pub(crate) fn is_finnish_business(text: &str) -> bool {
    let Some((number, check)) = text.split_once('-') else { return false };
    check.len() == 1 && ends_in_check_digit(&format!("{number}{check}"), &FI_BUSINESS)
}

/// A Swedish organisation number: ten digits, with a hyphen before the last four or without; the last checks the others
/// as on a bank card.
pub(crate) fn is_swedish_business(text: &str) -> bool {
    let bare = match text.split_once('-') {
        Some((first, last)) if first.len() == 6 && last.len() == 4 => format!("{first}{last}"),
        Some(_) => return false,
        None => text.to_owned(),
    };
    digits(&bare, 10).is_some_and(|digits| {
        let added = digits.iter().enumerate().map(|(place, digit)| {
            let doubled = if place % 2 == 0 { digit * 2 } else { *digit };
            doubled / 10 + doubled % 10
        });
        added.sum::<u32>().is_multiple_of(10)
    })
}

/// Whether the digit after those that have weights is what eleven leaves. Where it would be ten, no number is given out.
fn ends_in_check_digit(text: &str, weights: &[u32]) -> bool {
    digits(text, weights.len() + 1).is_some_and(|digits| {
        let check = match weighed(&digits, weights) % 11 {
            0 => 0,
            rest => 11 - rest,
        };
        check == digits[weights.len()]
    })
}

fn weighed(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The digits of `text`, which must be so many and nothing else.
fn digits(text: &str, count: usize) -> Option<Vec<u32>> {
    let digits: Option<Vec<u32>> = text.chars().map(|letter| letter.to_digit(10)).collect();
    digits.filter(|digits| digits.len() == count)
}

#[cfg(test)]
#[path = "check_digits/tests.rs"]
mod tests;
