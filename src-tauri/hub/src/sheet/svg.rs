//! A sheet as SVG: one file with everything in it, for whoever goes on with it in a drawing program.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{CODE_SIDE, CODE_TOP, HEIGHT, LEFT, LOGO_HEIGHT, LOGO_TOP, Sheet, WIDEST, WIDTH};

impl Sheet {
    /// The sheet as SVG. The rectangle `logo` is where the logos of Vipps MobilePay belong.
    pub(crate) fn svg(&self) -> String {
        let (width, height) = (WIDTH * self.paper.scale(), HEIGHT * self.paper.scale());
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.1}mm\" height=\"{height:.1}mm\" \
             viewBox=\"0 0 {WIDTH} {HEIGHT}\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
             <rect id=\"logo\" x=\"{LEFT}\" y=\"{LOGO_TOP}\" width=\"{CODE_SIDE}\" height=\"{LOGO_HEIGHT}\" \
             fill=\"none\"/>\n\
             <image x=\"{LEFT}\" y=\"{CODE_TOP}\" width=\"{CODE_SIDE}\" height=\"{CODE_SIDE}\" \
             style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>\n",
            STANDARD.encode(&self.png)
        );
        for line in self.texts() {
            let weight = if line.bold { "bold" } else { "normal" };
            // Writing to a text never fails.
            let _ = writeln!(
                svg,
                "<text x=\"{LEFT}\" y=\"{}\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"{:.2}\" \
                 font-weight=\"{weight}\" fill=\"#111\">{}</text>",
                line.y,
                line.size,
                escaped(line.words)
            );
        }
        svg.push_str("</svg>\n");
        const { assert!(WIDEST + LEFT <= WIDTH, "what is written stays on the sheet") };
        svg
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use till::{QrHosts, read_qr};

    use super::*;
    use crate::sheet::tests::{CONTENT, drawn, sheet};

    #[test]
    fn the_code_is_read_back_out_of_it() {
        let svg = sheet(drawn(CONTENT, false)).svg();
        let (_, rest) = svg.split_once("href=\"data:image/png;base64,").expect("the picture is in it");
        let (picture, _) = rest.split_once('"').expect("it ends");
        let png = STANDARD.decode(picture).expect("it is base64");
        assert_eq!(read_qr(&png, QrHosts::Official).as_deref(), Ok(CONTENT));
    }

    #[test]
    fn names_are_written_as_text_whatever_is_in_them() {
        let svg = sheet(drawn(CONTENT, false)).svg();
        for text in ["Skann og betal med Vipps", "Blåbær &amp; Sønn", "Kasse 1 &lt;ute&gt;"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
        assert!(svg.contains("width=\"105.0mm\"") && svg.contains("id=\"logo\""));
    }
}
