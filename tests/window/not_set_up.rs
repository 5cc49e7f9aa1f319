//! A till that can't be used says so to the customer too, and gives nothing away.

use serde_json::json;

use crate::support::driver::Window;
use crate::support::premises::Premises;

#[test]
fn the_customer_is_told_to_pay_in_another_way() {
    let premises = Premises::ready();
    let mut settings = premises.settings();
    settings["shop"]["colour"] = json!("orange");
    premises.write_settings(&settings.to_string());
    let window = Window::on(premises);
    assert_eq!(window.ready["ready"], false, "{}", window.ready);
    let sight = window.shows("fault");
    assert_eq!(sight["headline"], "Spør de ansatte");
    assert_eq!(sight["hint"], "Vipps er ikke tilgjengelig akkurat nå. Velg en annen måte å betale på.");
    window.screenshot("not-set-up");
    let page = window.page_source();
    assert!(!page.contains("colour") && !page.contains("settings.json"), "that is for the staff: {page}");
}
