//! `firmware-config simulate`: a device for those who have none.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_one};
use serde::Serialize;

use super::target::no_profile;
use crate::profile::Profile;
use crate::registry::Registry;
use crate::simulate::{BadFault, Device, Fault, pty};

#[derive(Debug, Args)]
pub struct Simulate {
    /// A profile (scales and tag readers too), or a dialect: honeywell, ssi, newland, datalogic, opticon, gm65, metrologic
    what: String,
    /// The name under which other programs open it; otherwise one in the folder for temporary files
    #[arg(long, value_name = "PATH")]
    link: Option<PathBuf>,
    /// The speed that it is set to; otherwise its profile's
    #[arg(long)]
    baud: Option<u32>,
    /// What goes wrong: reply-lost, nak, enq, garbled, split, stall, duplicate, unplug, replug, ignored,
    /// baud-refused, baud-ignored, power-loss, power-loss-after, torn-save; with @N at the call N only, from 0
    #[arg(long, value_name = "FAULT", value_parser = |text: &str| text.parse::<Fault>().map_err(|e: BadFault| e.to_string()))]
    fault: Option<Fault>,
    /// Lines of standard input are what it reads: a code, a tag's ten digits, a weight
    #[arg(long)]
    reads: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Served {
    port: String,
    profile: String,
    /// None: it is not programmed over its line, and only sends.
    dialect: Option<String>,
    verified: &'static str,
    baud: u32,
    fault: Option<String>,
}

pub fn simulate(args: &Simulate, registry: &Registry) -> Result<Exit, Failure> {
    let profile = profile(&args.what, registry)?;
    let baud = args.baud.or(profile.line.map(|line| line.baud)).unwrap_or(9_600);
    let device = Device::new(profile, baud, args.fault).map_err(|error| {
        Failure::new(Exit::Config, "no_line", error.to_string()).fix("firmware-config list")
    })?;
    let link = args.link.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("yapa-{}", profile.id)));
    let served = Served {
        port: link.display().to_string(),
        profile: profile.id.clone(),
        dialect: device.dialect().map(|dialect| dialect.to_string()),
        verified: profile.verified.name(),
        baud,
        fault: args.fault.map(|fault| fault.to_string()),
    };
    let ready = || {
        // What cannot be printed is known to nobody, and the device is served all the same.
        let _ = print_one(&served, Shape::json(args.json));
        if !args.json {
            super::note(&format!("serving until Ctrl-C; next: {}", next(&served)));
        }
    };
    let lines = if args.reads { lines() } else { mpsc::channel().1 };
    let hands = |device: &mut Device| {
        let Ok(line) = lines.try_recv() else { return vec![] };
        device.read(&line).unwrap_or_else(|why| {
            super::note(&format!("{line:?} is not read: {why}"));
            vec![]
        })
    };
    let ended = pty::serve_with(device, &link, &AtomicBool::new(false), ready, hands);
    match ended {
        Ok(_) => {
            super::note("the plug was pulled");
            Ok(Exit::Ok)
        }
        Err(error) => Err(Failure::new(Exit::Failed, "no_pty", format!("{}: {error}", link.display()))
            .fix("name another --link")),
    }
}

fn next(served: &Served) -> String {
    let Served { profile, port, .. } = served;
    match served.dialect {
        Some(_) => format!("firmware-config show {profile} --port {port}"),
        None => format!("[[device]] of pos-agent with path = {port:?} and profile = {profile:?}"),
    }
}

/// The lines of standard input as they come; its end is not the end of the device.
fn lines() -> mpsc::Receiver<String> {
    let (said, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if said.send(line).is_err() {
                return;
            }
        }
    });
    heard
}

/// By its id; or the first that speaks this dialect and has settings.
fn profile<'r>(what: &str, registry: &'r Registry) -> Result<&'r Profile, Failure> {
    let speaks = |profile: &&Profile| {
        profile.programming.as_ref().is_some_and(|programming| programming.dialect.to_string() == what)
    };
    let all = || registry.all().map(|(profile, _)| profile);
    registry
        .get(what)
        .or_else(|| all().filter(speaks).max_by_key(|profile| profile.settings.len()))
        .ok_or_else(|| no_profile(what, registry))
}
