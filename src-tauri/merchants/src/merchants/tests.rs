use image::ImageFormat;
use proptest::prelude::*;
use vipps::management::ProductType;

use super::*;
use crate::logo::tests::picture;

const HEAD: &str = "businessScheme,businessId,salesUnitName,accountScheme,accountId,pricePackageId,productType,\
    productUseCase,annualTurnover,intendedPurpose,websiteUrl,websiteTermsUrl,hasRecurring,merchantCategoryCode";

fn read(rows: &str) -> Result<Merchants, Vec<Complaint>> {
    Merchants::read(&format!("{HEAD}\n{rows}"), Form::Csv, Path::new("."))
}

#[test]
fn a_row_becomes_an_order() {
    let row = "business:NO:ORG,974 760 673,Kaffebaren Oslo,,8601.11.17947,8a11afb7-c223-48ed-8ca6-4722b97261aa,,\
        In the shop,1 000 000,POS integration for coffee,https://example.com,https://example.com/terms,TRUE,5812";
    let merchants = read(row).expect("nothing is wrong");
    let order = &merchants.all[0].order;
    assert_eq!((order.business.id.as_str(), merchants.all[0].row), ("974760673", 2));
    let account = order.account.as_ref().expect("there is one");
    assert_eq!((account.scheme.as_str(), account.id.as_str()), ("BBAN:NO", "86011117947"));
    assert_eq!((order.annual_turnover, order.has_recurring), (Some(1_000_000), Some(true)));
    assert_eq!(order.website.as_ref().map(|site| site.terms_url.as_str()), Some("https://example.com/terms"));
}

