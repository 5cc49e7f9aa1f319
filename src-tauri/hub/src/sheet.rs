//! A sheet to be printed and put on a counter: the code, large, with what to do in words.
//!
//! The code is the picture that Vipps MobilePay has drawn, as it is, on white. Above it a band stays empty: the logos of Vipps
//! MobilePay belong there, and are not ours to give away (contract 6). Names are written as text.

use clap::ValueEnum;
use payment::Currency;

mod pdf;
mod svg;

/// How large a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Paper {
    /// 105 by 148 mm
    A6,
    /// 148 by 210 mm
    A5,
}

/// The language of what stands on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Norwegian
    Nb,
    /// English
    En,
}

/// What stands on a sheet.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    paper: Paper,
    headline: String,
    hint: &'static str,
    /// The store, and where the code is.
    names: [String; 2],
    /// The picture of the code.
    pub(crate) png: Vec<u8>,
}

/// One line of text. Lengths are in millimetres of an A6 sheet, from its upper left corner.
struct Text<'a> {
    words: &'a str,
    /// The foot of the line.
    y: f32,
    /// How large the letters are.
    size: f32,
    bold: bool,
}

/// How wide and high an A6 sheet is, in millimetres.
const WIDTH: f32 = 105.0;
const HEIGHT: f32 = 148.0;
/// Where everything begins on the left, and how wide it is at the most.
const LEFT: f32 = 15.0;
const WIDEST: f32 = 82.0;
/// Where the code begins, and its side.
const CODE_TOP: f32 = 39.0;
const CODE_SIDE: f32 = 75.0;
/// The band that stays empty for the logos: its upper edge and its height.
const LOGO_TOP: f32 = 8.0;
const LOGO_HEIGHT: f32 = 16.0;
/// No letter of the font is wider than this on the average of a line, in parts of its size.
const LETTER_WIDTH: f32 = 0.58;

impl Paper {
    /// How many times an A6 sheet it is, in each direction.
    fn scale(self) -> f32 {
        match self {
            Paper::A6 => 1.0,
            Paper::A5 => std::f32::consts::SQRT_2,
        }
    }
}

impl Sheet {
    /// A sheet with a code that people pay by.
    pub(crate) fn of_payment(
        paper: Paper,
        language: Language,
        currency: Currency,
        names: [String; 2],
        png: Vec<u8>,
    ) -> Sheet {
        let app = match currency {
            Currency::Dkk | Currency::Eur => "MobilePay",
            Currency::Nok | Currency::Sek => "Vipps",
        };
        let (headline, hint) = match language {
            Language::Nb => {
                (format!("Skann og betal med {app}"), "Si fra i kassen. Betalingen kommer på telefonen din.")
            }
            Language::En => {
                (format!("Scan to pay with {app}"), "Tell the staff. The payment comes to your phone.")
            }
        };
        Sheet { paper, headline, hint, names, png }
    }

    /// A sheet with a code that leads to a page.
    pub(crate) fn of_page(paper: Paper, language: Language, names: [String; 2], png: Vec<u8>) -> Sheet {
        let (headline, hint) = match language {
            Language::Nb => ("Skann koden", "Bruk kameraet på telefonen."),
            Language::En => ("Scan the code", "Use the camera of your phone."),
        };
        Sheet { paper, headline: headline.to_owned(), hint, names, png }
    }

    /// What is written, line by line; long names are set smaller.
    fn texts(&self) -> [Text<'_>; 4] {
        let [store, place] = &self.names;
        let text = |words, y, size, bold| Text { words, y, size: fitted(words, size), bold };
        [
            text(&self.headline, 35.0, 5.6, true),
            text(self.hint, 121.0, 3.4, false),
            text(store, 132.0, 4.6, true),
            text(place, 139.0, 3.8, false),
        ]
    }
}

/// The size at which `text` fits the sheet: `size`, unless it is too long for that.
fn fitted(text: &str, size: f32) -> f32 {
    let letters = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    let width = f32::from(letters.max(1)) * LETTER_WIDTH * size;
    if width > WIDEST { size * WIDEST / width } else { size }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, Luma};

    use super::*;

    pub(super) const CONTENT: &str = "https://qr.vipps.no/28/2/05/031/hPqvL3";

    /// A picture as Vipps MobilePay draws it, in colours or in grey.
    pub(super) fn drawn(content: &str, in_colour: bool) -> Vec<u8> {
        let code = qrcode::QrCode::new(content).expect("it fits a code");
        let grey = DynamicImage::ImageLuma8(code.render::<Luma<u8>>().min_dimensions(600, 600).build());
        let picture = if in_colour { DynamicImage::ImageRgba8(grey.to_rgba8()) } else { grey };
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).expect("memory takes it");
        bytes.into_inner()
    }

    pub(super) fn sheet(png: Vec<u8>) -> Sheet {
        let names = ["Blåbær & Sønn".to_owned(), "Kasse 1 <ute>".to_owned()];
        Sheet::of_payment(Paper::A6, Language::Nb, Currency::Nok, names, png)
    }

    #[test]
    fn the_app_is_called_what_it_is_called_where_the_store_is() {
        let headline = |language, currency| {
            Sheet::of_payment(Paper::A5, language, currency, [String::new(), String::new()], Vec::new())
                .headline
        };
        assert_eq!(headline(Language::Nb, Currency::Nok), "Skann og betal med Vipps");
        assert_eq!(headline(Language::En, Currency::Dkk), "Scan to pay with MobilePay");
    }

    #[test]
    fn a_long_name_is_set_smaller_and_stays_on_the_sheet() {
        assert!((fitted("Kaffebaren", 4.6) - 4.6).abs() < f32::EPSILON);
        let name = "W".repeat(60);
        assert!(fitted(&name, 4.6) * LETTER_WIDTH * 60.0 <= WIDEST + 0.01);
    }
}
