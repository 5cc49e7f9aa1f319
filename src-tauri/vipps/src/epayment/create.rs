//! A payment to be started, and what starting it brings (contract 1.4).

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::money::Money;
use crate::orders::Receipt;
use crate::personal::Personal;
use crate::redacted::Redacted;

/// A payment to be started.
#[derive(Clone, Debug)]
pub struct Create {
    /// 8 to 64 letters, digits and `-`, unique at the sales unit. eCom and older specifications take 50.
    pub reference: String,
    /// In the currency of the sales unit's market. At least 1.00 NOK, or one minor unit of another currency;
    /// [`AMOUNT_MAX`](super::AMOUNT_MAX) at most.
    pub amount: Money,
    /// How the customer is reached.
    pub flow: Flow,
    /// Whether the customer stands at the till.
    pub interaction: Interaction,
    /// What the app shows; 3 to 100 characters, nothing sensitive.
    pub description: Option<String>,
    /// What is sold (contract 1.5). Its lines come to [`amount`](Self::amount). [`Orders::get`](crate::Orders::get)
    /// reads it back.
    pub receipt: Option<Receipt>,
    /// Where a receipt can be seen; `https` or a scheme of one's own.
    pub receipt_url: Option<String>,
    /// Kept with the payment; 5 pairs at most, keys of 100 and values of 500 characters at most, nothing
    /// personal.
    pub metadata: BTreeMap<String, String>,
    /// Until when it can be paid: 10 minutes to 60 days from now, only with [`Flow::Qr`] and
    /// [`Flow::PushMessage`], only with a receipt, and only if the sales unit may. None for the usual 10 minutes.
    pub expires_at: Option<Timestamp>,
    /// How old the customer has to be, in years.
    pub minimum_user_age: Option<u8>,
    /// What the customer is asked to share. A customer who refuses can't pay.
    pub scope: Vec<Scope>,
    /// Where the terms stand that the customer agrees to.
    pub legal_links: Option<LegalLinks>,
}

/// How the customer is reached, with what that needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// A code is shown, and the customer scans it.
    Qr {
        /// What the code comes as.
        format: QrFormat,
        /// Where the customer's phone may be sent afterwards; `https` or a scheme of one's own.
        return_url: Option<String>,
    },
    /// The request goes straight to the customer's app, which the sales unit must be allowed to do.
    PushMessage {
        /// To whom.
        customer: Customer,
    },
    /// The customer's browser is sent to a page of Vipps MobilePay.
    WebRedirect {
        /// With what the customer pays.
        method: Method,
        /// Where the browser is sent afterwards; `https` or a scheme of one's own.
        return_url: String,
        /// Who pays, if that is known already.
        customer: Option<Customer>,
    },
    /// One app on the customer's phone opens the other.
    NativeRedirect {
        /// Where the phone is sent afterwards; `https` or a scheme of one's own.
        return_url: String,
        /// Who pays, if that is known already.
        customer: Option<Customer>,
    },
}

/// With what a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A card in the app.
    Wallet,
    /// A card without the app.
    Card,
}

/// What a code comes as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QrFormat {
    /// The address of a picture in PNG.
    Png {
        /// Its side in pixels, [`SIZE_PX_MIN`](crate::SIZE_PX_MIN) to [`SIZE_PX_MAX`](crate::SIZE_PX_MAX).
        size_px: u16,
    },
    /// The address of a picture in SVG.
    Svg,
    /// What the code itself holds, to be drawn by whoever has the approval for that (contract 3.1).
    TargetUrl,
}

/// Who is asked to pay. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Customer {
    /// By number: 9 to 15 digits, country code first, no `+`.
    PhoneNumber(Personal),
    /// By the code in the customer's app, as it was scanned and never taken apart (contract 3.4): 5 to 255
    /// characters.
    PersonalQr(Personal),
    /// By the token that came with the scan of a static code (contract 3.3).
    Token(Personal),
}

impl fmt::Debug for Customer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Customer::PhoneNumber(_) => "PhoneNumber(…)",
            Customer::PersonalQr(_) => "PersonalQr(…)",
            Customer::Token(_) => "Token(…)",
        })
    }
}

/// Whether the customer stands at the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interaction {
    /// Has to be said at every physical point of sale.
    Present,
    /// Sold at a distance.
    NotPresent,
}

/// Something that a customer can be asked to share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The name.
    Name,
    /// The address.
    Address,
    /// The e-mail address.
    Email,
    /// The telephone number.
    PhoneNumber,
    /// The day of birth.
    BirthDate,
    /// The national identity number, which few sales units may ask for.
    Nin,
}

impl Scope {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Scope::Name => "name",
            Scope::Address => "address",
            Scope::Email => "email",
            Scope::PhoneNumber => "phoneNumber",
            Scope::BirthDate => "birthDate",
            Scope::Nin => "nin",
        }
    }
}

/// Where the terms stand; both `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalLinks {
    /// The terms of sale.
    pub terms_of_sale: String,
    /// The privacy policy.
    pub privacy_policy: String,
}

/// A payment that waits for its customer.
#[derive(Clone, PartialEq, Eq)]
pub struct Created {
    /// The payment.
    pub reference: String,
    /// The picture of the code, what the code holds, or where the customer is sent, as the [`Flow`] has it;
    /// none for [`Flow::PushMessage`]. Whoever holds it can pay. It does not say how long it lives: 10 minutes
    /// from the creation (contract 1.4).
    pub redirect_url: Option<String>,
}

impl fmt::Debug for Created {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Created")
            .field("reference", &self.reference)
            .field("redirect_url", &self.redirect_url.as_deref().map(Redacted))
            .finish()
    }
}
