//! `pos-agent config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_rows};
use kit::settings::Loaded;
use serde::Serialize;

use crate::device::{Device, devices, left_out};
use crate::integration::passthrough::{apart, passthroughs};
use crate::printer::printers;
use crate::server::PROFILES;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every setting, its value and where it comes from
    Show {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Reads the settings and says whether they hold; exit 4 with line and column if not
    Check,
}

#[derive(Debug, Serialize)]
struct Row {
    key: &'static str,
    value: String,
    origin: String,
}

pub fn config(args: &Config, loaded: &Loaded<Settings>) -> Result<Exit, Failure> {
    match args.what {
        // Settings that cannot be read have ended the program already, with their place.
        What::Check => {
            let settings = &loaded.settings;
            let profiles = settings.data.join(PROFILES);
            let declared = devices(&settings.device, &profiles);
            let sure = declared.and_then(|all| {
                all.iter().try_for_each(Device::sure)?;
                Ok(all)
            });
            let declared = sure.map_err(|error| {
                Failure::new(Exit::Config, "bad_device", error.to_string()).fix("mend [[device]]")
            })?;
            printers(&settings.printers, &settings.data).map_err(|error| {
                Failure::new(Exit::Config, "bad_printer", error.to_string()).fix("mend [[printers]]")
            })?;
            let passed = passthroughs(&settings.passthrough, &profiles).map_err(|error| {
                Failure::new(Exit::Config, "bad_scanner", error.to_string()).fix("mend [[passthrough]]")
            })?;
            apart(&passed, &declared).map_err(|error| {
                Failure::new(Exit::Config, "device_shared", error.to_string())
                    .fix("leave it out of [[device]] or of [[passthrough]]")
            })?;
            settings.integration.token().map_err(super::token_failure)?;
            let left = left_out(&profiles).map_err(|error| {
                Failure::new(Exit::Config, "bad_profile", error.to_string()).fix("mend that profile")
            })?;
            for (_, error) in left {
                eprintln!("warning: {error}; no device needs it");
            }
            println!("ok");
        }
        What::Show { json } => print_rows(&rows(loaded), Shape::json(json))?,
    }
    Ok(Exit::Ok)
}

fn rows(loaded: &Loaded<Settings>) -> Vec<Row> {
    let settings = &loaded.settings;
    let devices: Vec<_> =
        settings.device.iter().map(|d| format!("{}:{} {}", d.path.display(), d.till, d.role)).collect();
    let printers: Vec<_> =
        settings.printers.iter().map(|p| format!("{} {} {}", p.id, p.connection, p.profile)).collect();
    let label_printer = settings.labels.connection.as_ref().map(ToString::to_string).unwrap_or_default();
    let shop = &settings.receipt;
    let rules: Vec<_> = settings.scan.rules().iter().map(|rule| rule.name.clone()).collect();
    let coupons: Vec<_> = settings.coupons.terms().iter().map(|terms| terms.name.clone()).collect();
    let passed = settings.passthrough.iter();
    let passed: Vec<_> =
        passed.map(|p| format!("{}:{} > {}", p.scanner.display(), p.till, p.link.display())).collect();
    let (beside, returns) = (&settings.integration, &settings.returns);
    let path = |path: &Option<PathBuf>| path.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
    let origin = |key: &str| loaded.origin(key).map_or("default".to_owned(), ToString::to_string);
    [
        ("data", settings.data.display().to_string()),
        ("listen", settings.listen.to_string()),
        ("internal", settings.internal.map(|at| at.to_string()).unwrap_or_default()),
        ("internal_anywhere", settings.internal_anywhere.to_string()),
        ("log", format!("{:?}", settings.log).to_lowercase()),
        ("device", devices.join(", ")),
        ("printers", printers.join(", ")),
        ("receipt.tax_id", shop.tax_id.clone()),
        ("receipt.address", shop.address.join(", ")),
        ("receipt.policy", shop.policy.clone()),
        ("receipt.footer", shop.footer.clone()),
        ("labels.connection", label_printer),
        ("scan.rules", rules.join(", ")),
        ("returns.without_receipt", returns.without_receipt.to_string()),
        ("returns.days", returns.days.to_string()),
        ("returns.per_member", returns.per_member.to_string()),
        ("returns.per_cashier", returns.per_cashier.to_string()),
        ("returns.limit_days", returns.limit_days.to_string()),
        ("returns.store_credit", returns.store_credit.to_string()),
        ("open_price.tax_rate", settings.open_price.tax_rate.to_string()),
        ("open_price.most", settings.open_price.most.map(|most| most.0.to_string()).unwrap_or_default()),
        ("gift_card.kept", settings.gift_card.kept.code().to_owned()),
        ("coupons", coupons.join(", ")),
        ("till.burst_chars", settings.till.burst_chars.to_string()),
        ("till.burst_gap_ms", settings.till.burst_gap_ms.to_string()),
        ("till.keys", settings.till.changed().join(", ")),
        ("late_card.days", settings.late_card.days.to_string()),
        ("late_card.alone_minutes", settings.late_card.alone_minutes.to_string()),
        ("integration.poslog_dir", path(&beside.poslog_dir)),
        ("integration.token_file", path(&beside.token_file)),
        ("integration.hold_points_max", beside.hold_points_max.to_string()),
        ("integration.hold_minutes", beside.hold_minutes.to_string()),
        ("integration.hold_snapshot_hours", beside.hold_snapshot_hours.to_string()),
        ("passthrough", passed.join(", ")),
    ]
    .into_iter()
    .map(|(key, value)| Row { key, value, origin: origin(key) })
    .collect()
}
