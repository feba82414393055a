//! `pos-agent scan-test`: shows byte by byte what a device sends, and how it is understood. Nothing is sold
//! and nothing is kept.

mod report;
mod watch;
mod words;

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use firmware_config::{Content, Layout, Profile, Transport};
use kit::cli::{Exit, Failure};

use crate::device::reading::is_silence;
use crate::device::scale::answers::{answer, question};
use crate::device::setup::{Device, device, registry};
use crate::server::PROFILES;
use crate::settings::{DeviceSetting, GENERIC_PROFILE, Role, Settings};
use report::{Report, Row, report};
use watch::{Heard, Seen, Watch};
use words::Words;

#[derive(Debug, Args)]
#[command(
    before_help = "pos-agent scan-test --device /dev/serial/by-id/usb-scanner --profile generic-serial"
)]
pub struct ScanTest {
    /// The device to listen to; a pos-agent that runs must let it go first
    #[arg(long, value_name = "PATH", conflicts_with = "file", required_unless_present = "file")]
    device: Option<PathBuf>,
    /// A file of bytes that a device sent, instead of the device
    #[arg(long, value_name = "BYTES")]
    file: Option<PathBuf>,
    /// How it speaks; otherwise as the settings declare it
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// What it is for; otherwise what its profile is made for
    #[arg(long)]
    role: Option<Role>,
    /// Ends after so many reads; otherwise with Ctrl-C
    #[arg(long, value_name = "N")]
    reads: Option<usize>,
    /// Print JSON, one object a read
    #[arg(long)]
    json: bool,
}

pub fn scan_test(args: &ScanTest, settings: &Settings) -> Result<Exit, Failure> {
    show(args, settings, Words::of_terminal(), &mut io::stdout().lock())
}

fn show(args: &ScanTest, settings: &Settings, words: Words, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (device, profile) = chosen(args, settings)?;
    let path = args.file.as_ref().or(args.device.as_ref()).map(|path| path.display().to_string());
    let mut teller = Teller {
        words,
        out,
        settings,
        device: &device,
        layout: profile.layout,
        json: args.json,
        left: args.reads.unwrap_or(usize::MAX),
        told: 0,
    };
    eprintln!("{}", teller.words.listening(&path.unwrap_or_default(), &profile));
    match &args.file {
        Some(file) => {
            let bytes = std::fs::read(file).map_err(|error| {
                Failure::new(Exit::NotFound, "file", format!("{}: {error}", file.display()))
            })?;
            recorded(&bytes, &device, &mut teller)?;
        }
        None => listen(&device, &mut teller)?,
    }
    Ok(Exit::Ok)
}

/// The device as flags say, else as the settings declare it.
fn chosen(args: &ScanTest, settings: &Settings) -> Result<(Device, Profile), Failure> {
    let wrong = |error: String| Failure::new(Exit::Config, "bad_device", error).fix("see --help");
    let declared = settings.device.iter().find(|setting| Some(&setting.path) == args.device.as_ref());
    let id = args.profile.clone().or_else(|| declared.and_then(|setting| setting.profile.clone()));
    let id = id.unwrap_or_else(|| GENERIC_PROFILE.to_owned());
    let registry =
        registry(&settings.data.join(PROFILES), &[&id]).map_err(|error| wrong(error.to_string()))?;
    let declared_role = declared.filter(|_| args.profile.is_none()).map(|setting| setting.role);
    let role = args.role.or(declared_role).or_else(|| registry.get(&id).map(usual_role)).unwrap_or_default();
    let path = args.device.clone().or_else(|| args.file.clone()).unwrap_or_default();
    let setting = DeviceSetting { role, profile: Some(id.clone()), ..DeviceSetting::scanner(path, 1) };
    let device = device(&setting, &registry).map_err(|error| wrong(error.to_string()))?;
    device.sure().map_err(|error| wrong(error.to_string()))?;
    let profile = registry.get(&id).cloned().ok_or_else(|| wrong(format!("there is no profile {id:?}")))?;
    Ok((device, profile))
}

fn usual_role(profile: &Profile) -> Role {
    match (profile.content, profile.transport) {
        (Content::Mettler8217 | Content::Cas22, _) => Role::Scale,
        (Content::Em4100 | Content::Em4100Label | Content::Uid, _) => Role::Rfid,
        (Content::Text, Transport::Hid) => Role::Wedge,
        (Content::Text, _) => Role::Scanner,
    }
}

/// Whether to go on.
type GoOn = bool;

fn recorded(bytes: &[u8], device: &Device, teller: &mut Teller<'_>) -> Result<(), Failure> {
    if device.role == Role::Scale {
        return teller.weight(bytes).map(drop);
    }
    let mut watch = Watch::new(device.cut());
    for seen in watch.push(bytes, Duration::ZERO) {
        if !teller.tell(&seen)? {
            return Ok(());
        }
    }
    // In a file nothing comes after the last byte: what a silence would end has ended.
    match watch.pause(Duration::from_secs(1)).or_else(|| watch.end()) {
        Some(seen) => teller.tell(&seen).map(drop),
        None => Ok(()),
    }
}

