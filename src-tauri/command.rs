//! What can be asked for on the command line, and how it can end.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use contract::Language;

/// The screen that faces the customer at a till, for Vipps MobilePay.
///
/// Without a command it opens what the settings say.
#[derive(Debug, Parser)]
#[command(version, about, long_about)]
pub(crate) struct Kvitt {
    /// The folder of settings.json
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) config: Option<PathBuf>,
    /// The folder of the journal, the POS token and the logs
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Prints one line of JSON: when ready, what was done, or why not
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows everything on this machine: simulator, customer screen, cashier and a phone; nothing is stored
    Demo(Demo),
    /// Stores or forgets the keys of the sales unit that the settings name
    #[command(subcommand)]
    Keys(Keys),
    /// Sets or forgets the PIN that stands before a refund in the cashier window
    #[command(subcommand)]
    Pin(Pin),
    /// Lets this till join a chain, with a code that its hub gave out
    Join(Join),
    /// Lets this till belong to no chain any more
    Leave,
    /// Shows, hands out or erases the phone numbers that customers allowed to be kept
    #[command(subcommand)]
    PhoneNumbers(PhoneNumbers),
    /// Copies the journal to a new file, also while a till has it open
    Backup {
        /// The copy; there must be nothing of that name yet
        file: PathBuf,
    },
    /// Says what state everything is in, and what the till would do; changes nothing and asks nobody
    Doctor,
    /// What is asked of a running till
    #[command(flatten)]
    Till(cli::Command),
    /// Signs up many merchants at once, with the keys of a partner
    #[command(subcommand)]
    Merchants(merchants::Command),
    /// Shows, replaces or revokes the token that a POS must know, also while the till runs
    #[command(subcommand)]
    Token(Token),
    /// Shows or replaces the secret that webhooks are signed with, also while the till runs
    #[command(subcommand)]
    WebhookSecret(WebhookSecret),
    /// Prints what a shell completes the commands with
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual as a man page, or the page of one command
    Man {
        /// The command
        command: Option<String>,
    },
    /// Runs the go-live checklists for real, in the test environment or on a simulator, and reports with evidence
    Check(Check),
}

#[derive(Debug, Args)]
pub(crate) struct Join {
    /// The code, such as 7G2K-9QXM, or what a scanner reads from its picture
    pub(crate) code: String,
    /// Where the hub is, such as https://hub.example.com; the picture says it too
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) hub: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Whose checklist; the one of the settings, or both on a simulator
    #[arg(long, value_enum)]
    pub(crate) rail: Option<CheckedRail>,
    /// On a simulator, with its customers played: one of its own, or the one at this address
    #[arg(long, value_name = "URL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) simulator: Option<String>,
    /// Writes the report that is to be sent, in Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// The number of the test user who approves, country code first; unless given, a person is asked to
    #[arg(long, value_name = "NUMBER", conflicts_with = "simulator")]
    pub(crate) test_user: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckedRail {
    Ecom,
    Epayment,
    Both,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The language of the windows
    #[arg(long, value_enum, default_value = "nb")]
    pub(crate) lang: Lang,
    /// The API that payments run on; eCom is Norwegian alone
    #[arg(long, value_enum, default_value = "epayment")]
    pub(crate) rail: Rail,
    /// The country of the shop
    #[arg(long, value_enum, default_value = "no")]
    pub(crate) market: Market,
    /// The port of the POS API; any free one if it is taken
    #[arg(long, default_value_t = shell::settings::Pos::PORT, value_name = "PORT")]
    pub(crate) pos_port: u16,
    /// Where a till that runs in a browser comes from, such as http://localhost:3000
    #[arg(long = "pos-origin", value_name = "ORIGIN")]
    pub(crate) pos_origins: Vec<contract::Origin>,
    /// Where a POS wants to be called, such as http://127.0.0.1:9000/kvitt
    #[arg(long = "pos-webhook", value_name = "URL", value_parser = parse_webhook)]
    pub(crate) pos_webhooks: Vec<contract::WebhookUrl>,
    /// The port that registers write to as to a line display; any free one if it is 0, and none if absent
    #[arg(long, value_name = "PORT")]
    pub(crate) line_display: Option<u16>,
    /// The port of the simulator; any free one if it is 0
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub(crate) simulator_port: u16,
}

