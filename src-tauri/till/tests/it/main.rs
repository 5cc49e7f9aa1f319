//! The till as a whole, over the real client and the simulator, without sockets and in paused time.
//!
//! One binary; each module tells stories of one kind.

#![expect(clippy::expect_used, reason = "a test that expects too much should fail")]

/// Tells each story on both rails.
macro_rules! on_both_rails {
    ($($story:ident),+ $(,)?) => {
        mod ecom {
            $(#[test] fn $story() { super::$story(payment::Rail::Ecom); })+
        }
        mod epayment {
            $(#[test] fn $story() { super::$story(payment::Rail::Epayment); })+
        }
    };
}

/// Customers scan the code on the counter.
mod at_counter;
/// Money is reserved first and collected later.
mod captures;
/// The sale as it is rung up.
mod cart;
/// What is so on ePayment alone.
mod epayment;
/// Somebody says that there is news.
mod hints;
/// The journal refuses, for a while or for good.
mod journal_trouble;
/// Whose number is kept, and whose not.
mod keeping;
/// The customer's app leads to the shop.
mod links;
/// The network is slow, silent or lies.
mod network;
/// Somebody in the portal takes a part.
mod other_hands;
/// Requests go to phones, or can't.
mod phones;
/// The power goes at the worst moments.
mod power;
/// The power goes after every single entry of every kind of payment.
mod prefixes;
/// Whether a POS is there, and Vipps MobilePay.
mod presence;
/// What was sold stands in the customer's app.
mod receipts;
/// Money goes back to the customer.
mod refunds;
/// A journal that refuses.
mod refusing;
/// What a POS may and may not ask for.
mod requests;
/// What is known of the sales unit.
mod sales_unit;
/// Payments that have been are found again.
mod search;
/// Customers pay, hesitate, decline, cancel and walk away.
mod stories;
/// The street that the shop stands in.
mod street;
/// A journal that is torn off.
mod torn;
/// What a day has brought.
mod totals;
