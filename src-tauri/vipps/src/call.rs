//! The calls that this crate makes, by name.

use std::fmt;

macro_rules! calls {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $api:ident, $effect:ident, $names:ident;)+) => {
        /// Which call it was.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Call { $($(#[$doc])* $variant),+ }

        impl Call {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Call] = &[$(Call::$variant),+];

            /// Its name in logs, in `snake_case`.
            pub const fn name(self) -> &'static str {
                match self { $(Call::$variant => $name),+ }
            }

            /// The API that it belongs to.
            pub(crate) const fn api(self) -> Api {
                match self { $(Call::$variant => Api::$api),+ }
            }

            /// What it does at Vipps MobilePay.
            pub(crate) const fn effect(self) -> Effect {
                match self { $(Call::$variant => Effect::$effect),+ }
            }

            /// What its path names, which may not be there.
            pub(crate) const fn names(self) -> Names {
                match self { $(Call::$variant => Names::$names),+ }
            }
        }
    };
}

/// The API of a call. Each has its own error codes, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Token,
    Ecom,
    Epayment,
    Qr,
    OrderManagement,
    Webhooks,
    Management,
    Userinfo,
    /// Not theirs at all: whatever host a picture is on.
    Image,
}

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it may be repeated freely.
    Reads,
    /// Sets something to what is sent, however often it is sent.
    Sets,
    /// Something that not knowing whether it was done matters for.
    Changes,
}

/// What the path of a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Nothing,
    Payment,
    /// Anything else: a code, a category, a webhook.
    Thing,
}

