use serde_json::json;
use vipps::management::{BusinessId, CaptureType, OrderStatus, ProductOrder};
use vipps::{Call, Fault, Meaning, Msn};
use wiremock::ResponseTemplate;

use crate::answers::good_answer;
use crate::calls::{SUB, UUID, business, product_order};
use crate::support::{Api, Fake, answer};

async fn answers(api: &Api, verb: &str, path: &str, call: Call) {
    let (status, body) = good_answer(call);
    let answer =
        body.map_or(ResponseTemplate::new(status), |body| ResponseTemplate::new(status).set_body_json(body));
    api.answer(verb, path, answer).await;
}

#[tokio::test]
async fn sales_units_say_what_they_may_do() {
    let api = Api::start().await;
    answers(&api, "GET", "/management/v1/sales-units", Call::SalesUnitList).await;
    answers(&api, "GET", "/management/v1/sales-units/123456", Call::SalesUnitGet).await;
    let of_merchant = "/management/v1/merchants/business:NO:ORG/987654321/sales-units";
    answers(&api, "GET", of_merchant, Call::MerchantSalesUnits).await;
    let management = api.vipps.management();

    let unit = management.sales_unit(api.vipps.msn()).await.unwrap();
    assert_eq!((unit.skip_landing_page_allowed, unit.partial_capture_allowed), (Some(false), Some(true)));
    assert_eq!((unit.capture_type.as_ref(), unit.recurring_allowed), (Some(&CaptureType::Reserve), None));
    assert_eq!(management.sales_units().await.unwrap(), std::slice::from_ref(&unit));
    assert_eq!(management.sales_units_of(&business()).await.unwrap(), [unit]);
}

#[tokio::test]
async fn a_merchant_is_the_one_that_was_asked_for() {
    let api = Api::start().await;
    let path = "/management/v1/merchants/business:NO:ORG/987654321";
    answers(&api, "GET", path, Call::MerchantGet).await;
    let merchant = api.vipps.management().merchant(&business()).await.unwrap();
    assert_eq!((merchant.name.as_deref(), merchant.business), (Some("Acme"), Some(business())));

    let other = json!({"businessIdentifier": {"scheme": "business:NO:ORG", "id": "123456789"}});
    let fake = Fake::with_token(move |_| answer(200, &other));
    let error = fake.vipps().management().merchant(&business()).await.unwrap_err();
    assert_eq!(error.meaning(), Meaning::Nonsense);
    let msn = Msn::parse("654321").unwrap();
    let fake = Fake::with_token(|_| answer(200, json!({"msn": "123456"})));
    assert_eq!(fake.vipps().management().sales_unit(&msn).await.unwrap_err().meaning(), Meaning::Nonsense);
}

#[tokio::test]
async fn products_are_ordered_followed_and_taken_back() {
    let api = Api::start().await;
    let (first, second) = ("/management/v1/product-orders", "/management/v2/product-orders");
    answers(&api, "POST", first, Call::ProductOrderCreate).await;
    answers(&api, "GET", second, Call::ProductOrderList).await;
    answers(&api, "GET", &format!("{second}/{UUID}/details"), Call::ProductOrderGet).await;
    answers(&api, "DELETE", &format!("{first}/{UUID}"), Call::ProductOrderDelete).await;
    answers(&api, "GET", "/management/v1/partners/price-packages", Call::PricePackageList).await;
    let management = api.vipps.management();

    assert_eq!(management.price_packages().await.unwrap()[0].name.as_deref(), Some("Small"));
    assert_eq!(management.create_product_order(&product_order()).await.unwrap().id, UUID);
    let order = management.product_order(UUID).await.unwrap();
    assert_eq!((&order.status, order.msn.as_ref()), (&OrderStatus::Completed, Some(api.vipps.msn())));
    assert_eq!(management.product_orders().await.unwrap(), [order]);
    management.delete_product_order(UUID).await.unwrap();
}

#[tokio::test]
async fn what_a_customer_shares_is_read_and_not_printed() {
    let api = Api::start().await;
    answers(&api, "GET", &format!("/vipps-userinfo-api/userinfo/{SUB}"), Call::Userinfo).await;

    let info = api.vipps.userinfo(&SUB.into()).await.unwrap();

    assert_eq!(info.name.as_ref().unwrap().expose(), "Ada Lovelace");
    assert_eq!(info.address.as_ref().unwrap().postal_code.as_ref().unwrap().expose(), "2101");
    let shown = format!("{info:?}");
    assert!(!shown.contains("Ada") && !shown.contains("2101") && !shown.contains(SUB), "{shown}");
    let fake = Fake::with_token(|_| answer(200, json!({"sub": "another", "name": "Ada"})));
    assert_eq!(fake.vipps().userinfo(&SUB.into()).await.unwrap_err().meaning(), Meaning::Nonsense);
}

#[tokio::test]
async fn what_breaks_a_rule_never_leaves() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let vipps = fake.vipps();
    let management = vipps.management();
    let nobody = BusinessId { scheme: "..".into(), id: "1".into() };
    let nameless = ProductOrder { sales_unit_name: Some(String::new()), ..product_order() };
    let errors = [
        (Call::MerchantGet, management.merchant(&nobody).await.unwrap_err()),
        (Call::MerchantSalesUnits, management.sales_units_of(&nobody).await.unwrap_err()),
        (Call::ProductOrderCreate, management.create_product_order(&nameless).await.unwrap_err()),
        (Call::ProductOrderGet, management.product_order("a/b").await.unwrap_err()),
        (Call::ProductOrderDelete, management.delete_product_order("").await.unwrap_err()),
        (Call::Userinfo, vipps.userinfo(&"".into()).await.unwrap_err()),
    ];
    for (call, error) in errors {
        assert_eq!((error.call(), error.meaning()), (call, Meaning::BadRequest), "{error}");
        assert_eq!(error.fault(), Fault::Ours);
    }
}
