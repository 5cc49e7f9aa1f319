//! The log itself: a form to search with, what the selection adds up to, and the sales, newest first.

use super::{banner, begin, end};
use crate::auditors::sessions::Auditor;
use crate::sale_log::finding::{Page, Sum};
use crate::sale_log::markup::Markup;
use crate::sale_log::money;
use crate::sale_log::sale::{Sale, Standing};
use crate::sale_log::selection::{Asked, Place, State};
use crate::sale_log::words::Words;

/// So many lines of a sale are shown; the others are on its own page.
const LINES_SHOWN: usize = 4;

/// What is to be listed.
pub(crate) enum Listed {
    /// A field of the search can't be understood: its name.
    Wrong(&'static str),
    /// These sales, and what the selection adds up to, unless that is too much to add up.
    Found { page: Page, sums: Option<Vec<Sum>> },
}

/// The page of the log.
pub(crate) fn list(words: &Words, auditor: &Auditor, asked: &Asked, listed: &Listed) -> String {
    let mut page = begin(words, words.title);
    banner(&mut page, words, auditor);
    page.raw("<main>");
    form(&mut page, words, auditor, asked);
    match listed {
        Listed::Wrong(field) => {
            page.raw("<p class=\"trouble\" role=\"alert\">").text(words.not_understood).raw(" ");
            page.text(field_name(words, field)).raw("</p>");
        }
        Listed::Found { page: found, sums } => {
            summary(&mut page, words, asked, sums.as_deref());
            if found.sales.is_empty() {
                page.raw("<p class=\"empty\">").text(words.nothing_found).raw("</p>");
            } else {
                table(&mut page, words, auditor, &found.sales);
            }
            turn(&mut page, words, asked, found.next.as_ref());
            taken_along(&mut page, words, asked);
        }
    }
    page.raw("<p class=\"soft\">").text(words.all_times).raw(" ").text(auditor.zone.name()).raw(". ");
    page.text(words.noted).raw("</p></main>");
    end(page)
}

fn field_name<'w>(words: &'w Words, field: &str) -> &'w str {
    match field {
        "reference" => words.reference,
        "amount" => words.amount,
        "store" => words.store,
        "from" => words.from,
        "until" => words.until,
        "state" => words.state,
        "sum" => words.sum_all,
        _ => words.older,
    }
}

fn form(page: &mut Markup, words: &Words, auditor: &Auditor, asked: &Asked) {
    page.raw("<form method=\"get\" action=\"/log\" class=\"search\" role=\"search\">");
    let mut field = |label: &str, name: &'static str, kind: &'static str, value: &str| {
        page.raw("<label>").text(label).raw("<input name=\"").raw(name).raw("\" ").raw(kind);
        page.raw(" value=\"").text(value.trim()).raw("\"></label>");
    };
    field(words.reference, "reference", "maxlength=\"50\" autocomplete=\"off\"", &asked.reference);
    field(
        words.amount,
        "amount",
        "inputmode=\"decimal\" maxlength=\"20\" autocomplete=\"off\"",
        &asked.amount,
    );
    field(words.from, "from", "type=\"date\"", &asked.from);
    field(words.until, "until", "type=\"date\"", &asked.until);
    page.raw("<label>").text(words.store).raw("<select name=\"store\"><option value=\"\">");
    page.text(words.every_store).raw("</option>");
    for kept in &auditor.stores {
        option(page, &kept.store.id, &kept.store.name, asked.store.trim() == kept.store.id);
    }
    page.raw("</select></label><label>").text(words.state).raw("<select name=\"state\">");
    for state in State::EACH {
        let name = if state == State::default() { "" } else { state.name() };
        option(page, name, words.choice(state), [name, state.name()].contains(&asked.state.trim()));
    }
    page.raw("</select></label><button>").text(words.search).raw("</button></form>");
}

fn option(page: &mut Markup, value: &str, shown: &str, chosen: bool) {
    page.raw("<option value=\"").text(value).raw(if chosen { "\" selected>" } else { "\">" });
    page.text(shown).raw("</option>");
}

fn summary(page: &mut Markup, words: &Words, asked: &Asked, sums: Option<&[Sum]>) {
    let Some(sums) = sums else {
        let all = Asked { sum: "all".to_owned(), before: String::new(), ..asked.clone() };
        page.raw("<p class=\"sums\">").text(words.too_much_to_sum).raw(" <a href=\"/log").text(&all.query());
        page.raw("\">").text(words.sum_all).raw("</a></p>");
        return;
    };
    for sum in sums {
        let amount = |minor| format!("{}\u{a0}{}", money::shown(minor, words.language), sum.currency);
        let figures = [
            (words.sales, sum.sales.to_string()),
            (words.sold, amount(sum.captured)),
            (words.returned, amount(sum.refunded)),
            (words.net, amount(sum.captured.saturating_sub(sum.refunded))),
        ];
        page.raw("<dl class=\"sums\">");
        for (label, value) in figures {
            page.raw("<div><dt>").text(label).raw("</dt><dd>").text(&value).raw("</dd></div>");
        }
        page.raw("</dl>");
    }
}

