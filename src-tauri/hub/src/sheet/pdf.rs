//! A sheet as PDF, for a printer.
//!
//! A PDF packs pixels as a PNG does, so those of the picture are put into it as they are packed. The font is one that every
//! reader of PDF has; it knows the letters of western Europe.

use std::error::Error;
use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage};
use pdf_writer::types::Predictor;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};

use super::{CODE_SIDE, CODE_TOP, HEIGHT, LEFT, Sheet, WIDTH};

type Failed = Box<dyn Error + Send + Sync>;

/// Points in a millimetre.
const POINTS: f32 = 72.0 / 25.4;
/// How many bytes the length, the name and the sum of a part of a PNG take, each.
const WORD: usize = 4;

impl Sheet {
    /// The sheet as PDF, on one page.
    ///
    /// # Errors
    /// When a name has letters that are not of western Europe (the SVG has them), or the picture is none.
    pub(crate) fn pdf(&self) -> Result<Vec<u8>, Failed> {
        let scale = self.paper.scale();
        let [catalog, pages, page, content, picture, plain, bold] = [1, 2, 3, 4, 5, 6, 7].map(Ref::new);
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([page]).count(1);
        let mut leaf = pdf.page(page);
        leaf.media_box(Rect::new(0.0, 0.0, WIDTH * scale * POINTS, HEIGHT * scale * POINTS));
        leaf.parent(pages).contents(content);
        let mut resources = leaf.resources();
        resources.x_objects().pair(Name(b"Code"), picture);
        resources.fonts().pair(Name(b"Plain"), plain).pair(Name(b"Bold"), bold);
        resources.finish();
        leaf.finish();
        for (id, font) in [(plain, &b"Helvetica"[..]), (bold, &b"Helvetica-Bold"[..])] {
            pdf.type1_font(id).base_font(Name(font)).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        pdf.stream(content, &self.drawing(scale * POINTS)?);
        let (pixels, side) = packed(&self.png)?;
        let mut image = pdf.image_xobject(picture, &pixels);
        image.filter(Filter::FlateDecode);
        image.width(side.0).height(side.1);
        image.color_space().device_rgb();
        image.bits_per_component(8);
        image.decode_parms().predictor(Predictor::PngOptimum).colors(3).bits_per_component(8).columns(side.0);
        image.finish();
        Ok(pdf.finish())
    }

    /// What is drawn on the page. PDF counts from the lower edge, in points: so many to each of our millimetres.
    fn drawing(&self, scale: f32) -> Result<Vec<u8>, Failed> {
        let mut content = Content::new();
        let side = CODE_SIDE * scale;
        content.save_state();
        let foot = (HEIGHT - CODE_TOP - CODE_SIDE) * scale;
        content.transform([side, 0.0, 0.0, side, LEFT * scale, foot]).x_object(Name(b"Code"));
        content.restore_state();
        for line in self.texts() {
            let face = if line.bold { Name(b"Bold") } else { Name(b"Plain") };
            content.begin_text().set_font(face, line.size * scale);
            content.next_line(LEFT * scale, (HEIGHT - line.y) * scale);
            content.show(Str(&western(line.words)?)).end_text();
        }
        Ok(content.finish().to_vec())
    }
}

/// `text` in the letters of western Europe, one byte each.
fn western(text: &str) -> Result<Vec<u8>, Failed> {
    let byte = |letter: char| match letter {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(letter)).ok(),
        '–' => Some(0x96),
        '—' => Some(0x97),
        '’' => Some(0x92),
        '€' => Some(0x80),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = text.chars().map(byte).collect();
    bytes.ok_or_else(|| format!("a PDF can't be made of the letters of {text:?}; make an SVG").into())
}

/// The pixels of a picture on white, packed as in a PNG, with its width and height.
fn packed(png: &[u8]) -> Result<(Vec<u8>, (i32, i32)), Failed> {
    let picture = ImageReader::with_format(Cursor::new(png), ImageFormat::Png).decode()?.into_rgba8();
    let mut on_white = RgbImage::new(picture.width(), picture.height());
    for (pixel, seen) in on_white.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = seen.0;
        *pixel = Rgb([red, green, blue].map(|part| over_white(part, alpha)));
    }
    let side = (i32::try_from(on_white.width())?, i32::try_from(on_white.height())?);
    let mut whole = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(on_white).write_to(&mut whole, ImageFormat::Png)?;
    Ok((data_of(&whole.into_inner()), side))
}

fn over_white(part: u8, alpha: u8) -> u8 {
    let (part, alpha) = (u16::from(part), u16::from(alpha));
    u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// The packed pixels of a PNG: what its parts `IDAT` hold, one after the other. Each part is its length, its name, that many
/// bytes and a sum to check them by; the first comes after eight bytes.
fn data_of(png: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    let mut rest = png.get(8..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk::<WORD>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let Some((name, after)) = after.split_first_chunk::<WORD>() else { break };
        let Some(held) = after.get(..length) else { break };
        if name == b"IDAT" {
            data.extend_from_slice(held);
        }
        rest = after.get(length.saturating_add(WORD)..).unwrap_or_default();
    }
    data
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use till::{QrHosts, read_qr};

    use super::*;
    use crate::sheet::tests::{CONTENT, drawn, sheet};

    /// Drawn by a reader of PDF that is not ours, the page has the code.
    #[test]
    fn the_code_is_read_back_off_the_page() {
        let folder = tempfile::tempdir().expect("there is room");
        for in_colour in [false, true] {
            let (from, to) = (folder.path().join("sheet.pdf"), folder.path().join("page"));
            let pdf = sheet(drawn(CONTENT, in_colour)).pdf().expect("it can be made");
            std::fs::write(&from, pdf).expect("it can be written");
            let mut reader = Command::new("pdftoppm");
            reader.args(["-png", "-r", "150", "-singlefile"]).args([&from, &to]);
            let said = reader.output().expect("poppler-utils is installed");
            assert!(said.status.success() && said.stderr.is_empty(), "{said:?}");
            let page = std::fs::read(to.with_extension("png")).expect("a page was drawn");
            assert_eq!(read_qr(&page, QrHosts::Official).as_deref(), Ok(CONTENT));
        }
    }

    #[test]
    fn it_is_one_page_of_its_size_with_its_words() {
        let pdf = sheet(drawn(CONTENT, false)).pdf().expect("it can be made");
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.starts_with("%PDF-") && text.contains("/Count 1"));
        assert!(text.contains("/MediaBox [0 0 297.6"), "{}", &text[..400]);
        assert!(text.contains("Skann og betal med Vipps") && text.contains("Kasse 1 <ute>"));
    }

    /// The packed pixels are those of the picture: unpacked by a reader of PNG, they say the same.
    #[test]
    fn the_picture_is_in_it_as_it_was() {
        for in_colour in [false, true] {
            let png = drawn(CONTENT, in_colour);
            let (pixels, (width, height)) = packed(&png).expect("it is a picture");
            let pdf = sheet(png).pdf().expect("it can be made");
            assert!(pdf.windows(pixels.len()).any(|part| part == pixels), "the pixels are not in it");
            assert!(width == height && width >= 600);
        }
    }

    #[test]
    fn letters_of_elsewhere_are_refused_rather_than_left_out() {
        assert_eq!(western("Blåbær – 5 €").ok(), Some(b"Bl\xe5b\xe6r \x96 5 \x80".to_vec()));
        assert!(western("Кафе").is_err());
    }
}
