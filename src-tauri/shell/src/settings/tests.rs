//! What is a good settings file, and what is said of a bad one.

use super::*;

const LEAST: &str = r#"{"shop": {"name": "Kaffebaren"}, "salesUnit": {"msn": "123456"}}"#;

fn of(text: &str) -> Result<Settings, String> {
    let value = serde_json::from_str(text).expect("the test's JSON is good");
    Settings::of(value, Path::new("settings.json")).map_err(|error| error.to_string())
}

#[test]
fn the_least_that_must_be_set_is_enough() {
    let settings = of(LEAST).expect("it is enough");
    assert_eq!(settings.base_url().as_str(), "https://apitest.vipps.no/");
    assert_eq!(settings.till().environment, Environment::Test);
    assert_eq!(settings.pos.port, 7650);
    assert_eq!(settings.ecom().fall_back, THANK_YOU_PAGE);
    assert_eq!(settings.ecom().callback_prefix, THANK_YOU_PAGE);
    assert_eq!(settings.ecom().qr_hosts, QrHosts::Official);
    assert_eq!(settings.epayment().return_url, THANK_YOU_PAGE);
    assert_eq!((settings.rail, settings.till().currency), (Rail::Epayment, Currency::Nok));
}

#[test]
fn a_shop_with_a_web_site_sends_its_customers_there() {
    let shop =
        r#"{"shop": {"name": "K", "website": "https://kaffe.example"}, "salesUnit": {"msn": "123456"}}"#;
    let settings = of(shop).expect("it is good");
    assert_eq!(settings.ecom().fall_back, "https://kaffe.example");
    assert_eq!(settings.ecom().callback_prefix, "https://kaffe.example");
    assert_eq!(settings.epayment().return_url, "https://kaffe.example");
}

