//! What the settings declare, joined with profiles: devices with everything that is needed to read them. No
//! role is guessed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::scan::Origin;
use firmware_config::{Content, Frame, Layout, Profile, Refused, Registry, RegistryError, Transport};

use super::decode::How;
use super::frame::Cut;
use super::names::{Ambiguous, Names};
use super::port::Port;
use super::prepare::{Preparation, Unprepared};
use super::reading::Plug;
use super::sound::{NoSound, Sounds};
use super::wedge::{Typist, grab::Keys};
use crate::settings::{DeviceSetting, GENERIC_PROFILE, Role};
use crate::ui::view::ProfileView;

#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error("device {path}: there is no profile {profile:?}; there are {known}")]
    NoProfile { path: String, profile: String, known: String },
    #[error("device {path}: role \"{role}\" needs a profile: add profile = \"…\", one of {known}")]
    NoProfileGiven { path: String, role: Role, known: String },
    #[error("device {path}: the profile {profile:?} is not one for role \"{role}\": {reason}")]
    WrongProfile { path: String, profile: String, role: Role, reason: &'static str },
    #[error("device {path} is declared twice: one path is one device with one role")]
    Twice { path: String },
    #[error(
        "device {path} is named by [[device]] and by [[passthrough]], and each would get half of its bytes: \
         leave it out of one of them (device_shared)"
    )]
    Shared { path: String },
    #[error("two scanners are passed through to {link}: give each till software a port of its own")]
    LinkTwice { link: String },
    #[error("till {till} has two scales: give one of them to another till")]
    TwoScales { till: i64 },
    #[error("device {path} cannot be set up at each plugging-in: {why}; leave prepare out")]
    NotPreparable { path: String, why: Unprepared },
    #[error("device {path} cannot be made to sound: {why}; leave that sound out of beep")]
    NoSound { path: String, why: NoSound },
    #[error("device {path}: this program was built without PC/SC; build it with --features pcsc")]
    NoPcsc { path: String },
    #[error(transparent)]
    Ambiguous(#[from] Ambiguous),
}

/// A device and how to read it.
#[derive(Debug, Clone)]
pub struct Device {
    pub path: PathBuf,
    pub till: i64,
    pub role: Role,
    pub profile: ProfileView,
    pub how: How,
    /// The same read again within this time is not read once more.
    pub again: Duration,
    source: Source,
    names: Names,
}

#[derive(Debug, Clone)]
enum Source {
    Line(Box<Port>),
    Keys(Layout, Frame),
    Card(Frame),
}

/// Joins the settings with built-in profiles and those in `profiles`, if that folder exists.
pub fn devices(settings: &[DeviceSetting], profiles: &Path) -> Result<Vec<Device>, DeviceError> {
    let named: Vec<&str> =
        settings.iter().map(|setting| setting.profile.as_deref().unwrap_or(GENERIC_PROFILE)).collect();
    let registry = registry(profiles, &named)?;
    let devices: Vec<Device> =
        settings.iter().map(|setting| device(setting, &registry)).collect::<Result<_, _>>()?;
    let mut paths = BTreeSet::new();
    if let Some(twice) = devices.iter().find(|device| !paths.insert(real(&device.path))) {
        return Err(DeviceError::Twice { path: twice.path.display().to_string() });
    }
    let mut weighing = BTreeSet::new();
    let mut scales = devices.iter().filter(|device| device.role == Role::Scale);
    match scales.find(|device| !weighing.insert(device.till)) {
        Some(second) => Err(DeviceError::TwoScales { till: second.till }),
        None => Ok(devices),
    }
}

/// What a name leads to: one device may have several. One that is not plugged in has only its name.
pub(crate) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The profiles that these devices can have.
pub fn registry(profiles: &Path, named: &[&str]) -> Result<Registry, RegistryError> {
    Registry::of_till(profiles, named).map(|(registry, _)| registry)
}

