//! The agent's settings: flag over environment (`POS_AGENT__…`) over file over default.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::coupons::CouponTable;
use domain::late_card::LateCardPolicy;
use domain::scan::RuleTable;
use kit::cli::LogFormat;
use kit::settings::{Layers, Loaded, SettingsError, usual_data, usual_file};
use serde::{Deserialize, Serialize};

use crate::app::HouseRules;
use crate::checkout::gift_card::GiftCardPolicy;
use crate::checkout::open_price::OpenPricePolicy;
use crate::checkout::price::Policy;
use crate::checkout::unreceipted::ReturnPolicy;
use crate::integration::setting::{IntegrationSetting, PassthroughSetting};
use crate::printer::Address;
use crate::receipt::zpl::LabelSize;
use crate::ui::keys::Keyboard;

mod device;
mod display;

pub use device::*;
pub use display::DisplaySetting;

pub const PROGRAM: &str = "pos-agent";
pub const PREFIX: &str = "POS_AGENT";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of the till's file, keys and notes.
    pub data: PathBuf,
    /// Loopback only: whoever reaches this address works the till.
    pub listen: SocketAddr,
    /// Where an operator's programs ask for `/metrics`; nowhere without it.
    pub internal: Option<SocketAddr>,
    /// `internal` may be an address that other machines reach.
    pub internal_anywhere: bool,
    pub log: LogFormat,
    /// Everything that is plugged in, one `[[device]]` each.
    pub device: Vec<DeviceSetting>,
    pub printers: Vec<PrinterSetting>,
    pub receipt: ShopSetting,
    pub labels: LabelSetting,
    /// How scans are read; the built-in table if left out. `[scan]` with the number of the currency, and
    /// `[[scan.rules]]` in order, among them the layouts of the shop's own scales (`domain::scan::Layout`).
    pub scan: RuleTable,
    /// The coupons that are taken, one `[[coupons]]` each; none if left out (`domain::coupons::CouponTerms`).
    pub coupons: CouponTable,
    /// How long a receipt waits for a card that was forgotten: `days`, and the `alone_minutes` in which a
    /// cashier adds the points without anybody's agreement.
    pub late_card: LateCardPolicy,
    /// How sums are made: tax and cash rounding.
    pub checkout: Policy,
    /// How goods come back without a receipt.
    pub returns: ReturnPolicy,
    /// How what has no price in the catalogue is sold.
    pub open_price: OpenPricePolicy,
    /// Who keeps what is on gift cards: `kept = "hub"`, or `"elsewhere"` where another system does.
    pub gift_card: GiftCardPolicy,
    /// Sells only while a shift is open.
    pub require_shift: bool,
    /// Keys, and readers that type into the screens.
    pub till: Keyboard,
    pub display: DisplaySetting,
    /// The till software beside this agent.
    pub integration: IntegrationSetting,
    /// Scanners that are read here first and by a till software second.
    pub passthrough: Vec<PassthroughSetting>,
}

/// A receipt printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterSetting {
    /// What people and messages call it.
    #[serde(default = "first_printer")]
    pub id: String,
    /// The numbers of the tills whose receipts it prints.
    #[serde(default = "first_tills")]
    pub tills: Vec<i64>,
    /// `serial:/dev/ttyUSB0`, `file:/dev/usb/lp0` or `tcp:192.168.1.50:9100`.
    pub connection: Address,
    /// Paper, code page, knife and drawer: the id of a printer profile.
    #[serde(default = "usual_paper")]
    pub profile: String,
    /// For a serial line; 9600 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baud: Option<u32>,
}

fn first_printer() -> String {
    "printer".to_owned()
}

fn first_tills() -> Vec<i64> {
    vec![first_till()]
}

fn usual_paper() -> String {
    "generic-80".to_owned()
}

/// What a shop says on every receipt; empty is not printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShopSetting {
    pub tax_id: String,
    /// Line by line.
    pub address: Vec<String>,
    /// How goods are taken back.
    pub policy: String,
    /// The last line, in the place of a thank-you.
    pub footer: String,
}

/// The label printer, which speaks ZPL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelSetting {
    pub connection: Option<Address>,
    pub size: LabelSize,
}

pub(crate) fn first_till() -> i64 {
    1
}