#[test]
fn what_is_left_out_is_what_a_till_in_norway_needs() {
    let merchants =
        Merchants::read("businessId,salesUnitName\n974760673,Kaffebaren\n", Form::Csv, Path::new("."))
            .expect("good");
    let order = &merchants.all[0].order;
    assert_eq!(
        (order.business.scheme.as_str(), &order.product),
        ("business:NO:ORG", &ProductType::PaymentIntegration)
    );
    assert_eq!(order.intended_purpose.as_deref(), Some("POS integration"));
    assert!(order.account.is_none() && order.website.is_none() && order.merchant_category_code.is_none());
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_where() {
    let rows = "business:NO:ORG,974760674,Kaffebaren,,86011117948,,,,,,,,,\n\
        business:DK:CVR,13585628,A name that is much too long for it,,123,,,,many,,,,,\n\
        business:FI:Y-tunnus,,,,,,,,,Web shop,http://example.com,,perhaps,58\n\
        organisation,974760673,Kaffebaren,BBAN:NO,86011117947,a b,VIPPS I,,,,,,,\n\
        business:NO:ORG,974760673,Kaffebaren,,,,,,,,,,,\n\
        business:NO:ORG,974760673,  KAFFEBAREN ,,,,,,,,,,,\n";
    let complaints = read(rows).expect_err("much is wrong");
    let said: Vec<(u64, &str)> = complaints.iter().map(|one| (one.row, one.column.as_str())).collect();
    let expected = [
        (2, "businessId"),
        (2, "accountId"),
        (3, "accountScheme"),
        (3, "salesUnitName"),
        (3, "annualTurnover"),
        (4, "businessId"),
        (4, "salesUnitName"),
        (4, "intendedPurpose"),
        (4, "websiteUrl"),
        (4, "websiteTermsUrl"),
        (4, "hasRecurring"),
        (4, "merchantCategoryCode"),
        (5, "businessScheme"),
        (5, "productType"),
        (5, "pricePackageId"),
        (7, "salesUnitName"),
    ];
    let mut sorted = said.clone();
    sorted.sort_unstable();
    let mut wanted = expected.to_vec();
    wanted.sort_unstable();
    assert_eq!(sorted, wanted);
    assert!(complaints.iter().all(|one| !one.wrong.is_empty() && !one.right.is_empty()));
    assert!(complaints.iter().any(|one| one.wrong.contains("row 6")), "{complaints:?}");
    assert!(!format!("{complaints:?}").contains("86011117948"), "an account number is printed");
}

#[test]
fn columns_that_nobody_knows_are_named() {
    let complaints = Merchants::read("BusinessId,msn\n974760673,1\n", Form::Csv, Path::new("."))
        .expect_err("two are wrong");
    let said: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert_eq!(said[0], "row 1, BusinessId: there is no such column; write businessId");
    assert!(said[1].contains("msn") && said[2].contains("missing") && said.len() == 4, "{said:?}");
}

#[test]
fn each_register_has_its_own_numbers() {
    let good = [
        "business:DK:CVR,13585628",
        "business:FI:Y-tunnus,0112038-9",
        "business:SE:ORG,556016-0680",
        "business:EE:REG,12345",
    ];
    for (place, row) in good.into_iter().enumerate() {
        let text = format!("businessScheme,businessId,salesUnitName\n{row},Shop {place}\n");
        assert!(Merchants::read(&text, Form::Csv, Path::new(".")).is_ok(), "{row}");
    }
    for row in [
        "business:DK:CVR,13585629",
        "business:FI:Y-tunnus,0112038-8",
        "business:SE:ORG,556016-0681",
        "business:EE:REG,1/2",
    ] {
        let text = format!("businessScheme,businessId,salesUnitName\n{row},Shop\n");
        let complaints = Merchants::read(&text, Form::Csv, Path::new(".")).expect_err(row);
        assert_eq!(complaints[0].column, "businessId");
    }
}

#[test]
fn prices_that_the_partner_has_not_are_named() {
    let merchants = read("business:NO:ORG,974760673,Kaffebaren,,,p-2,,,,,,,,").expect("good");
    let package = |id: &str| PricePackage { id: id.to_owned(), name: None };
    assert!(merchants.not_priced(&[package("p-1"), package("p-2")]).is_empty());
    let complaints = merchants.not_priced(&[package("p-1")]);
    assert_eq!((complaints[0].row, complaints[0].right.as_str()), (2, "the partner has p-1"));
}

#[test]
fn a_logo_is_read_from_beside_the_table_and_a_bad_one_is_named() {
    let folder = tempfile::tempdir().expect("there is room");
    let png = picture(200, 200, ImageFormat::Png);
    std::fs::create_dir(folder.path().join("logos")).expect("there is room");
    std::fs::write(folder.path().join("logos/oslo.png"), &png).expect("there is room");
    std::fs::write(folder.path().join("small.png"), picture(99, 200, ImageFormat::Png))
        .expect("there is room");
    let read = |rows: &str| {
        let text = format!("businessId,salesUnitName,salesUnitLogo\n{rows}");
        Merchants::read(&text, Form::Csv, folder.path())
    };
    let merchants = read("974760673,Oslo,logos/oslo.png\n974760673,Bergen,\n").expect("nothing is wrong");
    let logos: Vec<_> = merchants.iter().map(|one| one.order.logo.as_deref()).collect();
    assert_eq!(logos, [Some(png.as_slice()), None]);
    let bad = "974760673,Oslo,small.png\n974760673,Bergen,none.png\n974760673,Moss,../\n";
    let said: Vec<String> = read(bad).expect_err("all are").iter().map(ToString::to_string).collect();
    let right = "name a PNG beside the table, 100 to 1000 pixels wide and high";
    assert_eq!(
        said[..2],
        [
            format!("row 2, salesUnitLogo: small.png: it is 99 pixels wide and 200 high; {right}"),
            format!("row 3, salesUnitLogo: none.png: there is no such file; {right}"),
        ]
    );
    assert!(
        said.len() == 3 && said[2].starts_with("row 4, salesUnitLogo: ../: it can't be read"),
        "{said:?}"
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_complained_about(text in "(businessId|salesUnitName|,|;|\"|\n|.){0,40}") {
        for form in [Form::Csv, Form::Json] {
            if let Err(complaints) = Merchants::read(&text, form, Path::new(".")) {
                prop_assert!(!complaints.is_empty());
            }
        }
    }

    #[test]
    fn a_row_that_passes_can_be_sent(name in "\\PC{0,40}", turnover in "[0-9x]{0,22}", code in "[0-9]{0,5}") {
        let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let row = format!("974760673,{},{turnover},{code}", cell(&name));
        let text = format!("businessId,salesUnitName,annualTurnover,merchantCategoryCode\n{row}\n");
        if let Ok(merchants) = Merchants::read(&text, Form::Csv, Path::new(".")) {
            prop_assert!(merchants.all[0].order.check().is_ok());
        }
    }
}
