//! Draws QR codes.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use qrcode::{Color, EcLevel, QrCode, bits};

/// White around the code, in modules. ISO/IEC 18004 asks for four; below that, readers begin to fail.
const QUIET_MODULES: u32 = 4;
const WHITE: u8 = 0xff;
const BLACK: u8 = 0;

/// Where the code lies in a square picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    /// Width of one module.
    module: u32,
    /// From the edge to the first module.
    margin: u32,
}

/// A square, black on white PNG of exactly `size` pixels, or `None` if the content does not fit into a code of that
/// size. The margin is at least `white_border` pixels and at least four modules.
pub(crate) fn png(content: &str, size: u32, white_border: u32) -> Option<Vec<u8>> {
    let code = code(content)?;
    let modules = u32::try_from(code.width()).ok()?;
    let layout = layout(modules, size, white_border)?;
    let module_at = |pixel: u32| pixel.checked_sub(layout.margin).map(|inside| inside / layout.module);
    let mut pixels = Vec::with_capacity((size * size) as usize);
    for y in 0..size {
        for x in 0..size {
            let black = match (module_at(x), module_at(y)) {
                (Some(x), Some(y)) if x < modules && y < modules => {
                    code[(x as usize, y as usize)] == Color::Dark
                }
                _ => false,
            };
            pixels.push(if black { BLACK } else { WHITE });
        }
    }
    let mut file = Vec::new();
    PngEncoder::new(&mut file).write_image(&pixels, size, size, ExtendedColorType::L8).ok()?;
    Some(file)
}

/// The same as SVG: one path of black squares upon a white one, measured in modules.
pub(crate) fn svg(content: &str, size: u32, white_border: u32) -> Option<String> {
    use std::fmt::Write as _;
    let code = code(content)?;
    let modules = u32::try_from(code.width()).ok()?;
    let layout = layout(modules, size, white_border)?;
    let mut path = String::new();
    for y in 0..modules {
        for x in (0..modules).filter(|x| code[(*x as usize, y as usize)] == Color::Dark) {
            let (left, top) = (layout.margin + x * layout.module, layout.margin + y * layout.module);
            let _ = write!(path, "M{left} {top}h{0}v{0}h-{0}z", layout.module);
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {size} {size}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}h-{size}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// Whether a code of that content can be drawn in that size with that border.
pub(crate) fn fits(content: &str, size: u32, white_border: u32) -> bool {
    // The version alone says how wide it is; drawing it takes a hundred times as long.
    let bits = bits::encode_auto(content.as_bytes(), EcLevel::M).ok();
    let modules = bits.and_then(|bits| u32::try_from(bits.version().width()).ok());
    modules.is_some_and(|modules| layout(modules, size, white_border).is_some())
}

fn code(content: &str) -> Option<QrCode> {
    QrCode::with_error_correction_level(content, EcLevel::M).ok()
}

/// Modules are whole pixels, so that no edge is blurred; what is left over goes into the margin.
fn layout(modules: u32, size: u32, white_border: u32) -> Option<Layout> {
    let by_quiet_zone = size / (modules + 2 * QUIET_MODULES);
    let by_border = size.checked_sub(2 * white_border)? / modules;
    let module = by_quiet_zone.min(by_border);
    (module > 0).then(|| Layout { module, margin: (size - module * modules) / 2 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINK: &str = "http://127.0.0.1:7651/r/AbCd1234";

    proptest! {
        #[test]
        fn every_allowed_size_has_its_quiet_zone(size in 100_u32..=2000, white_border in 0_u32..=20) {
            let modules = 33;
            let layout = layout(modules, size, white_border).expect("fits");
            prop_assert!(layout.margin >= white_border);
            prop_assert!(layout.margin >= QUIET_MODULES * layout.module);
            prop_assert!(layout.margin + modules * layout.module <= size);
        }
    }

    #[test]
    fn the_picture_shows_the_code_module_by_module() {
        let (size, code) = (300, code(LINK).expect("fits"));
        let modules = u32::try_from(code.width()).expect("is small");
        let layout = layout(modules, size, 8).expect("fits");
        let file = png(LINK, size, 8).expect("drawn");
        let picture = image::load_from_memory(&file).expect("is a PNG").to_luma8();
        assert_eq!(picture.dimensions(), (size, size));
        for (x, y, pixel) in picture.enumerate_pixels() {
            let module = |at: u32| at.checked_sub(layout.margin).map(|inside| inside / layout.module);
            let dark = match (module(x), module(y)) {
                (Some(x), Some(y)) if x < modules && y < modules => {
                    code[(x as usize, y as usize)] == Color::Dark
                }
                _ => false,
            };
            assert_eq!(pixel.0[0], if dark { 0 } else { 255 }, "at {x}, {y}");
        }
        // The finder pattern's corner is where the margin ends: black there, white before it.
        assert_eq!(picture.get_pixel(layout.margin, layout.margin).0, [0]);
        assert_eq!(picture.get_pixel(layout.margin - 1, layout.margin).0, [255]);
        assert!(layout.margin >= 4 * layout.module);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(
            png(LINK, 40, 8),
            None,
            "25 modules and two borders of four need more than 40 pixels with 8 each"
        );
        assert_eq!(png(&"x".repeat(3_000), 2_000, 8), None);
    }

    #[test]
    fn the_svg_has_one_square_for_each_dark_module() {
        let dark =
            code(LINK).expect("fits").to_colors().iter().filter(|color| **color == Color::Dark).count();
        let drawn = svg(LINK, 400, 8).expect("drawn");
        assert_eq!(drawn.matches('M').count(), dark + 1, "and one for the white ground");
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>"));
    }
}