/// Profiles in the till's folder that are none, though no device needs them: a slip that somebody wants to hear of.
pub fn left_out(profiles: &Path) -> Result<Refused, RegistryError> {
    Registry::of_till(profiles, &[]).map(|(_, refused)| refused)
}

pub fn device(setting: &DeviceSetting, registry: &Registry) -> Result<Device, DeviceError> {
    let path = setting.path.display().to_string();
    let known = || registry.all().map(|(profile, _)| profile.id.clone()).collect::<Vec<_>>().join(", ");
    let id = match (&setting.profile, setting.role) {
        (Some(id), _) => id.as_str(),
        (None, Role::Scanner) => GENERIC_PROFILE,
        (None, role) => return Err(DeviceError::NoProfileGiven { path, role, known: known() }),
    };
    let Some(profile) = registry.get(id) else {
        return Err(DeviceError::NoProfile { path, profile: id.to_owned(), known: known() });
    };
    let (role, profile_id) = (setting.role, id.to_owned());
    fits(role, profile).map_err(|reason| DeviceError::WrongProfile {
        path: path.clone(),
        profile: profile_id,
        role,
        reason,
    })?;
    if profile.transport == Transport::Pcsc && !cfg!(feature = "pcsc") {
        return Err(DeviceError::NoPcsc { path });
    }
    let mut device = join(setting, profile);
    let sounds =
        Sounds::new(profile, setting.beep).map_err(|why| DeviceError::NoSound { path: path.clone(), why })?;
    let preparation = setting.prepare.then(|| Preparation::new(profile)).transpose();
    let preparation = match preparation {
        // It reads all the same, and a till must not lose its scanner over it.
        Err(why @ Unprepared::OnlyStored { .. }) => {
            tracing::warn!(code = "reader_not_prepared", path, %why, "the reader is left as it is set");
            None
        }
        other => other.map_err(|why| DeviceError::NotPreparable { path, why })?,
    };
    // What has a dialect has a line.
    if let Source::Line(port) = &mut device.source {
        (port.sounds, port.preparation) = (sounds, preparation);
    }
    Ok(device)
}

/// Whether a profile can play a role, or why not.
fn fits(role: Role, profile: &Profile) -> Result<(), &'static str> {
    let Profile { transport, content, .. } = profile;
    let types = *transport == Transport::Hid;
    match role {
        Role::Scale if !content.is_weight() => Err("it is not a scale's"),
        _ if role != Role::Scale && content.is_weight() => Err("it is a scale's; use role = \"scale\""),
        Role::Scanner if types => Err("it is of a reader that types; use role = \"wedge\""),
        Role::Wedge if !types => Err("it is not of a reader that types; use role = \"scanner\""),
        Role::Scanner | Role::Wedge | Role::Stripe if *content != Content::Text => {
            Err("it is of a tag reader; use role = \"rfid\"")
        }
        _ => Ok(()),
    }
}

fn join(setting: &DeviceSetting, profile: &Profile) -> Device {
    let names = Names::default();
    let origin = match setting.role {
        Role::Scanner | Role::Scale => Origin::SerialScanner,
        Role::Wedge => Origin::KeyboardWedge,
        Role::Stripe => Origin::MagStripe,
        Role::Rfid => Origin::Rfid,
    };
    let (path, frame) = (setting.path.clone(), profile.frame.clone());
    let source = match (profile.line, profile.layout) {
        (Some(line), _) => Source::Line(Box::new(Port::new(path.clone(), line, frame, names.clone()))),
        (None, Some(layout)) => Source::Keys(layout, frame),
        (None, None) => Source::Card(frame),
    };
    Device {
        path,
        till: setting.till,
        role: setting.role,
        profile: ProfileView { id: profile.id.clone(), verified: profile.verified },
        how: How { origin, code_id: profile.code_id, content: profile.content },
        again: Duration::from_millis(setting.lock_ms.max(profile.repeat_ms).into()),
        source,
        names,
    }
}

impl Device {
    /// Whether its path means one device and no other.
    pub fn sure(&self) -> Result<(), Ambiguous> {
        self.names.sure(&self.path)
    }