fn silent(device: &Device, error: &io::Error) -> Failure {
    let path = device.path.display();
    let fix = match error.kind() {
        ErrorKind::PermissionDenied => "usermod -aG dialout,input USER, then log in again",
        ErrorKind::NotFound => "plug it in; ls /dev/serial/by-id /dev/input/by-id",
        _ => "stop the pos-agent that reads it, and see that it is plugged in",
    };
    Failure::new(Exit::Unreachable, "device_missing", format!("{path}: {error}")).fix(fix)
}

fn listen(device: &Device, teller: &mut Teller<'_>) -> Result<(), Failure> {
    if device.role == Role::Scale {
        return ask(device, teller);
    }
    let mut line = device.plug().open().map_err(|error| silent(device, &error))?;
    let mut watch = Watch::new(device.cut());
    let mut bytes = zeroize::Zeroizing::new([0; 512]);
    let mut heard: Option<Instant> = None;
    loop {
        let gap = heard.map_or(Duration::ZERO, |heard| heard.elapsed());
        let seen = match line.read(&mut bytes[..]) {
            Ok(0) => return gone(device, watch, teller),
            Ok(count) => {
                let gap = heard.map_or(Duration::ZERO, |heard| heard.elapsed());
                heard = Some(Instant::now());
                watch.push(&bytes[..count], gap)
            }
            Err(error) if is_silence(&error) => watch.pause(gap).into_iter().collect(),
            Err(error) if error.kind() == ErrorKind::Interrupted => vec![],
            Err(_) => return gone(device, watch, teller),
        };
        for seen in seen {
            if !teller.tell(&seen)? {
                return Ok(());
            }
        }
    }
}

fn gone(device: &Device, mut watch: Watch, teller: &mut Teller<'_>) -> Result<(), Failure> {
    if let Some(seen) = watch.end() {
        teller.tell(&seen)?;
    }
    Err(silent(device, &ErrorKind::BrokenPipe.into()))
}

/// A scale that does not answer within this time will not.
const ANSWER: Duration = Duration::from_secs(2);

/// Asks the scale once: the operator wants it, so bytes may be written to it.
fn ask(device: &Device, teller: &mut Teller<'_>) -> Result<(), Failure> {
    let missing = |error: io::Error| silent(device, &error);
    let Some(port) = device.port() else { return Ok(()) };
    let mut wire = port.wire().map_err(missing)?;
    wire.write_all(question(device.how.content)).map_err(missing)?;
    let asked = Instant::now();
    let (mut heard, mut bytes) = (vec![], [0; 256]);
    while asked.elapsed() < ANSWER && answer(device.how.content, &heard).is_none() {
        match wire.read(&mut bytes) {
            Ok(0) => return Err(missing(ErrorKind::BrokenPipe.into())),
            Ok(count) => heard.extend_from_slice(&bytes[..count]),
            Err(error) if is_silence(&error) || error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(missing(error)),
        }
    }
    teller.weight(&heard).map(drop)
}

struct Teller<'a> {
    words: Words,
    out: &'a mut dyn Write,
    settings: &'a Settings,
    device: &'a Device,
    layout: Option<Layout>,
    json: bool,
    left: usize,
    told: usize,
}

impl Teller<'_> {
    fn tell(&mut self, seen: &Seen) -> Result<GoOn, Failure> {
        let report = report(seen, self.device.how, &self.settings.scan, self.layout);
        self.print(&report)
    }

    fn weight(&mut self, bytes: &[u8]) -> Result<GoOn, Failure> {
        let (read, meaning, text) = match answer(self.device.how.content, bytes) {
            Some(Ok(weight)) => ("whole", "weight", weight.to_string()),
            Some(Err(why)) => ("whole", "unreadable", why.code().to_owned()),
            None => ("unended", "none", String::new()),
        };
        let bytes: Vec<Row> =
            bytes.iter().map(|byte| report::row(&Heard { byte: *byte, gap_ms: 0 })).collect();
        let report = Report { read, bytes, hidden: 0, symbol: None, meaning, text, key_gaps: None };
        self.print(&report)
    }

    fn print(&mut self, report: &Report) -> Result<GoOn, Failure> {
        self.told += 1;
        self.left = self.left.saturating_sub(1);
        let text = if self.json {
            serde_json::to_string(report).map_err(anyhow::Error::from)?
        } else {
            self.words.lines(self.told, report, self.settings.till.burst_gap_ms).join("\n")
        };
        match writeln!(self.out, "{text}").and_then(|()| self.out.flush()) {
            // Whoever read along has enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(anyhow::Error::from(error).into()),
            Ok(()) => Ok(self.left > 0),
        }
    }
}

#[cfg(test)]
mod tests;