fn parse_webhook(text: &str) -> Result<contract::WebhookUrl, String> {
    contract::WebhookUrl::try_from(text.to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Reads three lines: client id, client secret, subscription key
    Set {
        /// Keeps them in the file for its owner alone, even where there is a keyring
        #[arg(long)]
        file: bool,
    },
    /// Forgets them
    Forget,
    /// Says where they are, and not what they are
    Where,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pin {
    /// Asks for 4 to 12 digits, twice and unseen; from a pipe it reads one line
    Set,
    /// Forgets it: no refund can be asked for in the cashier window until there is a new one
    Forget,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PhoneNumbers {
    /// Lists what is kept, with the last digits of each number alone
    List,
    /// Writes what is kept of one customer, in full, to a new file; reads one line: the number
    Export {
        /// Of all customers; no number is read
        #[arg(long)]
        all: bool,
        /// How it is written
        #[arg(long = "as", value_enum, default_value = "json")]
        form: ExportAs,
        /// The file; there must be nothing of that name yet
        file: PathBuf,
    },
    /// Erases what is kept of one customer; reads one line: the number
    Erase {
        /// Of all customers; no number is read
        #[arg(long)]
        all: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExportAs {
    Json,
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Prints it
    Show,
    /// Makes a new one; the old one is good no longer
    New,
    /// Removes it: nobody can drive the till until there is a new one
    Revoke,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookSecret {
    /// Prints it
    Show,
    /// Makes a new one; the next call is signed with it
    New,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    Nb,
    En,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rail {
    Epayment,
    Ecom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Market {
    No,
    Dk,
    Fi,
    Se,
}

impl From<Market> for shell::settings::Market {
    fn from(market: Market) -> Self {
        match market {
            Market::No => Self::No,
            Market::Dk => Self::Dk,
            Market::Fi => Self::Fi,
            Market::Se => Self::Se,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Language {
        match lang {
            Lang::Nb => Language::Nb,
            Lang::En => Language::En,
        }
    }
}

impl Kvitt {
    /// The folder of settings.json.
    pub(crate) fn config_folder(&self) -> PathBuf {
        self.config.clone().unwrap_or_else(|| home("XDG_CONFIG_HOME", ".config").join("kvitt"))
    }

    /// The folder of the journal, the POS token and the logs.
    pub(crate) fn data_folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| home("XDG_DATA_HOME", ".local/share").join("kvitt"))
    }

    /// The file of the POS token.
    pub(crate) fn token_file(&self) -> PathBuf {
        self.data_folder().join("pos-token")
    }

    /// Where a running till is.
    pub(crate) fn till(&self) -> cli::Till {
        cli::Till {
            port: shell::settings::Pos::port_in(&self.config_folder()),
            token_file: self.token_file(),
            json: self.json,
        }
    }
}

fn home(variable: &str, otherwise: &str) -> PathBuf {
    let set = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    set.unwrap_or_else(|| std::env::home_dir().unwrap_or_default().join(otherwise))
}

/// Why the program ends before it was asked to, for whoever started it.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    pub(crate) why: String,
}

/// How the program can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something in this machine or this program is wrong.
    Failed = 1,
    /// Asked for in a wrong way, or set wrongly.
    Usage = 2,
    /// Something can't be reached, or is taken.
    Unreachable = 3,
    /// It may not be done.
    Refused = 4,
}

impl Stop {
    #[expect(clippy::needless_pass_by_value, reason = "errors end here")]
    pub(crate) fn new(exit: Exit, why: impl ToString) -> Stop {
        Stop { exit, why: why.to_string() }
    }

    pub(crate) fn failed(why: impl ToString) -> Stop {
        Stop::new(Exit::Failed, why)
    }

    /// Says why, to the person on the terminal and to the program that reads the output.
    #[expect(
        clippy::print_stderr,
        clippy::print_stdout,
        reason = "this is what whoever started the program reads"
    )]
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        eprintln!("kvitt: {}", self.why);
        if json {
            println!("{}", serde_json::json!({ "ready": false, "problem": self.why }));
        }
        ExitCode::from(self.exit as u8)
    }
}
