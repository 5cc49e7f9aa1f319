//! The whole product from outside: the real program, its sockets, its files and its windows. Only Vipps MobilePay is
//! pretended.
//!
//! One binary; each module tells stories of one kind.

#![expect(clippy::expect_used, reason = "a test that can't go on ends there")]

/// What the stories are told in.
mod support;

/// What is asked wrongly is refused clearly, and harms nothing.
mod bad_requests;
/// A hub, its tills, and money that one store gives back for another.
mod chain;
/// What `kvitt check` runs and reports.
mod check;
/// What a running till is asked from the command line.
mod cli;
/// What `kvitt doctor` says, and what `kvitt backup` copies.
mod doctor;
/// What the documents tell a person to type works, and what they point at is there.
mod documents;
/// The programs in the manuals do what they say.
mod examples;
/// The disk is full in the middle of a payment.
mod full_disk;
/// The keys of the sales unit go in and out, and nowhere else.
mod keys;
/// What an older register writes to its line display stands on the customer screen.
mod line_display;
/// The demo plays on either rail and in every market.
mod markets;
/// Many merchants are signed up from one table, and none twice.
mod merchants;
/// A register that speaks nexo drives the till through a published client library.
mod nexo;
/// A customer's number is kept by consent alone, in one file, and goes when it is to go.
mod phone_numbers;
/// The program is killed in the worst moments, and no money is lost or taken twice.
mod pin;
mod power_cuts;
/// An auditor sees what was sold and what came back.
mod sale_log;
/// Wrong settings are named and left alone, and the till says that it can't be used.
mod settings;
/// The program starts, says where it is, and ends.
mod start_and_end;
/// The program is killed at any moment while everybody acts at once, and nothing is lost or doubled.
mod storm;
/// What people really see, on a display and in the customer's page.
mod window;
/// Each window may call its own commands and no others.
mod window_rights;

/// The repository as text, for those that read it.
mod repository;
/// The rules of this repository.
mod tidy;
/// The page of traps.
mod traps;
