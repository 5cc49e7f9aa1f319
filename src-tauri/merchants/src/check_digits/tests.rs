use proptest::prelude::*;

use super::*;

/// Number, and whether it is one.
type Rule = fn(&str) -> bool;

#[test]
fn numbers_that_are_in_the_registers_are_numbers() {
    let known: [(Rule, &[&str]); 5] = [
        (is_norwegian_business, &["974760673", "923609016", "918713867"]),
        (is_norwegian_account, &["86011117947"]),
        (is_danish_business, &["13585628", "24256790"]),
        (is_finnish_business, &["0112038-9"]),
        (is_swedish_business, &["556016-0680", "5560160680"]),
    ];
    for (rule, numbers) in known {
        for number in numbers {
            assert!(rule(number), "{number}");
        }
    }
}

#[test]
fn what_has_another_shape_is_no_number() {
    let shapes: [(Rule, &[&str]); 5] = [
        (is_norwegian_business, &["", "97476067", "9747606733", "97476067x", "974 760 673", "٩٧٤٧٦٠٦٧٣"]),
        (is_norwegian_account, &["8601 11 17947", "8601111794"]),
        (is_danish_business, &["00000000", "1358562", "DK13585628"]),
        (is_finnish_business, &["01120389", "0112038-", "0112038-89", "112038-9"]),
        (is_swedish_business, &["55601-60680", "556016-068", "556016--0680"]),
    ];
    for (rule, texts) in shapes {
        for text in texts {
            assert!(!rule(text), "{text}");
        }
    }
}

/// Of ten numbers that differ in the last digit at most one is right.
fn endings(rule: Rule, beginning: &str) -> Vec<String> {
    (0..10).map(|last| format!("{beginning}{last}")).filter(|number| rule(number)).collect()
}

fn with_digit(number: &str, place: usize, digit: char) -> String {
    number.chars().enumerate().map(|(at, letter)| if at == place { digit } else { letter }).collect()
}

const ALL: [(Rule, usize, &str); 5] = [
    (is_norwegian_business, 8, ""),
    (is_norwegian_account, 10, ""),
    (is_danish_business, 7, ""),
    (is_finnish_business, 7, "-"),
    (is_swedish_business, 9, ""),
];

proptest! {
    #[test]
    fn one_digit_that_is_wrong_is_always_found(
        which in 0..ALL.len(), digits in "[1-9][0-9]{9}", place in 0..11_usize, digit in proptest::char::range('0', '9')
    ) {
        let (rule, length, before_last) = ALL[which];
        let beginning = format!("{}{before_last}", &digits[..length]);
        let right = endings(rule, &beginning);
        prop_assert!(right.len() <= 1, "{right:?}");
        for number in right {
            let place = place % number.len();
            let wrong = with_digit(&number, place, digit);
            let same = number == wrong || number.as_bytes()[place] == b'-';
            prop_assert!(same || !rule(&wrong), "{number} and {wrong}");
        }
    }

    #[test]
    fn two_digits_in_the_wrong_order_are_found_in_norway(digits in "[1-9][0-9]{9}", place in 0..8_usize) {
        for number in endings(is_norwegian_business, &digits[..8]) {
            let letters = number.as_bytes();
            let swapped = with_digit(&number, place, char::from(letters[place + 1]));
            let swapped = with_digit(&swapped, place + 1, char::from(letters[place]));
            prop_assert!(swapped == number || !is_norwegian_business(&swapped), "{number} and {swapped}");
        }
    }

    #[test]
    fn any_text_is_looked_at(text in ".{0,20}") {
        for (rule, _, _) in ALL {
            rule(&text);
        }
    }
}