fn table(page: &mut Markup, words: &Words, auditor: &Auditor, sales: &[Sale]) {
    page.raw("<table class=\"log\"><thead><tr>");
    for title in [words.time, words.store, words.reference, words.what] {
        page.raw("<th scope=\"col\">").text(title).raw("</th>");
    }
    for title in [words.amount, words.returned] {
        page.raw("<th scope=\"col\" class=\"number\">").text(title).raw("</th>");
    }
    page.raw("<th scope=\"col\">").text(words.state).raw("</th></tr></thead><tbody>");
    for sale in sales {
        row(page, words, auditor, sale);
    }
    page.raw("</tbody></table>");
}

fn row(page: &mut Markup, words: &Words, auditor: &Auditor, sale: &Sale) {
    let currency = crate::payments::written(&sale.currency);
    let shown = |minor: i64| format!("{}\u{a0}{currency}", money::shown(minor, words.language));
    page.raw("<tr>");
    cell(page, words.time, "");
    page.raw("<time datetime=\"").text(&auditor.zone.written(sale.at)).raw("\">");
    page.text(&auditor.zone.shown(sale.at)).raw("</time></td>");
    cell(page, words.store, "");
    page.text(&sale.store.name).raw("<small>").text(words.sales_unit).raw(" ").text(&sale.store.msn);
    page.raw("</small></td>");
    cell(page, words.reference, "");
    page.raw("<a href=\"/log/sales/").text(&sale.till).raw("/").text(&sale.reference).raw("\">");
    page.text(&sale.reference).raw("</a></td>");
    cell(page, words.what, "");
    sold(page, words, sale);
    page.raw("</td>");
    cell(page, words.amount, "number");
    page.text(&shown(sale.amount)).raw("</td>");
    cell(page, words.returned, "number");
    page.text(&if sale.refunded > 0 { shown(sale.refunded) } else { String::new() }).raw("</td>");
    cell(page, words.state, "");
    let standing = sale.standing();
    page.raw(mood(standing)).text(words.standing(standing)).raw("</span></td></tr>");
}

/// Begins a cell. On a phone its label stands before it, since there is no head of the table.
fn cell(page: &mut Markup, label: &str, class: &'static str) {
    page.raw("<td class=\"").raw(class).raw("\" data-label=\"").text(label).raw("\">");
}

fn sold(page: &mut Markup, words: &Words, sale: &Sale) {
    if sale.lines.is_empty() {
        page.text(&sale.description);
        return;
    }
    page.raw("<ul class=\"lines\">");
    for line in sale.lines.iter().take(LINES_SHOWN) {
        page.raw("<li>").text(&line.quantity.to_string()).raw(" × ").text(&line.name);
        page.raw(if line.returned { " <em>" } else { "" });
        page.text(if line.returned { words.comes_back } else { "" });
        page.raw(if line.returned { "</em></li>" } else { "</li>" });
    }
    let more = sale.lines.len().saturating_sub(LINES_SHOWN);
    if more > 0 {
        page.raw("<li class=\"soft\">+ ")
            .text(&more.to_string())
            .raw(" ")
            .text(words.more_lines)
            .raw("</li>");
    }
    page.raw("</ul>");
}

fn mood(standing: Standing) -> &'static str {
    match standing {
        Standing::Paid => "<span class=\"state kept\">",
        Standing::PartlyReturned | Standing::Returned => "<span class=\"state back\">",
        _ => "<span class=\"state\">",
    }
}

/// Where one goes on from here.
fn turn(page: &mut Markup, words: &Words, asked: &Asked, next: Option<&Place>) {
    page.raw("<nav>");
    if !asked.before.trim().is_empty() {
        let first = Asked { before: String::new(), ..asked.clone() };
        page.raw("<a href=\"/log").text(&first.query()).raw("\">").text(words.newest).raw("</a>");
    }
    if let Some(next) = next {
        let older = Asked { before: next.written(), ..asked.clone() };
        page.raw("<a rel=\"next\" href=\"/log").text(&older.query()).raw("\">").text(words.older).raw("</a>");
    }
    page.raw("</nav>");
}

/// The same selection, whole, as files.
fn taken_along(page: &mut Markup, words: &Words, asked: &Asked) {
    let whole = Asked { before: String::new(), sum: String::new(), ..asked.clone() }.query();
    page.raw("<nav class=\"files\"><a href=\"/log.csv").text(&whole).raw("\">").text(words.as_csv);
    page.raw("</a><a href=\"/log.json").text(&whole).raw("\">").text(words.as_json).raw("</a></nav>");
}
