//! The pages of the sale log: HTML as it is, without a script, for a large screen, a phone and paper.

mod list;
mod sale;

use super::markup::Markup;
use super::words::Words;
use crate::auditors::sessions::Auditor;

pub(crate) use list::{Listed, list};
pub(crate) use sale::sale;

/// The style of all pages.
pub(crate) const STYLE: &str = include_str!("pages/style.css");

/// Where somebody logs in, with a word about what went wrong.
pub(crate) fn log_in(words: &Words, trouble: Option<&str>) -> String {
    let mut page = begin(words, words.title);
    page.raw("<main class=\"narrow\"><h1>").text(words.title).raw("</h1>");
    if let Some(trouble) = trouble {
        page.raw("<p class=\"trouble\" role=\"alert\">").text(trouble).raw("</p>");
    }
    page.raw("<form method=\"post\" action=\"/log/in\" class=\"door\">");
    page.raw("<label>").text(words.name);
    page.raw(
        "<input name=\"name\" autocomplete=\"username\" autocapitalize=\"none\" required autofocus></label>",
    );
    page.raw("<label>").text(words.password);
    page.raw(
        "<input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>",
    );
    page.raw("<button>").text(words.log_in).raw("</button></form>");
    page.raw("<p class=\"soft\">").text(words.noted).raw("</p></main>");
    end(page)
}

/// That something can't be shown, and why.
pub(crate) fn refusal(words: &Words, why: &str) -> String {
    let mut page = begin(words, words.title);
    page.raw("<main class=\"narrow\"><h1>")
        .text(words.title)
        .raw("</h1><p class=\"trouble\" role=\"alert\">");
    page.text(why).raw("</p><p><a href=\"/log\">").text(words.back).raw("</a></p></main>");
    end(page)
}

fn begin(words: &Words, title: &str) -> Markup {
    let mut page = Markup::default();
    page.raw("<!doctype html><html lang=\"").text(words.tag).raw("\"><head><meta charset=\"utf-8\">");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.raw("<meta name=\"robots\" content=\"noindex\"><title>").text(title).raw("</title>");
    page.raw("<link rel=\"stylesheet\" href=\"/log/style.css\"></head><body>");
    page
}

/// What stands above every page of somebody who is logged in.
fn banner(page: &mut Markup, words: &Words, auditor: &Auditor) {
    page.raw("<header><a class=\"title\" href=\"/log\">").text(words.title).raw("</a><span class=\"who\">");
    page.text(&auditor.kept.id).raw("</span><form method=\"post\" action=\"/log/out\">");
    page.raw("<input type=\"hidden\" name=\"token\" value=\"").text(&auditor.form_token());
    page.raw("\"><button class=\"quiet\">").text(words.log_out).raw("</button></form></header>");
}

fn end(mut page: Markup) -> String {
    page.raw("</body></html>\n");
    page.into_text()
}
