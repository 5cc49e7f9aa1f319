//! The checklist of ePayment (contract 5.2; D/APIs/epayment-api/checklist, AT/test-and-go-live).

use super::{money, orders, refusals, sent, told, waiting};
use crate::item::{Check, Item, Rail};

const fn item(id: &'static str, title: &'static str, source: &'static str, check: Check) -> Item {
    Item { id, rail: Rail::Epayment, title, source, check }
}

/// The list.
pub(super) const ITEMS: [Item; 27] = [
    item(
        "epayment.create",
        "Create, and the code to scan",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(waiting::initiate(bench, rail))),
    ),
    item(
        "epayment.get",
        "Get",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(waiting::details(bench, rail))),
    ),
    item(
        "epayment.events",
        "Event log",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(waiting::events(bench, rail))),
    ),
    item(
        "epayment.capture-full",
        "Full capture",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(money::capture_full(bench, rail))),
    ),
    item(
        "epayment.capture-partial",
        "Partial capture",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(money::capture_partial(bench, rail))),
    ),
    item(
        "epayment.cancel",
        "Cancel before the customer has approved",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(money::cancel(bench, rail))),
    ),
    item(
        "epayment.release",
        "Release of the rest after a partial capture",
        "contract 2.3, 5.6",
        Check::Run(|bench, rail| Box::pin(money::release(bench, rail))),
    ),
    item(
        "epayment.refund-partial",
        "Partial refund",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(money::refund_partial(bench, rail))),
    ),
    item(
        "epayment.refund-full",
        "Full refund",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(money::refund_full(bench, rail))),
    ),
    item(
        "epayment.ends-in-refund",
        "One payment that ends in REFUNDED",
        "contract 2.3, 5.2",
        Check::Run(|bench, rail| Box::pin(money::ends_in_refund(bench, rail))),
    ),
    item(
        "epayment.ends-in-void",
        "One payment that ends in CANCELLED",
        "contract 2.3, 5.2",
        Check::Run(|bench, rail| Box::pin(money::ends_in_void(bench, rail))),
    ),
    item(
        "epayment.webhooks",
        "Webhooks",
        "contract 1.6, 4.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(told::webhooks(bench, rail))),
    ),
    item(
        "epayment.errors",
        "Errors are shown to customer and staff",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(refusals::errors(bench, rail))),
    ),
    item(
        "epayment.aborted",
        "The customer refuses in the app",
        "contract 2.3, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(waiting::refused(bench, rail))),
    ),
    item(
        "epayment.expired",
        "Nobody acts in time",
        "contract 2.3, 2.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(waiting::expired(bench, rail))),
    ),
    item(
        "epayment.states",
        "All five states, and CANCELLED, CAPTURED, REFUNDED",
        "contract 2.3, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(waiting::states(bench, rail))),
    ),
    item(
        "epayment.order-details",
        "Order details in the customer's history",
        "contract 1.5, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(orders::order_details(bench, rail))),
    ),
    item("epayment.reference", "A useful reference", "contract 5.7, trap 17", Check::Look(orders::reference)),
    item(
        "epayment.polling",
        "The payment is polled",
        "contract 4.1, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Look(waiting::polling),
    ),
    item(
        "epayment.headers",
        "System headers, on every call",
        "contract 1.0, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Look(sent::headers),
    ),
    item(
        "epayment.customer-present",
        "CUSTOMER_PRESENT",
        "contract 1.4, 5.2 (D/APIs/epayment-api/checklist)",
        Check::Look(sent::customer_present),
    ),
    item(
        "epayment.capture-deadline",
        "Capture deadlines",
        "contract 0.12, 5.6 (D/APIs/epayment-api/checklist)",
        Check::Run(|bench, rail| Box::pin(money::capture_deadline(bench, rail))),
    ),
    item(
        "epayment.nordic",
        "Customers of the other Nordic countries",
        "contract 5.2, 5.7",
        Check::ByHand("Say whether they may pay in the shop, and let one with the other app scan a code."),
    ),
    item(
        "epayment.branding",
        "Branding",
        "contract 5.2, 6",
        Check::ByHand(
            "Look at the customer's screen, and at what the shop has printed, beside the design guidelines.",
        ),
    ),
    item(
        "epayment.support",
        "Support in one's own system, not in the portal",
        "contract 5.2",
        Check::ByHand(
            "Find a payment and give it back from the POS (GET /v1/payments, POST …/refunds), and send pictures of it.",
        ),
    ),
    item(
        "epayment.production",
        "A trial in production",
        "contract 5.2, 7",
        Check::ByHand(
            "With the production keys sell for 2.00 in the currency of the shop, and give it back. Never use the numbers of \
         test users there: they may belong to real people.",
        ),
    ),
    item(
        "epayment.send",
        "The filled list is sent",
        "contract 5.2 (PR 119-160)",
        Check::ByHand(
            "Send this report with a video of a sale, the pilot customer and the merchants' documentation. Payments in it \
         must be less than a month old.",
        ),
    ),
];