impl Settings {
    /// What the chain decides for its tills.
    pub fn house(&self) -> HouseRules {
        HouseRules {
            coupons: self.coupons.clone(),
            late_card: self.late_card,
            returns: self.returns,
            open_price: self.open_price,
            gift_card: self.gift_card,
            require_shift: self.require_shift,
            keyboard: self.till.clone(),
            enrol_url: self.display.enrol_url.clone(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: usual_data(PROGRAM),
            listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            internal: None,
            internal_anywhere: false,
            log: LogFormat::Plain,
            device: vec![],
            printers: vec![],
            receipt: ShopSetting::default(),
            labels: LabelSetting::default(),
            scan: RuleTable::default(),
            coupons: CouponTable::default(),
            late_card: LateCardPolicy::default(),
            checkout: Policy::default(),
            returns: ReturnPolicy::default(),
            open_price: OpenPricePolicy::default(),
            gift_card: GiftCardPolicy::default(),
            require_shift: false,
            till: Keyboard::default(),
            display: DisplaySetting::default(),
            integration: IntegrationSetting::default(),
            passthrough: vec![],
        }
    }
}

/// What flags may say besides the file and the environment.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
    pub internal: Option<SocketAddr>,
    pub internal_anywhere: bool,
    pub scanners: Vec<DeviceSetting>,
}

pub fn load(flags: &Flags) -> Result<Loaded<Settings>, SettingsError> {
    let variables =
        std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let mut loaded: Loaded<Settings> = Layers::new()
        .file(flags.config.clone().or_else(|| usual_file(PROGRAM)))
        .env(PREFIX, variables)
        .flag("data", flags.data.as_ref().map(|path| path.display().to_string()))
        .flag("listen", flags.listen)
        .flag("internal", flags.internal)
        .flag("internal_anywhere", flags.internal_anywhere.then_some(true))
        .load()?;
    // Scanners given as flags stand in the place of the file's devices: a list is one value.
    if !flags.scanners.is_empty() {
        loaded.settings.device.clone_from(&flags.scanners);
    }
    Ok(loaded)
}

impl std::str::FromStr for DeviceSetting {
    type Err = std::convert::Infallible;

    /// `PATH` or `PATH:TILL`. A path below `by-path` has colons of its own, so only a last part that is
    /// a plain number is a till.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let split = text.rsplit_once(':').and_then(|(path, till)| Some((path, till.parse().ok()?)));
        let (path, till) = split.unwrap_or((text, first_till()));
        Ok(Self::scanner(path, till))
    }
}

#[cfg(test)]
mod tests {
    use domain::scan::{Meaning, Measure, Origin, Scan};
    use domain::{Money, Quantity};

    use super::*;

