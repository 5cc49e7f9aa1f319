//! The sale as it is rung up, for the customer to see: its lines, or the register's own text. It is kept in memory only,
//! and decides nothing about money.

use std::sync::Arc;
use std::time::Duration;

use contract::screen::{TEXT_COLUMNS, TEXT_ROWS};
use contract::{Amount, Cart, Code, Line, ScreenView};
use payment::Moment;

use crate::clock::wait_until;
use crate::inner::Inner;
use crate::problem::Refused;
use crate::request::{check_lines, domain};
use crate::settings::TillSettings;
use crate::till::Till;

/// How many lines the customer sees: what fits beside the amount and can be read from three metres.
const LINES_SHOWN: usize = 7;
/// The largest total, in minor units, up or down: ten of the largest payments.
const TOTAL_MAX: u64 = 650_000_000;
/// A sale that nobody goes on with is taken off the screen after so long: its register is gone.
const STAYS: Duration = Duration::from_mins(30);

/// What is on the customer's screen while nobody pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    picture: Picture,
    /// When the register last said something about it.
    pub(crate) at: Moment,
}

/// What it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Picture {
    /// Lines, and what they add up to.
    Sale { total: Amount, lines: Vec<Line> },
    /// The register's own text.
    Text(Vec<String>),
}

impl Shown {
    fn of(cart: &Cart, settings: &TillSettings, at: Moment) -> Result<Shown, Refused> {
        let sum = check_lines(&cart.lines)?;
        let currency = crate::present::currency(settings.currency);
        let total = match cart.total {
            Some(total) if domain(total.currency) != settings.currency => {
                let detail = format!("the sales unit takes {currency:?}, not {:?}", total.currency);
                return Err(Refused::new(Code::AmountInvalid, detail.to_uppercase()));
            }
            Some(total) if !cart.lines.is_empty() && total.value != sum => {
                let detail = format!("the lines add up to {sum}, but the total is {}", total.value);
                return Err(Refused::new(Code::AmountInvalid, detail));
            }
            Some(total) => total,
            None if cart.lines.is_empty() => {
                return Err(Refused::new(Code::RequestInvalid, "a cart has lines, or a total, or both"));
            }
            None => Amount { value: sum, currency },
        };
        if total.value.unsigned_abs() > TOTAL_MAX {
            return Err(Refused::new(Code::AmountInvalid, "the total is too much to be shown"));
        }
        Ok(Shown { picture: Picture::Sale { total, lines: cart.lines.clone() }, at })
    }

    fn of_text(rows: &[String], at: Moment) -> Result<Shown, Refused> {
        let too_long = |row: &String| row.chars().count() > TEXT_COLUMNS;
        if rows.len() > TEXT_ROWS || rows.iter().any(too_long) {
            let detail = format!("a text has at most {TEXT_ROWS} rows of {TEXT_COLUMNS} characters");
            return Err(Refused::new(Code::RequestInvalid, detail));
        }
        if rows.iter().any(|row| row.chars().any(char::is_control)) {
            return Err(Refused::new(Code::RequestInvalid, "a text has printable characters only"));
        }
        Ok(Shown { picture: Picture::Text(rows.to_vec()), at })
    }

    /// Whether it is the register's own text.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.picture, Picture::Text(_))
    }

    /// What the customer sees of it.
    pub(crate) fn view(&self) -> ScreenView {
        match &self.picture {
            Picture::Sale { total, lines } => {
                let earlier = lines.len().saturating_sub(LINES_SHOWN);
                ScreenView::Cart {
                    amount: *total,
                    lines: lines[earlier..].to_vec(),
                    earlier: u32::try_from(earlier).unwrap_or(u32::MAX),
                }
            }
            Picture::Text(rows) => ScreenView::Text { rows: rows.clone() },
        }
    }
}

impl Till {
    /// Shows the sale as it is rung up, in place of what was shown of it before. A payment, and what became of it, is
    /// shown first; a sale that has been paid goes by itself.
    ///
    /// # Errors
    /// When it can't be shown as it is, or the till can't be used.
    pub fn show_cart(&self, cart: &Cart) -> Result<(), Refused> {
        self.check_usable()?;
        self.put_up(Shown::of(cart, &self.0.settings, self.0.clock.now())?);
        Ok(())
    }

    /// Shows what the register has written, row by row, in place of what was shown of the sale before. It comes and goes
    /// as the sale does; rows without a letter take it off.
    ///
    /// # Errors
    /// When it has more or longer rows than are shown, or the till can't be used.
    pub fn show_text(&self, rows: &[String]) -> Result<(), Refused> {
        self.check_usable()?;
        let shown = Shown::of_text(rows, self.0.clock.now())?;
        if rows.iter().all(|row| row.trim().is_empty()) {
            self.clear_text();
        } else {
            self.put_up(shown);
        }
        Ok(())
    }

    fn put_up(&self, shown: Shown) {
        let first = self.0.book().cart.replace(shown).is_none();
        self.0.announce();
        if first {
            self.0.clone().forget_cart_in_time();
        }
    }

    /// Takes the sale off the screen.
    pub fn clear_cart(&self) {
        self.0.book().cart = None;
        self.0.announce();
    }

    /// Takes the register's text off the screen. A sale with lines stays: somebody else has put it there.
    pub fn clear_text(&self) {
        self.0.book().cart.take_if(|shown| shown.is_text());
        self.0.announce();
    }
}

impl Inner {
    /// Takes a sale off the screen that nobody goes on with.
    fn forget_cart_in_time(self: Arc<Inner>) {
        tokio::spawn(async move {
            while let Some(until) = self.cart_stays_until() {
                wait_until(&self.clock, until).await;
                let now = self.clock.now();
                self.book().cart.take_if(|cart| cart.at.plus(STAYS) <= now);
            }
            self.announce();
        });
    }

    fn cart_stays_until(&self) -> Option<Moment> {
        self.book().cart.as_ref().map(|cart| cart.at.plus(STAYS))
    }
}