calls! {
    /// Fetching an access token (contract 1.1). When it fails, the call that needed the token was not sent.
    Token = "token", Token, Reads, Nothing;

    /// Starting a payment (contract 1.2).
    Initiate = "initiate", Ecom, Changes, Nothing;
    /// Reading a payment (contract 1.2).
    Details = "details", Ecom, Reads, Payment;
    /// Collecting reserved money (contract 1.2).
    Capture = "capture", Ecom, Changes, Payment;
    /// Giving up a payment or its remaining reservation (contract 1.2).
    Cancel = "cancel", Ecom, Changes, Payment;
    /// Giving money back (contract 1.2).
    Refund = "refund", Ecom, Changes, Payment;

    /// Approving a payment in the customer's place, in the test environment (contract 7).
    ForceApprove = "force_approve", Ecom, Changes, Payment;

    /// Starting a payment of ePayment (contract 1.4).
    EpaymentCreate = "epayment_create", Epayment, Changes, Nothing;
    /// Reading a payment through ePayment (contract 1.4).
    EpaymentGet = "epayment_get", Epayment, Reads, Payment;
    /// Reading what happened to a payment through ePayment (contract 1.4).
    EpaymentEvents = "epayment_events", Epayment, Reads, Payment;
    /// Collecting reserved money through ePayment (contract 1.4).
    EpaymentCapture = "epayment_capture", Epayment, Changes, Payment;
    /// Giving money back through ePayment (contract 1.4).
    EpaymentRefund = "epayment_refund", Epayment, Changes, Payment;
    /// Giving up a payment or its remaining reservation through ePayment (contract 1.4).
    EpaymentCancel = "epayment_cancel", Epayment, Changes, Payment;
    /// Approving a payment of ePayment in the customer's place, in the test environment (contract 1.4).
    EpaymentForceApprove = "epayment_force_approve", Epayment, Changes, Payment;

    /// Asking for a one-time QR code (contract 3.1).
    OneTimeQr = "one_time_qr", Qr, Reads, Nothing;
    /// Fetching the picture of a QR code (contract 3.1).
    QrImage = "qr_image", Image, Reads, Nothing;
    /// Making a static code that leads somewhere (contract 3.2).
    RedirectCreate = "redirect_create", Qr, Changes, Nothing;
    /// Reading all static codes that lead somewhere (contract 3.2).
    RedirectList = "redirect_list", Qr, Reads, Nothing;
    /// Reading one static code that leads somewhere (contract 3.2).
    RedirectGet = "redirect_get", Qr, Reads, Thing;
    /// Making a static code lead elsewhere (contract 3.2).
    RedirectUpdate = "redirect_update", Qr, Sets, Thing;
    /// Taking away a static code that leads somewhere (contract 3.2).
    RedirectDelete = "redirect_delete", Qr, Sets, Thing;
    /// Making or describing a static code that tells who scanned it (contract 3.3).
    CallbackPut = "callback_put", Qr, Sets, Thing;
    /// Taking over a static code of MobilePay (contract 3.3).
    CallbackPutMobilePay = "callback_put_mobile_pay", Qr, Sets, Thing;
    /// Reading all static codes that tell who scanned them (contract 3.3).
    CallbackList = "callback_list", Qr, Reads, Nothing;
    /// Reading one static code that tells who scanned it (contract 3.3).
    CallbackGet = "callback_get", Qr, Reads, Thing;
    /// Taking away a static code that tells who scanned it (contract 3.3).
    CallbackDelete = "callback_delete", Qr, Sets, Thing;
    /// Asking whose a customer's own code is (contract 3.4).
    ExchangeCode = "exchange_code", Qr, Reads, Nothing;
    /// Asking whom the token of a scan stands for (contract 3.4).
    ExchangeCustomer = "exchange_customer", Qr, Reads, Nothing;

    /// Giving a payment its receipt, which can be done once (contract 1.5).
    ReceiptAdd = "receipt_add", OrderManagement, Changes, Payment;
    /// Giving a payment its link (contract 1.5).
    CategorySet = "category_set", OrderManagement, Sets, Payment;
    /// Reading receipt and link of a payment (contract 1.5).
    OrderGet = "order_get", OrderManagement, Reads, Payment;
    /// Storing a picture for links (contract 1.5).
    ImageAdd = "image_add", OrderManagement, Changes, Nothing;
    /// Giving a payment one more link (contract 1.5).
    CategoryAdd = "category_add", OrderManagement, Changes, Nothing;
    /// Reading the links of a payment (contract 1.5).
    CategoryList = "category_list", OrderManagement, Reads, Nothing;
    /// Reading one link (contract 1.5).
    CategoryGet = "category_get", OrderManagement, Reads, Thing;
    /// Taking one link away (contract 1.5).
    CategoryDelete = "category_delete", OrderManagement, Sets, Thing;

    /// Asking to be told about events (contract 1.6).
    WebhookRegister = "webhook_register", Webhooks, Changes, Nothing;
    /// Reading what has been asked for (contract 1.6).
    WebhookList = "webhook_list", Webhooks, Reads, Nothing;
    /// Asking to be told no more (contract 1.6).
    WebhookDelete = "webhook_delete", Webhooks, Sets, Thing;

    /// Reading all sales units (contract 1.8).
    SalesUnitList = "sales_unit_list", Management, Reads, Nothing;
    /// Reading one sales unit (contract 1.8).
    SalesUnitGet = "sales_unit_get", Management, Reads, Thing;
    /// Reading one merchant (contract 1.8).
    MerchantGet = "merchant_get", Management, Reads, Thing;
    /// Reading the sales units of one merchant (contract 1.8).
    MerchantSalesUnits = "merchant_sales_units", Management, Reads, Thing;
    /// Filling in the order of a product for a merchant (contract 1.8).
    ProductOrderCreate = "product_order_create", Management, Changes, Nothing;
    /// Reading all orders of products (contract 1.8).
    ProductOrderList = "product_order_list", Management, Reads, Nothing;
    /// Reading one order of a product (contract 1.8).
    ProductOrderGet = "product_order_get", Management, Reads, Thing;
    /// Taking back the order of a product (contract 1.8).
    ProductOrderDelete = "product_order_delete", Management, Sets, Thing;
    /// Reading what products cost (contract 1.8).
    PricePackageList = "price_package_list", Management, Reads, Nothing;

    /// Reading what a customer has agreed to share (contract 1.7).
    Userinfo = "userinfo", Userinfo, Reads, Thing;
}

impl Call {
    /// Whether not knowing whether the call was carried out matters.
    pub(crate) const fn is_change(self) -> bool {
        matches!(self.effect(), Effect::Changes)
    }

    /// Whether the call carries a key under which it can be repeated without being done twice (contract 1.9).
    pub(crate) const fn has_key(self) -> bool {
        matches!(
            self,
            Call::Capture
                | Call::Refund
                | Call::EpaymentCreate
                | Call::EpaymentCapture
                | Call::EpaymentRefund
                | Call::EpaymentCancel
        )
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_variants_in_snake_case() {
        for call in Call::ALL {
            let mut snake = String::new();
            for letter in format!("{call:?}").chars() {
                if letter.is_ascii_uppercase() && !snake.is_empty() {
                    snake.push('_');
                }
                snake.push(letter.to_ascii_lowercase());
            }
            assert_eq!(call.name(), snake);
        }
    }

    #[test]
    fn only_what_changes_something_has_a_key() {
        for call in Call::ALL.iter().filter(|call| call.has_key()) {
            assert!(call.is_change(), "{call}");
        }
    }
}
