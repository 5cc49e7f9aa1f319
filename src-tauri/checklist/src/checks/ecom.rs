//! The checklist of eCom v2 (contract 5.2; EC 25-90).

use super::{money, orders, refusals, sent, told, waiting};
use crate::item::{Check, Item, Rail};

const fn item(id: &'static str, title: &'static str, source: &'static str, check: Check) -> Item {
    Item { id, rail: Rail::Ecom, title, source, check }
}

/// The list.
pub(super) const ITEMS: [Item; 24] = [
    item(
        "ecom.initiate",
        "Initiate, and the code to scan",
        "contract 1.2, 3.1, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(waiting::initiate(bench, rail))),
    ),
    item(
        "ecom.details",
        "Details",
        "contract 2.1, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(waiting::details(bench, rail))),
    ),
    item(
        "ecom.capture-full",
        "Full capture",
        "contract 1.2, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(money::capture_full(bench, rail))),
    ),
    item(
        "ecom.capture-partial",
        "Partial capture",
        "contract 1.2, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(money::capture_partial(bench, rail))),
    ),
    item(
        "ecom.cancel",
        "Cancel before the customer has approved",
        "contract 1.2, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(money::cancel(bench, rail))),
    ),
    item(
        "ecom.release",
        "Release of the rest after a partial capture",
        "contract 1.2, 5.6 (EG 902-931)",
        Check::Run(|bench, rail| Box::pin(money::release(bench, rail))),
    ),
    item(
        "ecom.refund-partial",
        "Partial refund",
        "contract 1.2, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(money::refund_partial(bench, rail))),
    ),
    item(
        "ecom.refund-full",
        "Full refund",
        "contract 1.2, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(money::refund_full(bench, rail))),
    ),
    item(
        "ecom.ends-in-refund",
        "One order that ends in REFUND",
        "contract 5.2 (EC 73-90)",
        Check::Run(|bench, rail| Box::pin(money::ends_in_refund(bench, rail))),
    ),
    item(
        "ecom.ends-in-void",
        "One order that ends in VOID",
        "contract 5.2 (EC 73-90)",
        Check::Run(|bench, rail| Box::pin(money::ends_in_void(bench, rail))),
    ),
    item(
        "ecom.callback",
        "Callback",
        "contract 4.2, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(told::callback(bench, rail))),
    ),
    item(
        "ecom.errors",
        "Errors are shown to customer and staff",
        "contract 1.2, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(refusals::errors(bench, rail))),
    ),
    item(
        "ecom.refused",
        "The customer cancels in the app",
        "contract 2.1",
        Check::Run(|bench, rail| Box::pin(waiting::refused(bench, rail))),
    ),
    item(
        "ecom.expired",
        "Nobody acts in time",
        "contract 2.1, 2.4",
        Check::Run(|bench, rail| Box::pin(waiting::expired(bench, rail))),
    ),
    item(
        "ecom.states",
        "Every operation of the log: INITIATE, RESERVE, CAPTURE, REFUND, CANCEL, VOID",
        "contract 2.1",
        Check::Run(|bench, rail| Box::pin(waiting::states(bench, rail))),
    ),
    item(
        "ecom.order-details",
        "Order details in the customer's history",
        "contract 1.5, 5.2 (EC 25-60)",
        Check::Run(|bench, rail| Box::pin(orders::order_details(bench, rail))),
    ),
    item(
        "ecom.order-id",
        "A useful orderId",
        "contract 5.2, 5.7, trap 17 (EC 25-60)",
        Check::Look(orders::reference),
    ),
    item("ecom.polling", "The payment is polled", "contract 4.1, 5.2 (EC 57)", Check::Look(waiting::polling)),
    item(
        "ecom.headers",
        "System headers, on every call",
        "contract 1.0, 5.2 (EC 49)",
        Check::Look(sent::headers),
    ),
    item(
        "ecom.fallback",
        "The fallback page opens in any browser",
        "contract 5.2 (EC 58)",
        Check::ByHand(
            "Open the page of the setting fallBack in the browser of a phone that is not logged in anywhere.",
        ),
    ),
    item(
        "ecom.design",
        "Design guidelines",
        "contract 5.2, 6 (EC 25-60)",
        Check::ByHand(
            "Look at the customer's screen, and at what the shop has printed, beside the design guidelines.",
        ),
    ),
    item(
        "ecom.support",
        "Support in one's own system, not in the portal",
        "contract 5.2 (EC 25-60)",
        Check::ByHand(
            "Find a payment and give it back from the POS (GET /v1/payments, POST …/refunds), and send pictures of it.",
        ),
    ),
    item(
        "ecom.production",
        "The same proof in production",
        "contract 5.2, 7 (EC 73-90)",
        Check::ByHand(
            "With the production keys sell for 2 NOK twice; give one back, cancel the other, and send both references.",
        ),
    ),
    item(
        "ecom.send",
        "The filled list is sent",
        "contract 5.2 (PR 119-160)",
        Check::ByHand(
            "Send this report with a video of a sale, the pilot customer and the merchants' documentation. Payments in it \
         must be less than a month old.",
        ),
    ),
];
