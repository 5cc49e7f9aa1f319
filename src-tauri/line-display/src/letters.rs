//! Which letter a byte is: code tables of half a century, and the seven-bit alphabets of the countries.

use oem_cp::code_table::{
    DECODING_TABLE_CP437, DECODING_TABLE_CP850, DECODING_TABLE_CP858, DECODING_TABLE_CP865,
};

/// What the alphabet of a country has in place of `# $ @ [ \ ] ^ ` { | } ~` (ESC R; the table of the Epson DM-D110).
const PLACES: [char; 12] = ['#', '$', '@', '[', '\\', ']', '^', '`', '{', '|', '}', '~'];

/// How bytes are read: from 0x80 on by a code table, below that by the alphabet of a country.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Letters {
    table: Table,
    country: Country,
}

/// The upper half of the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Table {
    #[default]
    Pc437,
    Pc850,
    Pc865,
    Wpc1252,
    Pc858,
}

/// The alphabets that differ in a few signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Country {
    #[default]
    Usa,
    France,
    Germany,
    Uk,
    DenmarkI,
    Sweden,
    Italy,
    SpainI,
    Norway,
    DenmarkII,
}

impl Letters {
    /// Chooses a code table as `ESC t n` does: 0, 2, 5, 16 and 19. Of a number that is not known nothing changes.
    pub(crate) fn choose_table(&mut self, number: u8) {
        self.table = match number {
            0 => Table::Pc437,
            2 => Table::Pc850,
            5 => Table::Pc865,
            16 => Table::Wpc1252,
            19 => Table::Pc858,
            _ => return,
        };
    }

    /// Chooses the alphabet of a country as `ESC R n` does: 0 to 7, 9 and 10. Of a number that is not known nothing
    /// changes.
    pub(crate) fn choose_country(&mut self, number: u8) {
        self.country = match number {
            0 => Country::Usa,
            1 => Country::France,
            2 => Country::Germany,
            3 => Country::Uk,
            4 => Country::DenmarkI,
            5 => Country::Sweden,
            6 => Country::Italy,
            7 => Country::SpainI,
            9 => Country::Norway,
            10 => Country::DenmarkII,
            _ => return,
        };
    }

    /// The letter that `byte` is. What no letter is becomes a blank.
    pub(crate) fn read(self, byte: u8) -> char {
        let letter = if byte < 0x80 { self.country.read(char::from(byte)) } else { self.table.read(byte) };
        if letter.is_control() { ' ' } else { letter }
    }
}

impl Table {
    fn read(self, byte: u8) -> char {
        let table = match self {
            Table::Pc437 => &DECODING_TABLE_CP437,
            Table::Pc850 => &DECODING_TABLE_CP850,
            Table::Pc865 => &DECODING_TABLE_CP865,
            Table::Pc858 => &DECODING_TABLE_CP858,
            Table::Wpc1252 => {
                let bytes = [byte];
                let (letters, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
                return letters.chars().next().unwrap_or(' ');
            }
        };
        usize::from(byte).checked_sub(0x80).and_then(|at| table.get(at)).copied().unwrap_or(' ')
    }
}

impl Country {
    fn read(self, letter: char) -> char {
        let signs = match self {
            Country::Usa => return letter,
            Country::France => ['#', '$', 'à', '°', 'ç', '§', '^', '`', 'é', 'ù', 'è', '¨'],
            Country::Germany => ['#', '$', '§', 'Ä', 'Ö', 'Ü', '^', '`', 'ä', 'ö', 'ü', 'ß'],
            Country::Uk => ['£', '$', '@', '[', '\\', ']', '^', '`', '{', '|', '}', '~'],
            Country::DenmarkI => ['#', '$', '@', 'Æ', 'Ø', 'Å', '^', '`', 'æ', 'ø', 'å', '~'],
            Country::Sweden => ['#', '¤', 'É', 'Ä', 'Ö', 'Å', 'Ü', 'é', 'ä', 'ö', 'å', 'ü'],
            Country::Italy => ['#', '$', '@', '°', '\\', 'é', '^', 'ù', 'à', 'ò', 'è', 'ì'],
            Country::SpainI => ['₧', '$', '@', '¡', 'Ñ', '¿', '^', '`', '¨', 'ñ', '}', '~'],
            Country::Norway => ['#', '¤', 'É', 'Æ', 'Ø', 'Å', 'Ü', 'é', 'æ', 'ø', 'å', 'ü'],
            Country::DenmarkII => ['#', '$', 'É', 'Æ', 'Ø', 'Å', 'Ü', 'é', 'æ', 'ø', 'å', 'ü'],
        };
        let at = PLACES.iter().position(|place| *place == letter);
        at.and_then(|at| signs.get(at)).copied().unwrap_or(letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: u8, country: u8, bytes: &[u8]) -> String {
        let mut letters = Letters::default();
        letters.choose_table(table);
        letters.choose_country(country);
        bytes.iter().map(|byte| letters.read(*byte)).collect()
    }

    #[test]
    fn the_north_is_spelt_in_every_table() {
        assert_eq!(read(0, 0, &[0x92, 0x99, 0x8f, 0x91, 0x94, 0x86]), "ÆÖÅæöå");
        assert_eq!(read(2, 0, &[0x92, 0x9d, 0x8f, 0x91, 0x9b, 0x86]), "ÆØÅæøå");
        assert_eq!(read(5, 0, &[0x92, 0x9d, 0x8f, 0x91, 0x9b, 0x86]), "ÆØÅæøå");
        assert_eq!(read(19, 0, &[0x92, 0x9d, 0x8f, 0xd5]), "ÆØÅ€");
        assert_eq!(read(16, 0, &[0xc6, 0xd8, 0xc5, 0xe6, 0xf8, 0xe5, 0x80]), "ÆØÅæøå€");
    }

    #[test]
    fn the_north_is_spelt_in_seven_bits() {
        assert_eq!(read(0, 9, b"BL]B[R $ {|}"), "BLÅBÆR ¤ æøå");
        assert_eq!(read(0, 4, b"R\\D GR\\D"), "RØD GRØD");
        assert_eq!(read(0, 5, b"SM\\R]S [GG"), "SMÖRÅS ÄGG");
        assert_eq!(read(0, 0, b"[\\]"), "[\\]");
    }

    #[test]
    fn what_is_not_known_changes_nothing_and_what_is_no_letter_is_a_blank() {
        let mut letters = Letters::default();
        letters.choose_table(5);
        letters.choose_table(99);
        letters.choose_country(200);
        assert_eq!(letters.read(0x9b), 'ø');
        letters.choose_table(16);
        assert_eq!(letters.read(0x81), ' ', "nobody's");
        assert_eq!(letters.read(0x7f), ' ');
    }
}