#[test]
fn the_currency_follows_the_market_and_ecom_is_norwegian() {
    let with = |more: &str| of(&LEAST.replacen('{', &format!("{{{more}, "), 1));
    for (market, currency) in
        [("no", Currency::Nok), ("dk", Currency::Dkk), ("fi", Currency::Eur), ("se", Currency::Sek)]
    {
        let settings = with(&format!(r#""market": "{market}""#)).expect("it is good");
        assert_eq!(settings.till().currency, currency);
        let ecom = with(&format!(r#""market": "{market}", "rail": "ecom""#));
        assert_eq!(ecom.is_ok(), market == "no", "{market}: {ecom:?}");
    }
}

#[test]
fn only_the_address_and_the_keys_tell_the_environments_apart() {
    let with = |vipps: &str| of(&LEAST.replacen('{', &format!(r#"{{"vipps": {vipps}, "#), 1));
    let environment = |vipps| with(vipps).expect("it is good").till().environment;
    assert_eq!(environment(r#"{"environment": "production"}"#), Environment::Production);
    assert_eq!(environment(r#"{"baseUrl": "http://127.0.0.1:8080"}"#), Environment::Demo);
    let why = with(r#"{"baseUrl": "http://api.vipps.no"}"#).expect_err("it is not safe");
    assert!(why.contains("vipps.baseUrl"), "{why}");
}

#[test]
fn what_is_unknown_or_of_a_wrong_type_is_named_with_what_would_be_right() {
    for (text, place, hint) in [
        (
            r#"{"shop": {"nmae": "K"}, "salesUnit": {"msn": "123456"}}"#,
            "shop",
            "expected `name` or `website`",
        ),
        (r#"{"shop": {"name": "K"}, "salesUnit": {"msn": 123456}}"#, "salesUnit.msn", "expected a string"),
        (r#"{"shop": {"name": "K"}, "salesUnit": {"msn": "12"}}"#, "salesUnit.msn", "4"),
        (r#"{"shop": {"name": "K"}}"#, "", "missing field `salesUnit`"),
        (r#"{"shop": {"name": ""}, "salesUnit": {"msn": "123456"}}"#, "shop.name", "1 to 60"),
        (
            r#"{"shop": {"name": "K"}, "salesUnit": {"msn": "123456"}, "pos": {"port": 99999}}"#,
            "pos.port",
            "u16",
        ),
        (
            r#"{"shop": {"name": "K"}, "salesUnit": {"msn": "123456"}, "fallBack": "http://localhost"}"#,
            "fallBack",
            "public https",
        ),
        (r#"{"shop": {"name": "K"}, "salesUnit": {"msn": "123456"}, "language": "no"}"#, "language", "`nb`"),
    ] {
        let why = of(text).expect_err(text);
        assert!(why.contains(place) && why.contains(hint), "{text}: {why}");
    }
}

#[test]
fn numbers_are_kept_for_a_purpose_and_a_time_or_not_at_all() {
    let with = |keep: &str| of(&LEAST.replacen('{', &format!(r#"{{"phoneNumbers": {keep}, "#), 1));
    for nothing in ["{}", r#"{"keep": null}"#] {
        assert_eq!(with(nothing).expect("it is good").phone_numbers.rule(), None);
    }
    assert_eq!(of(LEAST).expect("it is good").phone_numbers.rule(), None, "the default");
    let keep = |purpose: &str, days: u32| {
        with(&format!(r#"{{"keep": {{"purpose": "{purpose}", "days": {days}}}}}"#))
    };
    let rule = keep("kvitteringer", 365).expect("it is good").phone_numbers.rule().expect("it keeps");
    assert_eq!(rule.purpose(), "kvitteringer");
    for (purpose, days, place) in
        [("", 365, "purpose"), ("kvitteringer", 0, "days"), ("kvitteringer", 1_096, "days")]
    {
        let why = keep(purpose, days).expect_err("it is wrong");
        assert!(why.contains(&format!("phoneNumbers.keep.{place}")), "{why}");
    }
    let why = with(r#"{"keep": {"purpose": "kvitteringer"}}"#).expect_err("there is no end");
    assert!(why.contains("days"), "{why}");
}

#[test]
fn every_payment_may_be_given_a_link() {
    let with = |link: &str| of(&LEAST.replacen('{', &format!(r#"{{"orderLink": {link}, "#), 1));
    assert_eq!(of(LEAST).expect("it is good").till().links, till::ShopLinks::default(), "the default");
    let good =
        with(r#"{"kind": "ticket", "url": "https://billett.example/{reference}"}"#).expect("it is good");
    let every = good.till().links.every.expect("it is set");
    assert_eq!((every.kind.name(), every.url.as_str()), ("ticket", "https://billett.example/{reference}"));
    let plain = with(r#"{"url": "https://billett.example/"}"#).expect("it is good").till().links.every;
    assert_eq!(plain.expect("it is set").kind.name(), "general");
    let long = format!(r#"{{"url": "https://billett.example/{{reference}}/{}"}}"#, "x".repeat(930));
    for (link, place, hint) in [
        (r#"{"kind": "tickets", "url": "https://billett.example/"}"#, "orderLink.kind", "`ticket`"),
        (r#"{"url": "http://billett.example/"}"#, "orderLink.url", "https"),
        (r#"{"url": "https://billett.example/{sale}"}"#, "orderLink.url", "characters"),
        (long.as_str(), "orderLink.url", "1000"),
        (r#"{"picture": "no-such-file.png"}"#, "orderLink.picture", "no-such-file.png"),
    ] {
        let why = with(link).expect_err(link);
        assert!(why.contains(place) && why.contains(hint), "{link}: {why}");
    }
}

#[test]
fn the_picture_lies_beside_the_settings_and_is_looked_at() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join(FILE);
    let text = LEAST.replacen('{', r#"{"orderLink": {"picture": "logo.png"}, "#, 1);
    std::fs::write(&path, text).expect("it can be written");
    let read = |file: &[u8]| {
        std::fs::write(folder.path().join("logo.png"), file).expect("it can be written");
        Settings::read(&path).map_err(|error| error.to_string())
    };
    let png = |height: u32| {
        let head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0".as_slice();
        [head, &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat()
    };
    let links = read(&png(167)).expect("it is good").till().links;
    assert!(links.picture.is_some() && links.every.is_none(), "{links:?}");
    let large = [png(167), vec![0; vipps::orders::IMAGE_BYTES_MAX]].concat();
    for (file, hint) in [(png(166), "167 pixels"), (b"GIF89a".to_vec(), "PNG nor JPEG"), (large, "2 MB")] {
        let why = read(&file).expect_err(hint);
        assert!(why.contains("orderLink.picture") && why.contains(hint), "{why}");
        assert!(why.contains("logo.png"), "{why}");
    }
}

#[test]
fn the_schema_knows_every_kind_of_link() {
    let schema = serde_json::to_value(schemars::schema_for!(OrderLinks)).expect("it is JSON");
    let names: Vec<&str> = contract::LinkKind::ALL.map(contract::LinkKind::name).to_vec();
    assert_eq!(schema["properties"]["kind"]["enum"], serde_json::json!(names), "{schema}");
}

#[test]
fn a_file_that_is_not_json_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join(FILE);
    std::fs::write(&path, "{\"shop\": oops").expect("it can be written");
    let why = Settings::read(&path).expect_err("it is not JSON").to_string();
    assert!(why.contains("line 1 column"), "{why}");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "{\"shop\": oops");
}

#[test]
fn the_schema_in_the_repository_is_fresh() {
    let schema = schemars::schema_for!(Settings);
    let text = serde_json::to_string_pretty(&schema).expect("it is JSON") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("settings.schema.json");
    if std::fs::read_to_string(&path).unwrap_or_default() != text {
        std::fs::write(&path, &text).expect("the crate is part of the repository");
        panic!("settings.schema.json was stale and has been rewritten: look at it and commit it");
    }
}
