//! What the program can be asked for.

use std::error::Error;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use hub::{Database, Hub, KeptPerson, Partner, Parts, Reach, SETTINGS_FILE, Seal, Settings, Tls};
use serde_json::{Value, json};
use till::Clock;
use vipps::Reqwest;

use crate::auditor_command::AuditorCommand;
use crate::picture;
use crate::process::{allow_connections, alone, told_to_stop};

mod codes;
mod currency;
mod stores;

use stores::StoreCommand;

/// The file of the key that stores' keys are sealed with, in the settings folder.
const SEAL_FILE: &str = "hub-key";
/// The file of the partner's keys, in the settings folder.
const PARTNER_FILE: &str = "partner-keys";
/// The database, in the data folder, unless the settings name a server.
const DATABASE_FILE: &str = "hub.db";
/// How long a hub that ends tries to let others go on at once.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(2);
/// With fewer open files than this, ten thousand tills can't listen and ask.
const CONNECTIONS_WANTED: u64 = 24_000;
/// The longest input that is read, in bytes.
const INPUT_BYTES_MAX: u64 = 16 * 1024;

pub(crate) type Stop = Box<dyn Error + Send + Sync>;

/// The central service of a chain of stores: all its tills, and refunds on behalf of other stores.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct KvittHub {
    /// The folder of hub.json and of the hub's own keys
    #[arg(long, global = true, value_name = "DIR", default_value = "kvitt-hub")]
    config: PathBuf,
    /// The folder of the database
    #[arg(long, global = true, value_name = "DIR", default_value = "kvitt-hub")]
    data: PathBuf,
    /// Prints JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answers tills until it is stopped
    Serve,
    /// The stores of the chain
    #[command(subcommand)]
    Store(StoreCommand),
    /// The tills of the chain
    #[command(subcommand)]
    Till(TillCommand),
    /// The codes that lie on counters, and those that lead to a page
    #[command(subcommand)]
    Codes(codes::CodesCommand),
    /// The people who may give money back for other stores
    #[command(subcommand)]
    Person(PersonCommand),
    /// The auditors who may look at the sale log
    #[command(subcommand)]
    Auditor(AuditorCommand),
    /// Keeps the partner's keys: three lines with client id, client secret and subscription key
    PartnerKeys,
    /// Shows who did what, newest first
    Audit {
        /// How many lines
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
}

#[derive(Debug, Subcommand)]
enum TillCommand {
    /// Makes a code that lets one till in, within 15 minutes
    Code {
        /// The store that it stands in
        store: String,
        /// What people call it
        #[arg(long, default_value = "till")]
        name: String,
    },
    /// Shows all tills
    List,
    /// Shuts a till out
    Revoke {
        /// Its name, t-…
        id: String,
    },
}

#[derive(Debug, Subcommand)]
enum PersonCommand {
    /// Adds a person, or gives one another PIN; reads the PIN, one line
    Set {
        /// The short name that is typed
        id: String,
        /// The name that people read
        #[arg(long)]
        name: String,
        /// May agree to large refunds of other people
        #[arg(long)]
        may_approve: bool,
    },
    /// Shows all people
    List,
    /// Forgets a person
    Remove {
        /// The short name
        id: String,
    },
}

/// Does what was asked for.
#[expect(clippy::print_stderr, reason = "this is where a person looks")]
pub(crate) fn run(asked: &KvittHub) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(Stop::from).and_then(|runtime| runtime.block_on(asked.run()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kvitt-hub: {error}");
            ExitCode::FAILURE
        }
    }
}

impl KvittHub {
    async fn run(&self) -> Result<(), Stop> {
        for folder in [&self.config, &self.data] {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
        }
        let settings = Settings::read(&self.config.join(SETTINGS_FILE))?;
        match &self.command {
            Command::Serve => self.serve(&settings).await,
            Command::PartnerKeys => self.keep_partner_keys(),
            Command::Store(command) => self.store(&self.hub(&settings).await?, command).await,
            Command::Till(command) => self.till(&self.hub(&settings).await?, &settings, command).await,
            Command::Codes(command) => self.codes(&self.hub(&settings).await?, command).await,
            Command::Person(command) => self.person(&self.hub(&settings).await?, command).await,
            Command::Auditor(command) => {
                for (value, line) in command.run(&self.hub(&settings).await?).await? {
                    self.say(&value, &line);
                }
                Ok(())
            }
            Command::Audit { limit } => self.audit(&self.hub(&settings).await?, *limit).await,
        }
    }