    #[test]
    fn the_layout_of_the_shops_scales_is_a_setting() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("pos-agent.toml");
        let rule = "[scan]\ncurrency = '978'\n[[scan.rules]]\nname = 'scale'\nmeaning = 'product'\n";
        let flags = Flags { config: Some(config.clone()), ..Flags::default() };
        for (layout, lookup, number, item, measure) in [
            ("21iiiiiww.wwwc", "prefixed", "2112345015002", "2112345", Measure::Quantity(Quantity(1_500))),
            ("23iiiiippp.ppc", "item", "2312345001993", "12345", Measure::Price(Money(199))),
        ] {
            std::fs::write(&config, format!("{rule}layout = '{layout}'\nlookup = '{lookup}'")).unwrap();
            let rules = load(&flags).unwrap().settings.scan;
            let read = rules.classify(Scan::new(Origin::SerialScanner, None, number)).unwrap();
            let Meaning::Labelled(label) = read else { panic!("{number}: {read:?}") };
            assert_eq!((label.barcode.as_str(), label.measure), (item, Some(measure)), "{layout}");
        }
        std::fs::write(&config, format!("{rule}layout = '21iiNNDDD'")).unwrap();
        assert!(load(&flags).unwrap_err().to_string().contains("no sign of a layout"));
    }

    #[test]
    fn coupons_are_settings_and_a_bad_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("pos-agent.toml");
        let flags = Flags { config: Some(config.clone()), ..Flags::default() };
        let good = "[[coupons]]\nname = 'Maker'\nissuer = '3765'\nproducts = ['100']\nper_ticket = 2\n\
            [[coupons]]\nname = 'Spring'\ncode = 'SPRING10'\nworth = { percent = 1000 }\n\
            from = '2026-03-01'\nuntil = '2026-03-31'\nminimum = 2_000_000\nnot_with_promotions = true\n\
            [[coupons]]\nname = 'Letter'\nprefix = 'LT'\nworth = { amount = 50_000 }\n\
            [[coupons]]\nname = 'A coffee'\nprefix = 'CF'\nworth = 'free_piece'\nproduct_lines = ['coffee']";
        std::fs::write(&config, good).unwrap();
        let table = load(&flags).unwrap().settings.coupons;
        let names: Vec<&str> = table.terms().iter().map(|terms| terms.name.as_str()).collect();
        assert_eq!(names, ["Maker", "Spring", "Letter", "A coffee"]);
        for (bad, wanted) in [
            ("name = 'B'\nissuer = '37'", "an issuer has four digits"),
            ("name = 'B'\ncode = 'B'", "say worth ="),
            ("name = 'B'\ncode = 'B'\nworth = 'much'", "unknown variant `much`"),
            ("name = 'B'\ncode = 'B'\nworth = 'free_piece'\nfor = 3", "unknown field `for`"),
            ("name = 'Maker'\nissuer = '3765'", "another entry takes the same coupons"),
        ] {
            std::fs::write(&config, format!("{good}\n[[coupons]]\n{bad}")).unwrap();
            let error = load(&flags).unwrap_err().to_string();
            assert!(error.contains(wanted), "{bad}: {error}");
        }
    }

    /// What `docs/coupons.md` shows is what the settings take.
    #[test]
    fn the_page_of_coupons_shows_what_is_taken() {
        let page = include_str!("../../docs/coupons.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let settings: Settings = toml::from_str(example).unwrap();
        let of_a_line: Vec<&str> = settings
            .coupons
            .terms()
            .iter()
            .filter(|t| !t.product_lines.is_empty())
            .map(|t| t.name.as_str())
            .collect();
        assert_eq!((settings.coupons.terms().len(), of_a_line), (3, vec!["de marzo"]));
    }

    #[test]
    fn a_scanner_names_its_till() {
        for (text, path, till) in [
            ("/dev/ttyUSB0", "/dev/ttyUSB0", 1),
            ("/dev/ttyUSB0:3", "/dev/ttyUSB0", 3),
            (
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
                1,
            ),
            (
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0:2",
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0",
                2,
            ),
        ] {
            assert_eq!(text.parse(), Ok(DeviceSetting::scanner(path, till)), "{text}");
        }
    }

    #[test]
    fn what_a_shop_does_not_say_of_returns_and_open_prices_is_as_usual() {
        let usual: Settings = toml::from_str("").unwrap();
        let text = "[returns]\nper_cashier = 40\nstore_credit = false\n[open_price]\ntax_rate = 1900";
        let own: Settings = toml::from_str(text).unwrap();
        assert_eq!(own.returns, ReturnPolicy { per_cashier: 40, store_credit: false, ..usual.returns });
        assert_eq!(own.open_price, OpenPricePolicy { tax_rate: 1_900, most: None });
        for wrong in ["[returns]\nper_member = -1", "[open_price]\ntax_rate = -1", "[returns]\ndayz = 1"] {
            assert!(toml::from_str::<Settings>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn devices_are_declared_with_their_roles() {
        let text = "[[device]]\npath = '/dev/ttyUSB0'\n\
            [[device]]\npath = '/dev/input/by-id/usb-reader-event-kbd'\ntill = 2\nrole = 'wedge'\n\
            profile = 'generic-wedge-es'\nlock_ms = 300";
        let settings: Settings = toml::from_str(text).unwrap();
        let wedge = DeviceSetting {
            role: Role::Wedge,
            profile: Some("generic-wedge-es".to_owned()),
            lock_ms: 300,
            ..DeviceSetting::scanner("/dev/input/by-id/usb-reader-event-kbd", 2)
        };
        assert_eq!(settings.device, [DeviceSetting::scanner("/dev/ttyUSB0", 1), wedge]);
        for (wrong, wanted) in
            [("role = 'printer'", "unknown variant `printer`"), ("baud = 1", "unknown field")]
        {
            let text = format!("[[device]]\npath = 'x'\n{wrong}");
            let error = toml::from_str::<Settings>(&text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
