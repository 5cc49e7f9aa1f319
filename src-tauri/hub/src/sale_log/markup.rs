//! HTML that can't be broken out of: what is written as it is was in our source; everything else is escaped.

/// A page that grows.
#[derive(Debug, Default)]
pub(crate) struct Markup(String);

impl Markup {
    /// Goes on with markup of ours.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Markup {
        self.0.push_str(markup);
        self
    }

    /// Goes on with a text of anybody, between tags or in an attribute that is quoted.
    pub(crate) fn text(&mut self, text: &str) -> &mut Markup {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// The whole.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_tag_or_an_attribute() {
        let mut page = Markup::default();
        page.raw("<p title=\"").text("\"><script>'&amp;").raw("\">");
        assert_eq!(page.into_text(), "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;amp;\">");
    }
}