    async fn serve(&self, settings: &Settings) -> Result<(), Stop> {
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).init();
        let connections = allow_connections();
        if connections.is_some_and(|connections| connections < CONNECTIONS_WANTED) {
            tracing::warn!(
                connections,
                "the system allows few open files; that many tills can listen at most"
            );
        }
        // Of a file there is one hub; of a server, as many as you like.
        let _alone = match settings.database()? {
            None => Some(alone(&self.data.join("hub.lock"))?),
            Some(_) => None,
        };
        let tls =
            settings.tls.as_ref().map(|files| Tls::of_files(&files.certificate, &files.key)).transpose()?;
        let hub = self.hub(settings).await?;
        let listener = hub::listen(settings.listen)
            .map_err(|error| format!("{} can't be had: {error}; set `listen`", settings.listen))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{}", listener.local_addr()?);
        self.say(&json!({ "ready": true, "hub": address }), &format!("The hub answers at {address}"));
        let engine = hub.clone();
        let making = tokio::spawn(async move { engine.make_refunds().await });
        let registrar = hub.clone();
        tokio::spawn(async move { registrar.keep_registered().await });
        let reader = hub.clone();
        tokio::spawn(async move { reader.keep_units_read().await });
        hub::serve(hub.clone(), listener, tls, told_to_stop()).await;
        making.abort();
        // If it can't, others go on a little later.
        let _ = tokio::time::timeout(FAREWELL, hub.let_go()).await;
        Ok(())
    }

    async fn hub(&self, settings: &Settings) -> Result<Hub, Stop> {
        let base_url = settings.base_url()?;
        let seal = Seal::from_file_or_new(&self.config.join(SEAL_FILE))?;
        let reach = Reach {
            transport: Arc::new(Reqwest::new()?),
            base_url,
            partner: Partner::InFile { seal: seal.clone(), path: self.config.join(PARTNER_FILE) },
            environment: settings.environment,
        };
        let hub = Hub::new(Parts {
            clock: Arc::new(Clock::of_the_system()),
            database: self.database(settings).await?,
            seal,
            reach,
            limits: settings.limits(),
            language: settings.language,
            public: settings.public()?,
        });
        hub.check_key().await?;
        Ok(hub)
    }

    async fn database(&self, settings: &Settings) -> Result<Database, Stop> {
        let opened = match settings.database()? {
            Some(address) => Database::of_server(address.reveal()).await,
            None => Database::of_file(&self.data.join(DATABASE_FILE)).await,
        };
        opened.map_err(|error| format!("the database can't be used: {error}").into())
    }

    async fn till(&self, hub: &Hub, settings: &Settings, command: &TillCommand) -> Result<(), Stop> {
        match command {
            TillCommand::Code { store, name } => {
                let made = hub.join_code(store, name).await?;
                let code = made.code.reveal();
                let shown = format!("{}-{}", &code[..4], &code[4..]).to_ascii_uppercase();
                let scanned = format!("{}#{shown}", settings.address());
                let picture = picture::of(&scanned).unwrap_or_default();
                let line = format!(
                    "{shown}\n{picture}\nGood once, for 15 minutes. On the till: kvitt join {shown} --hub ADDRESS, or scan \
                     the picture after kvitt join."
                );
                self.say(&json!({ "code": shown, "link": scanned, "until": made.until }), &line);
            }
            TillCommand::List => {
                for till in hub.tills().await? {
                    let state = if till.revoked { "revoked" } else { "let in" };
                    let line =
                        format!("{}  {}  {}  {state}  {} entries", till.id, till.store, till.name, till.seq);
                    let value = json!({
                        "till": till.id, "store": till.store, "name": till.name, "version": till.version,
                        "heardAt": till.heard_at, "open": till.open, "entries": till.seq, "revoked": till.revoked,
                    });
                    self.say(&value, &line);
                }
            }
            TillCommand::Revoke { id } => {
                hub.revoke(id).await?;
                self.say(
                    &json!({ "till": id, "revoked": true }),
                    &format!("The till {id} is let in no more."),
                );
            }
        }
        Ok(())
    }

    async fn person(&self, hub: &Hub, command: &PersonCommand) -> Result<(), Stop> {
        match command {
            PersonCommand::Set { id, name, may_approve } => {
                let [pin] = lines()?;
                let person = KeptPerson { id: id.clone(), name: name.clone(), may_approve: *may_approve };
                hub.set_person(&person, &pin).await?;
                self.say(&json!({ "person": id }), &format!("{name} gives money back as {id}."));
            }
            PersonCommand::List => {
                for person in hub.people().await? {
                    let may = if person.may_approve { "may approve" } else { "" };
                    let value =
                        json!({ "person": person.id, "name": person.name, "mayApprove": person.may_approve });
                    self.say(&value, &format!("{}  {}  {may}", person.id, person.name));
                }
            }
            PersonCommand::Remove { id } => {
                hub.remove_person(id).await?;
                self.say(&json!({ "person": id, "removed": true }), &format!("{id} is forgotten."));
            }
        }
        Ok(())
    }

    async fn audit(&self, hub: &Hub, limit: u32) -> Result<(), Stop> {
        for note in hub.audit(limit).await? {
            let at = jiff::Timestamp::from_millisecond(note.at)?;
            let line = format!("{}  {at}  {}  {}  {}", note.number, note.who, note.did, note.what);
            let value = json!({
                "number": note.number, "at": at.to_string(), "who": note.who, "did": note.did, "what": note.what,
            });
            self.say(&value, &line);
        }
        Ok(())
    }

    fn keep_partner_keys(&self) -> Result<(), Stop> {
        let seal = Seal::from_file_or_new(&self.config.join(SEAL_FILE))?;
        Partner::keep(&seal, &self.config.join(PARTNER_FILE), &lines()?)?;
        self.say(&json!({ "partnerKeys": true }), "The partner's keys are kept, sealed.");
        Ok(())
    }

    #[expect(clippy::print_stdout, reason = "this is what the command is for")]
    fn say(&self, value: &Value, text: &str) {
        if self.json { println!("{value}") } else { println!("{text}") }
    }
}

/// So many lines that are not empty, from the standard input.
pub(crate) fn lines<const N: usize>() -> Result<[String; N], Stop> {
    let mut text = String::new();
    std::io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text)?;
    let lines: Vec<String> =
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    lines
        .try_into()
        .map_err(|lines: Vec<String>| format!("{N} lines were expected, not {}", lines.len()).into())
}