    /// Its line, if it has one.
    pub fn port(&self) -> Option<&Port> {
        match &self.source {
            Source::Line(port) => Some(port),
            Source::Keys(..) | Source::Card(_) => None,
        }
    }

    /// Whether it types: then its bytes are key records.
    pub fn types(&self) -> bool {
        matches!(self.source, Source::Keys(..))
    }

    pub fn plug(&self) -> Arc<dyn Plug> {
        match &self.source {
            Source::Line(port) => Arc::new(port.as_ref().clone()),
            Source::Keys(..) => Arc::new(Keys { path: self.path.clone(), names: self.names.clone() }),
            Source::Card(_) => cards(&self.path),
        }
    }

    pub fn cut(&self) -> Box<dyn Cut> {
        match &self.source {
            Source::Line(port) => port.cut(),
            Source::Keys(layout, frame) => Box::new(Typist::new(*layout, frame)),
            Source::Card(frame) => Box::new(super::frame::Framer::new(frame.clone(), false)),
        }
    }
}

#[cfg(feature = "pcsc")]
fn cards(path: &Path) -> Arc<dyn Plug> {
    Arc::new(super::nfc::reader::SmartCards(path.display().to_string()))
}

#[cfg(not(feature = "pcsc"))]
fn cards(_: &Path) -> Arc<dyn Plug> {
    // Never opened: `device` refuses such a profile.
    #[derive(Debug)]
    struct NotBuilt;
    impl Plug for NotBuilt {
        fn open(&self) -> std::io::Result<Box<dyn std::io::Read + Send>> {
            Err(std::io::ErrorKind::Unsupported.into())
        }
    }
    Arc::new(NotBuilt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(path: &str, role: Role, profile: Option<&str>) -> DeviceSetting {
        DeviceSetting { role, profile: profile.map(str::to_owned), ..DeviceSetting::scanner(path, 1) }
    }

    fn build(settings: &[DeviceSetting]) -> Result<Vec<Device>, String> {
        devices(settings, Path::new("no such folder")).map_err(|error| error.to_string())
    }

    #[test]
    fn every_shipped_profile_builds_in_its_role() {
        let registry = Registry::built_in().unwrap();
        for (profile, _) in registry.all() {
            let role = match (profile.transport, profile.content) {
                (_, content) if content.is_weight() => Role::Scale,
                (_, content) if content != Content::Text => Role::Rfid,
                (Transport::Hid, _) => Role::Wedge,
                _ => Role::Scanner,
            };
            let built = device(&setting("/dev/x", role, Some(&profile.id)), &registry);
            if profile.transport == Transport::Pcsc && !cfg!(feature = "pcsc") {
                assert!(matches!(built, Err(DeviceError::NoPcsc { .. })), "{}", profile.id);
                continue;
            }
            let built = built.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(built.types(), profile.transport == Transport::Hid, "{}", profile.id);
            assert_eq!(built.port().is_some(), profile.transport.has_line(), "{}", profile.id);
            assert_eq!(built.cut().unplug(), None);
        }
    }

    #[test]
    fn a_role_is_declared_and_never_guessed() {
        for (role, profile, wanted) in [
            (Role::Scanner, Some("generic-wedge-us"), "use role = \"wedge\""),
            (Role::Wedge, Some("generic-serial"), "use role = \"scanner\""),
            (Role::Scanner, Some("rdm6300"), "use role = \"rfid\""),
            (Role::Stripe, Some("mettler-8217"), "use role = \"scale\""),
            (Role::Scale, Some("generic-serial"), "not a scale's"),
            (Role::Scanner, Some("gm-65"), "there is no profile \"gm-65\"; there are cas-22, datalogic"),
            (Role::Scale, None, "needs a profile"),
        ] {
            let said = build(&[setting("/dev/x", role, profile)]).unwrap_err();
            assert!(said.contains(wanted) && said.contains("/dev/x"), "{said}");
        }
        for (role, profile) in [
            (Role::Stripe, "generic-stripe"),
            (Role::Stripe, "generic-wedge-es"),
            (Role::Rfid, "rdm6300"),
            (Role::Rfid, "generic-wedge-us"),
        ] {
            assert!(build(&[setting("/dev/x", role, Some(profile))]).is_ok(), "{role:?} {profile}");
        }
    }

    #[test]
    fn the_page_about_devices_shows_what_works() {
        let page = include_str!("../../../docs/devices.md");
        let blocks: Vec<&str> =
            page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let settings: crate::settings::Settings = toml::from_str(blocks[0]).unwrap();
        let roles: Vec<Role> = build(&settings.device).unwrap().iter().map(|device| device.role).collect();
        assert_eq!(roles, [Role::Scanner, Role::Wedge, Role::Scale]);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("our-reader.toml"), blocks[1]).unwrap();
        let own = [setting("/dev/x", Role::Scanner, Some("our-reader"))];
        let built = devices(&own, folder.path()).unwrap();
        assert_eq!(built[0].how.code_id, firmware_config::CodeId::Honeywell);
    }

    #[test]
    fn a_slip_in_a_profile_stops_only_a_till_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |id: &str, text: &str| std::fs::write(folder.path().join(format!("{id}.toml")), text).unwrap();
        write("ours", "id = 'ours'\ninherits = 'generic-serial'\n");
        write("slip", "id = 'slip'\ninherits = 'generic-serial'\nbaud = 9600\n");
        write("child", "id = 'child'\ninherits = 'slip'\n");
        write("text", "not a table");
        write("heir", "id = 'heir'\ninherits = 'text'\n");
        write("gm65", "id = 'gm65'\ninherits = 'generic-serial'\n");
        write("module", "id = 'module'\ninherits = 'gm65'\n");
        let reads = |id: &str| {
            let own = [setting("/dev/x", Role::Scanner, Some(id).filter(|id| !id.is_empty()))];
            devices(&own, folder.path()).map(|built| built.len()).map_err(|error| error.to_string())
        };
        assert_eq!((reads("ours"), reads("")), (Ok(1), Ok(1)));
        let left: Vec<String> = left_out(folder.path()).unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(left, ["gm65", "text", "child", "heir", "slip"]);
        // What is said is the cause, also where it is inherited.
        for (id, said) in [
            ("slip", "\"slip\""),
            ("child", "\"slip\""),
            ("text", "\"text\" is not readable"),
            ("heir", "\"text\" is not readable"),
            ("gm65", "\"gm65\" is there twice"),
            ("module", "\"gm65\" is there twice"),
        ] {
            let error = reads(id).unwrap_err();
            assert!(error.contains(said), "{id}: {error}");
        }
        // A scanner without a profile has one all the same, and the shop meant to change it.
        write("generic-serial", "id = 'generic-serial'\n[line]\nbaud = 4800\n");
        assert!(reads("").unwrap_err().contains("\"generic-serial\" is there twice"));
    }

    #[test]
    fn devices_do_not_share_a_path_nor_tills_two_scales() {
        let scanner = setting("/dev/a", Role::Scanner, None);
        assert!(build(&[scanner.clone(), scanner.clone()]).unwrap_err().contains("/dev/a is declared twice"));
        let scale = |path| setting(path, Role::Scale, Some("mettler-8217"));
        assert!(build(&[scale("/dev/a"), scale("/dev/b")]).unwrap_err().contains("till 1 has two scales"));
        let other = DeviceSetting { till: 2, ..scale("/dev/b") };
        assert_eq!(build(&[scale("/dev/a"), other]).unwrap().len(), 2);
        // The longer of both: what the device needs, and what the shop wants.
        let tags = DeviceSetting { lock_ms: 300, ..setting("/dev/a", Role::Rfid, Some("rdm6300")) };
        assert_eq!(build(&[tags]).unwrap()[0].again, Duration::from_millis(500));
        assert_eq!(build(&[scanner]).unwrap()[0].again, Duration::ZERO);
    }
}
