//! Where the customer's app leads to from every payment.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use contract::{LinkKind, OrderLink};
use payment::Reference;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use till::{LinkPicture, ShopLinks, link_for};
use vipps::orders::IMAGE_BYTES_MAX;

/// A reference of the greatest length, in the place of one.
const LONGEST: &str = "the-longest-reference-that-a-payment-can-ever-have";

/// The link that the customer's app shows with each payment, to a page of the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderLinks {
    /// What it leads to: `general` (the default), `receipt`, `order_confirmation`, `delivery`, `ticket` or `booking`.
    #[serde(default)]
    #[schemars(
        with = "String",
        extend("enum" = ["general", "receipt", "order_confirmation", "delivery", "ticket", "booking"])
    )]
    pub kind: LinkKind,
    /// Where it leads: a public https address; `{reference}` in it becomes the reference of the payment. If absent, only
    /// payments for which the POS gives a link have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000))]
    pub url: Option<String>,
    /// The file of the picture on links, also on those of the POS: a PNG or JPEG of at most 2 MB, at least 167 pixels high.
    /// A relative path begins in the folder of the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// What is in that file.
    #[serde(skip)]
    shown: Option<Arc<LinkPicture>>,
}

impl OrderLinks {
    /// What the till must be told of it.
    pub fn links(&self) -> ShopLinks {
        let every = self.url.clone().map(|url| OrderLink { kind: self.kind, url });
        ShopLinks { every, picture: self.shown.clone() }
    }

    /// What the types cannot say.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let Some(every) = self.links().every else { return Ok(()) };
        let place = "orderLink.url";
        let longest = Reference::parse(LONGEST).map_err(|error| (place, error.to_string()))?;
        link_for(&every, &longest).map(drop).map_err(|why| (place, why))
    }

    /// Looks at the picture. `folder` is that of the settings.
    pub(super) fn look(&mut self, folder: &Path) -> Result<(), (&'static str, String)> {
        let Some(named) = &self.picture else { return Ok(()) };
        let path = folder.join(named);
        let wrong = |why: String| ("orderLink.picture", format!("{}: {why}", path.display()));
        let file = read(&path).map_err(|error| wrong(error.to_string()))?;
        let picture = LinkPicture::of(file).map_err(|why| wrong(why.to_owned()))?;
        self.shown = Some(Arc::new(picture));
        Ok(())
    }
}

/// Of a file that is too large, no more than shows that it is.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let most = u64::try_from(IMAGE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut file = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut file)?;
    Ok(file)
}
