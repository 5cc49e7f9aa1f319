//! One sale with everything that is known about it.

use contract::Language;
use payment::Line;

use super::{banner, begin, end};
use crate::auditors::sessions::Auditor;
use crate::sale_log::course::Step;
use crate::sale_log::markup::Markup;
use crate::sale_log::money;
use crate::sale_log::sale::Sale;
use crate::sale_log::tax;
use crate::sale_log::words::Words;

/// The page of one sale.
pub(crate) fn sale(words: &Words, auditor: &Auditor, sale: &Sale, course: &[Step]) -> String {
    let mut page = begin(words, &sale.reference);
    banner(&mut page, words, auditor);
    page.raw("<main><p><a href=\"/log\">")
        .text(words.back)
        .raw("</a></p><h1>")
        .text(&sale.reference)
        .raw("</h1>");
    facts(&mut page, words, auditor, sale);
    page.raw("<h2>").text(words.what).raw("</h2>");
    lines(&mut page, words, sale);
    page.raw("<h2>").text(words.returns).raw("</h2>");
    returns(&mut page, words, auditor, sale);
    page.raw("<h2>").text(words.course).raw("</h2>");
    steps(&mut page, words, auditor, sale, course);
    page.raw("<p class=\"soft\">")
        .text(words.all_times)
        .raw(" ")
        .text(auditor.zone.name())
        .raw(".</p></main>");
    end(page)
}

fn facts(page: &mut Markup, words: &Words, auditor: &Auditor, sale: &Sale) {
    let store = format!("{} ({} {})", sale.store.name, words.sales_unit, sale.store.msn);
    let each = [
        (words.state, words.standing(sale.standing()).to_owned()),
        (words.time, auditor.zone.shown(sale.at)),
        (words.store, store),
        (words.amount, shown(words, sale, sale.amount)),
        (words.paid, shown(words, sale, sale.captured)),
        (words.returned, shown(words, sale, sale.refunded)),
    ];
    page.raw("<dl class=\"facts\">");
    for (label, value) in each {
        page.raw("<div><dt>").text(label).raw("</dt><dd>").text(&value).raw("</dd></div>");
    }
    page.raw("</dl>");
}

fn lines(page: &mut Markup, words: &Words, sale: &Sale) {
    if !sale.description.is_empty() {
        page.raw("<p>").text(&sale.description).raw("</p>");
    }
    if sale.lines.is_empty() {
        page.raw("<p class=\"soft\">").text(words.no_lines).raw("</p>");
        return;
    }
    page.raw("<table><thead><tr><th scope=\"col\">").text(words.line).raw("</th>");
    for title in [words.quantity, words.unit_price, words.tax, words.line_total] {
        page.raw("<th scope=\"col\" class=\"number\">").text(title).raw("</th>");
    }
    page.raw("</tr></thead><tbody>");
    for line in &sale.lines {
        page.raw("<tr><td>");
        article(page, words, line);
        page.raw("</td>");
        let cells = [
            line.quantity.to_string(),
            money::shown(line.unit_price, words.language),
            line.tax_rate.map(|rate| shown_rate(words, rate)).unwrap_or_default(),
            money::shown(tax::total_of(line), words.language),
        ];
        for cell in cells {
            page.raw("<td class=\"number\">").text(&cell).raw("</td>");
        }
        page.raw("</tr>");
    }
    page.raw("</tbody></table>");
    taxes(page, words, sale);
}

fn article(page: &mut Markup, words: &Words, line: &Line) {
    page.text(&line.name);
    if line.returned {
        page.raw(" <em>").text(words.comes_back).raw("</em>");
    }
    if let Some(article) = &line.article {
        page.raw("<small>").text(words.article).raw(" ").text(article).raw("</small>");
    }
}

fn taxes(page: &mut Markup, words: &Words, sale: &Sale) {
    let rates = tax::by_rate(&sale.lines);
    if rates.is_empty() {
        return;
    }
    page.raw("<dl class=\"sums\">");
    for rated in rates {
        let label = format!("{} {}", words.tax, shown_rate(words, rated.rate));
        let (tax, total) = (money::shown(rated.tax, words.language), shown(words, sale, rated.total));
        page.raw("<div><dt>").text(&label).raw("</dt><dd>").text(&tax).raw(" <small>").text(words.tax_of);
        page.raw(" ").text(&total).raw("</small></dd></div>");
    }
    page.raw("</dl>");
}

fn shown_rate(words: &Words, rate: u16) -> String {
    let percent = tax::percent(rate);
    match words.language {
        Language::Nb => format!("{}\u{a0}%", percent.replace('.', ",")),
        Language::En => format!("{percent}%"),
    }
}

fn returns(page: &mut Markup, words: &Words, auditor: &Auditor, sale: &Sale) {
    if sale.returns.is_empty() {
        page.raw("<p class=\"soft\">").text(words.no_returns).raw("</p>");
        return;
    }
    page.raw("<table><thead><tr><th scope=\"col\">")
        .text(words.time)
        .raw("</th><th scope=\"col\" class=\"number\">");
    page.text(words.amount).raw("</th><th scope=\"col\">").text(words.reason).raw("</th><th scope=\"col\">");
    page.text(words.place).raw("</th></tr></thead><tbody>");
    for made in &sale.returns {
        let at = made.at.map_or_else(|| words.unknown_time.to_owned(), |at| auditor.zone.shown(at));
        page.raw("<tr><td>").text(&at).raw("</td><td class=\"number\">");
        page.text(&shown(words, sale, made.amount)).raw("</td><td>");
        page.text(made.reason.as_deref().unwrap_or_default()).raw("</td><td>");
        page.text(words.return_place(made.place)).raw("</td></tr>");
    }
    page.raw("</tbody></table>");
}

fn steps(page: &mut Markup, words: &Words, auditor: &Auditor, sale: &Sale, course: &[Step]) {
    page.raw("<ol class=\"course\">");
    for step in course {
        page.raw("<li><time datetime=\"").text(&auditor.zone.written(step.at)).raw("\">");
        page.text(&auditor.zone.shown(step.at)).raw("</time><span>").text(words.step(step.what));
        if let Some(amount) = step.amount {
            page.raw(" ").text(&shown(words, sale, amount));
        }
        if let Some(reason) = &step.reason {
            page.raw(" <q>").text(reason).raw("</q>");
        }
        page.raw("</span></li>");
    }
    page.raw("</ol>");
}

fn shown(words: &Words, sale: &Sale, minor: i64) -> String {
    let currency = crate::payments::written(&sale.currency);
    format!("{}\u{a0}{currency}", money::shown(minor, words.language))
}
