//! `kvitt-simulator`: a Vipps MobilePay on this machine.

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use serde_json::json;
use simulator::{Options, QrLife, Simulator};
use tokio::net::TcpListener;
use url::Url;

/// It can't be reached where it was asked to be: the port is taken, or the address is not this machine's.
const CANNOT_LISTEN: u8 = 3;

/// Pretends to be Vipps MobilePay.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Port to answer on; 0 takes any that is free
    #[arg(long, default_value_t = 7651)]
    port: u16,
    /// Address to answer on
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The address that it gives out in its answers, where callers come through a proxy; its own unless given
    #[arg(long, value_name = "URL")]
    seen_at: Option<Url>,
    /// Print one line of JSON when ready, and nothing else
    #[arg(long)]
    json: bool,
    /// Seconds to scan: 600 is ten minutes in all, 300 is five to scan and five more to approve
    #[arg(long, default_value = "600", value_parser = qr_life)]
    qr_life: QrLife,
    /// Makes every token and code the same from run to run
    #[arg(long)]
    seed: Option<u64>,
    /// Accept http://127.0.0.1… as callbackPrefix and for webhooks, which the live service refuses
    #[arg(long)]
    allow_loopback_callbacks: bool,
    /// Keep everything in this file and go on from it after a restart
    #[arg(long)]
    state: Option<PathBuf>,
    /// Count no calls: nobody is told to call less often
    #[arg(long)]
    no_rate_limits: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let listener = match TcpListener::bind((arguments.host, arguments.port)).await {
        Ok(listener) => listener,
        Err(why) => {
            let port = arguments.port;
            let _ = writeln!(
                std::io::stderr(),
                "kvitt-simulator: can't listen on {}:{port}: {why}",
                arguments.host
            );
            return ExitCode::from(CANNOT_LISTEN);
        }
    };
    match run(&arguments, listener).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "kvitt-simulator: {why:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments, listener: TcpListener) -> anyhow::Result<()> {
    let origin = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    let options = Options {
        qr_life: arguments.qr_life,
        seed: arguments.seed.map_or_else(random_seed, Ok)?,
        allow_loopback_callbacks: arguments.allow_loopback_callbacks,
        no_rate_limits: arguments.no_rate_limits,
        ..Options::at(arguments.seen_at.clone().unwrap_or_else(|| origin.clone()))
    };
    let simulator = match &arguments.state {
        Some(file) => Simulator::open(options, file).with_context(|| file.display().to_string())?,
        None => Simulator::new(options),
    };
    announce(&simulator, &origin, arguments.json)?;
    let stopper = simulator.clone();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        stopper.stop();
    });
    Ok(simulator.serve(listener).await?)
}

/// Says that it is ready. The socket is open already: who calls now will be answered.
fn announce(simulator: &Simulator, origin: &Url, as_json: bool) -> anyhow::Result<()> {
    let origin = origin.as_str().trim_end_matches('/');
    let (units, partner) = (simulator.sales_units(), simulator.partner());
    let mut out = std::io::stdout().lock();
    if as_json {
        writeln!(
            out,
            "{}",
            json!({ "ready": true, "simulator": origin, "salesUnits": units, "partner": partner })
        )?;
    } else {
        writeln!(
            out,
            "A pretended Vipps MobilePay answers on {origin} (open it in a browser to be the customer)."
        )?;
        writeln!(out, "\nIts sales units; none of these keys is secret:\n")?;
        for unit in &units {
            writeln!(out, "  {}  {}  {}  {}", unit.msn, unit.market, unit.currency, unit.name)?;
            writeln!(out, "          client_id                  {}", unit.client_id)?;
            writeln!(out, "          client_secret              {}", unit.client_secret)?;
            writeln!(out, "          Ocp-Apim-Subscription-Key  {}", unit.subscription_key)?;
        }
        writeln!(out, "\nA partner's keys, for {}:\n", partner.msns.join(", "))?;
        writeln!(out, "          client_id                  {}", partner.client_id)?;
        writeln!(out, "          client_secret              {}", partner.client_secret)?;
        writeln!(out, "          Ocp-Apim-Subscription-Key  {}", partner.subscription_key)?;
        writeln!(out, "\nFor example, when a payment named coffee-1 is on the screen:\n")?;
        writeln!(out, "  curl -X POST {origin}/simulator/payments/coffee-1/approve\n")?;
    }
    Ok(out.flush()?)
}

fn random_seed() -> anyhow::Result<u64> {
    getrandom::u64().map_err(|why| anyhow::anyhow!("no random seed: {why}"))
}

fn qr_life(seconds: &str) -> Result<QrLife, String> {
    match seconds {
        "600" => Ok(QrLife::TenMinutes),
        "300" => Ok(QrLife::FiveAndFive),
        _ => Err("300 or 600".into()),
    }
}
