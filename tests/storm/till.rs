//! The till of the storm: one set of folders and one port, and a program that comes and goes.

use std::net::TcpListener;
use std::path::PathBuf;

use super::chance::Chance;
use super::vipps::Vipps;
use super::wire::Wire;
use crate::support::kvitt::ready_line;
use crate::support::premises::Premises;
use crate::support::program::Program;

/// Ports below those that systems lend to whoever calls: nobody can take ours while the till is away.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// The till, running or not.
pub(crate) struct Till {
    // The program goes before what it stands on.
    program: Option<Program>,
    pub(crate) premises: Premises,
    port: u16,
    /// How often it was killed.
    pub(crate) kills: u64,
}

impl Till {
    /// A till on `rail` that has never run.
    pub(crate) fn of(vipps: &Vipps, rail: &str) -> Till {
        let premises = Premises::ready_on(rail);
        let port = free_port();
        let mut settings = premises.settings();
        settings["rail"] = rail.into();
        settings["vipps"]["baseUrl"] = vipps.origin().into();
        settings["pos"]["port"] = port.into();
        settings["display"]["resultSeconds"] = 3.into();
        premises.write_settings(&settings.to_string());
        Till { program: None, premises, port, kills: 0 }
    }

    /// Starts it, and waits for nothing.
    pub(crate) fn starts(&mut self) {
        let mut command = self.premises.kvitt(&["--json"]);
        self.premises.display().lend_to(&mut command);
        self.program = Some(Program::start("kvitt", &command));
    }

    /// Waits until it is ready.
    pub(crate) fn is_ready(&self) {
        let program = self.program.as_ref().expect("it was started");
        let ready = ready_line(&program.first_line());
        assert_eq!(ready["ready"], true, "{ready}");
    }

    /// SIGKILL for it and for all that it has started.
    pub(crate) fn is_killed(&mut self) {
        if let Some(mut program) = self.program.take() {
            program.kill();
            self.kills += 1;
        }
    }

    /// How registers reach it, once it has been ready.
    pub(crate) fn wire(&self) -> Wire {
        let token =
            std::fs::read_to_string(self.premises.data().join("pos-token")).expect("it has been ready");
        Wire::to(&format!("http://127.0.0.1:{}", self.port), token.trim())
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.premises.data().join("journal.sqlite")
    }
}

fn free_port() -> u16 {
    let mut chance = Chance::of(u64::from(std::process::id()));
    let drawn = std::iter::repeat_with(|| {
        PORTS.start + u16::try_from(chance.below(u64::from(PORTS.end - PORTS.start))).expect("it is a port")
    });
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    drawn.take(1_000).find(free).expect("some port is free")
}
