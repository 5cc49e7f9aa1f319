//! The APIs of which no specification was published: the client and the simulator, each written from the same
//! guide by itself, understand each other.

use simulator::{Options, Simulator};
use vipps::management::{BusinessId, OrderStatus, ProductOrder, ProductType};
use vipps::{Meaning, Msn, Vipps};

use crate::calls::shared;
use crate::coverage::{client_of, partner_of};
use crate::recorder::Recorder;

fn street() -> (Simulator, Recorder) {
    let simulator = Simulator::new(Options { no_rate_limits: true, ..Options::default() });
    let recorder = Recorder::new(simulator.transport());
    (simulator, recorder)
}

fn order() -> ProductOrder {
    ProductOrder {
        business: BusinessId { scheme: "business:NO:ORG".into(), id: "987654321".into() },
        product: ProductType::PaymentIntegration,
        sales_unit_name: Some("Kaffebaren Lillehammer".into()),
        logo: None,
        account: None,
        price_package_id: None,
        use_case: None,
        annual_turnover: Some(100_000),
        intended_purpose: Some("POS integration".into()),
        website: None,
        has_recurring: Some(false),
        merchant_category_code: None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_partner_reads_its_merchants_and_signs_up_another() {
    let (simulator, recorder) = street();
    let vipps: Vipps = partner_of(&simulator, &recorder);
    let management = vipps.management();
    let units = management.sales_units().await.unwrap();
    assert!(units.iter().any(|unit| unit.msn.as_str() == "654322"), "{units:?}");
    let unit = management.sales_unit(&Msn::parse("654322").unwrap()).await.unwrap();
    assert_eq!(unit.skip_landing_page_allowed, Some(true));
    let stranger = management.sales_unit(&Msn::parse("654323").unwrap()).await.unwrap_err();
    assert_eq!(stranger.meaning(), Meaning::NotThere, "{stranger}");
    let business = order().business;
    management.merchant(&business).await.unwrap();
    assert!(!management.sales_units_of(&business).await.unwrap().is_empty());
    assert!(!management.price_packages().await.unwrap().is_empty());

    let prefill = management.create_product_order(&order()).await.unwrap();
    assert!(prefill.url.starts_with("https://"), "{prefill:?}");
    let listed = management.product_orders().await.unwrap();
    assert!(listed.iter().any(|known| known.id == prefill.id), "{listed:?}");
    assert_eq!(management.product_order(&prefill.id).await.unwrap().status, OrderStatus::Received);
    management.delete_product_order(&prefill.id).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_a_customer_has_shared_can_be_read() {
    let (simulator, recorder) = street();
    let vipps = client_of(&simulator, &recorder);
    let reference = "epay-shared-1";
    shared(&vipps, reference).await;
    simulator.approve(reference).unwrap();
    let sub = vipps.epayment().get(reference).await.unwrap().sub.expect("something was shared");
    let info = vipps.userinfo(&sub).await.unwrap();
    assert_eq!(info.given_name.map(|name| name.expose().to_owned()).as_deref(), Some("Ada"));
    assert!(info.phone_number.is_none(), "it was not asked for");
}
