//! What registers write, and what stands there then.

use proptest::prelude::*;

use super::*;

fn shows(bytes: &[u8]) -> [String; 2] {
    let mut grid = Grid::new();
    grid.write(bytes);
    grid.rows().map(|row| row.trim_end().to_owned())
}

#[test]
fn two_rows_are_written() {
    assert_eq!(shows(b"\x1b@\x0cKaffe\r\n2 x 45,00"), ["Kaffe", "2 x 45,00"]);
    assert_eq!(shows(b"Kaffe\x1f$\x01\x02SUM            90,00"), ["Kaffe", "SUM            90,00"]);
    assert_eq!(shows(b"xx\x0cnew"), ["new", ""]);
    assert_eq!(shows(b"gone\x1b@new"), ["new", ""]);
    assert_eq!(shows(b"abc\x08\x08X"), ["aXc", ""]);
    assert_eq!(shows(b"a\x09b"), ["a b", ""]);
    assert_eq!(shows(b"one\r\ntwo\x18three"), ["one", "three"]);
    assert_eq!(shows(b"one\r\ntwo\x1f\x0aX"), ["oneX", "two"], "US LF goes up");
    assert_eq!(shows(b"a\x1f\x0dZ"), ["a                  Z", ""], "US CR goes to the end");
    assert_eq!(shows(b"a\r\nb\x0bX"), ["X", "b"]);
    assert_eq!(shows(b"a\x1fBb"), ["a", "b"]);
}

#[test]
fn a_full_row_goes_on_as_the_mode_says() {
    let full = b"12345678901234567890";
    let with = |mode: &[u8], more: &[u8]| shows(&[mode, full, more].concat());
    assert_eq!(with(b"\x1f\x01", b"ab"), ["12345678901234567890", "ab"]);
    let twice = [full.as_slice(), b"ab"].concat();
    assert_eq!(with(b"\x1f\x01", &twice), ["ab345678901234567890", "12345678901234567890"]);
    assert_eq!(with(b"\x1f\x02", &twice), ["12345678901234567890", "ab"]);
    assert_eq!(with(b"\x1f\x03", b"ab"), ["345678901234567890ab", ""]);
    assert_eq!(shows(b"\x1f\x02one\r\ntwo\r\nthree"), ["two", "three"], "a line feed moves them up too");
    assert_eq!(shows(b"one\r\ntwo\r\nthree"), ["three", "two"], "or begins at the top again");
}

#[test]
fn letters_are_those_of_the_table_and_the_country() {
    assert_eq!(shows(b"\x1bt\x05Bl\x86b\x91rsyltet\x9by"), ["Blåbærsyltetøy", ""]);
    assert_eq!(shows(b"\x1bR\x09BR\\D"), ["BRØD", ""]);
    assert_eq!(shows(b"\x1bt\x10\x80 5"), ["€ 5", ""]);
}

#[test]
fn what_is_for_another_device_is_not_shown() {
    assert_eq!(shows(b"a\x1b=\x01\x0cprinted\x1b=\x02b"), ["ab", ""]);
}

#[test]
fn commands_that_mean_nothing_here_leave_no_letters() {
    let commands: [&[u8]; 12] = [
        b"\x1fX\x04",
        b"\x1fE\x0a",
        b"\x1fC\x00",
        b"\x1fr\x01",
        b"\x1fT\x0c\x1e",
        b"\x1b%\x01",
        b"\x1b?\x20",
        b"\x1bW\x01\x01\x01\x01\x05\x02",
        b"\x1b&\x01AA\x05xxxxx",
        b"\x1b&\x01AB\x05xxxxx\x05yyyyy",
        b"\x00\x01\x07\x0e\x7f\x08",
        b"\x1bZ",
    ];
    for command in commands {
        let shown = shows(&[b"a", command, b"b"].concat());
        assert_eq!(shown, ["ab", ""], "{command:?}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_it_is_two_rows_of_twenty(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut grid = Grid::new();
        for piece in bytes.chunks(7) {
            grid.write(piece);
            for row in grid.rows() {
                prop_assert_eq!(row.chars().count(), COLUMNS);
                prop_assert!(!row.chars().any(char::is_control));
            }
        }
        // Whatever command was left in the middle has its arguments then.
        grid.write(&vec![0; 70_000]);
        grid.write(b"\x1b@");
        prop_assert_eq!(grid.rows(), Grid::new().rows());
    }

    /// Registers write in pieces, as the line takes them.
    #[test]
    fn it_is_the_same_in_whatever_pieces_it_comes(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        piece in 1_usize..20,
    ) {
        let (mut whole, mut pieces) = (Grid::new(), Grid::new());
        whole.write(&bytes);
        for part in bytes.chunks(piece) {
            pieces.write(part);
        }
        prop_assert_eq!(whole.rows(), pieces.rows());
    }
}
