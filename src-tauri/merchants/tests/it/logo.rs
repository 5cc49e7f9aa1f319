use std::io::Cursor;

use image::{GrayImage, ImageFormat};

use crate::desk::Desk;

#[tokio::test(start_paused = true)]
async fn a_logo_goes_with_the_order() {
    let mut file = Cursor::new(Vec::new());
    GrayImage::new(100, 100).write_to(&mut file, ImageFormat::Png).expect("it can be drawn");
    let table = "businessId,salesUnitName,salesUnitLogo\n974760673,Kaffebaren Oslo,oslo.png\n";
    let desk = Desk::beside(table, &[("oslo.png", file.get_ref())]);
    let (_, ended) = desk.runs(None, 0).await;
    assert!(ended.is_some_and(|ended| ended.is_ok()));
    assert_eq!(desk.made().len(), 1, "Vipps MobilePay has looked at it and taken the order");
    let sent = desk.simulator.requests();
    let order =
        sent.iter().find(|record| record.method == "POST" && record.path.ends_with("/product-orders"));
    let logo = order.expect("it was made").body["salesUnitLogo"].as_str().expect("it is text").to_owned();
    // What every PNG begins with.
    assert!(logo.starts_with("iVBORw0KGgo"), "{logo}");
}
