//! The composition root: reads what was asked for, builds the parts, hands them to each other and runs.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod backup;
mod chain;
mod check;
mod command;
mod demo;
mod doctor;
mod graphics;
mod keys;
mod live;
mod logs;
mod manual;
mod phone_numbers;
mod pin;
mod run;
mod token;
mod webhook_secret;

use std::process::ExitCode;

use clap::Parser;

use crate::command::{Command, Kvitt};

fn main() -> ExitCode {
    let kvitt = Kvitt::parse();
    let done = match &kvitt.command {
        Some(Command::Keys(what)) => keys::run(&kvitt, what),
        Some(Command::Pin(what)) => pin::run(&kvitt, what),
        Some(Command::Join(join)) => chain::join(&kvitt, join),
        Some(Command::Leave) => chain::leave(&kvitt),
        Some(Command::PhoneNumbers(what)) => phone_numbers::run(&kvitt, what),
        Some(Command::Backup { file }) => backup::run(&kvitt, file),
        Some(Command::Doctor) => return doctor::run(&kvitt),
        Some(Command::Till(command)) => return cli::run(command, &kvitt.till()),
        Some(Command::Merchants(command)) => {
            let clock = till::Clock::of_the_system();
            return merchants::run(command, kvitt.json, || clock.now().0);
        }
        Some(Command::Token(what)) => token::run(&kvitt, what),
        Some(Command::WebhookSecret(what)) => webhook_secret::run(&kvitt, what),
        Some(Command::Completions { shell }) => manual::completions(*shell),
        Some(Command::Man { command }) => manual::page(command.as_deref()),
        Some(Command::Check(check)) => return check::run(&kvitt, check),
        Some(Command::Demo(demo)) => {
            graphics::prepare();
            demo::run(&kvitt, demo)
        }
        None => {
            graphics::prepare();
            live::run(&kvitt)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.report(kvitt.json),
    }
}
