//! The disk under a running till is full in the middle of a payment. Everybody is told, nothing is collected that could
//! not be written down, and when there is room it goes on by itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::pos::request;
use crate::support::premises::Premises;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// More than the disk has.
const REST_BYTES: usize = 4 * 1024 * 1024;

/// A disk of three megabytes at a folder of ours. It takes root.
struct Disk(PathBuf);

impl Disk {
    fn mount_at(folder: &Path) -> Option<Disk> {
        let mounted = run("mount", &["-t", "tmpfs", "-o", "size=3m,mode=700", "none"], folder);
        mounted.then(|| Disk(folder.to_owned()))
    }

    fn rest(&self) -> PathBuf {
        self.0.join("rest")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.0);
    }
}

fn run(program: &str, arguments: &[&str], last: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).arg(last).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn in_the_middle_of_a_payment() {
    let premises = Premises::ready_on("epayment");
    let Some(disk) = Disk::mount_at(&premises.data()) else {
        println!("skipped: this user can't mount a disk");
        return;
    };
    let shop = TestShop::on(premises);
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    assert!(std::fs::write(disk.rest(), vec![7; REST_BYTES]).is_err(), "there was room");
    shop.premises.vipps.customer_approves("sale-1042-1");

    let health = wait_for("the till to say that it can't go on", || {
        let health = shop.pos.get("/v1/health").good();
        if health["ready"] == false { Ok(health) } else { Err(health.to_string()) }
    });
    assert_eq!(health["problem"], "journal_unavailable", "{health}");
    let payment = shop.pos.payment("sale-1042-1");
    assert_eq!((&payment["status"], &payment["mayPayAgain"]), (&"checking".into(), &false.into()));
    shop.pos.screen_shows("checking");
    let refused = shop.pos.start(&request("sale-1043-1", 100));
    assert_eq!((refused.status, refused.code()), (503, "journal_unavailable"), "{refused:?}");
    assert!(refused.body["detail"].as_str().is_some_and(|detail| detail.contains("disk")), "{refused:?}");
    assert!(shop.premises.vipps.calls("/capture").is_empty(), "it was collected and not written down");
    let doctor = shop.premises.kvitt(&["doctor"]).output().expect("it is built with this test");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("make room on the disk") && doctor.status.code() == Some(1), "{said}");

    std::fs::remove_file(disk.rest()).expect("it is ours");
    shop.pos.sees("sale-1042-1", "paid");
    shop.pos.screen_shows("paid");
    assert_eq!(shop.premises.vipps.truth("sale-1042-1").captures.len(), 1);
    assert_eq!(shop.pos.get("/v1/health").good()["ready"], true);
}
