//! What the facts mean, and what to do next. Pure.

use std::fmt::Write;
use std::io;

use chrono::{DateTime, Duration, Utc};
use kit::disk::Room;
use kit::doctor::Check;
use kit::metrics::may_show_at;
use kit::{Currency, Locale};

use crate::access::tills::Till;
use crate::app::without_password;
use crate::backup::{BackupError, Latest};
use crate::db::condition::Condition;
use crate::db::schema::{self, Applied};
use crate::db::{DbError, MIGRATIONS, is_postgres};
use crate::settings::Settings;
use crate::sync::CustodyState;

#[cfg(test)]
mod tests;

/// The clocks of database and hub may differ so much before somebody should look.
const CLOCKS_APART: Duration = Duration::seconds(5);
/// Two hubs on one database may differ a little.
const CLOCK_BEHIND: Duration = Duration::minutes(1);
/// One night's backup may fail; a second one must not.
const BACKUP_OLD: Duration = Duration::hours(48);
/// As often as `docs/backup.md` asks for a drill, and some days.
const VERIFIED_OLD: Duration = Duration::days(35);
/// A till that is off at night is not missed, one that is off a whole day is.
const TILL_SILENT: Duration = Duration::hours(24);
/// Tills that are named.
const NAMED: usize = 5;
/// A log of SQLite's that nobody could fold in for long.
const WAL_LARGE: u64 = 64 * 1024 * 1024;

/// What [`kit::settings`] does not see: each value can be read, and yet the hub would stumble over it. `keys` is what
/// became of the file of keys that they name.
pub fn settings(settings: &Settings, keys: Option<Result<(), BackupError>>) -> Vec<Check> {
    let mut checks = vec![];
    let mut wrong = |code, finding: String, fix: String| {
        checks.push(Check::fail("settings", code, finding, fix));
    };
    if let Err(error) = settings.currency.parse::<Currency>() {
        wrong("bad_currency", error.to_string(), "name it as COP or EUR in currency".to_owned());
    }
    if let Err(error) = settings.locale.parse::<Locale>() {
        wrong("bad_locale", error.to_string(), "mend locale, for example es-CO".to_owned());
    }
    if settings.sync_at_once == Some(0) {
        wrong("no_sync", "sync_at_once is 0: no till is served".to_owned(), "leave it out".to_owned());
    }
    if let Some(Err(failure)) =
        settings.internal.map(|address| may_show_at(address, settings.internal_anywhere))
    {
        checks.push(Check::failure("settings", failure));
    }
    if let Some(Err(error)) = keys {
        checks.push(Check::fail("settings", error.code(), error.to_string(), error.fix()));
    }
    if settings.hides_its_proxy() {
        let fix =
            "set behind_tls, and see that the proxy sets X-Forwarded-For: else all customers count as one";
        let finding = "public_url begins with https://, and behind_tls is false";
        checks.push(Check::warn("settings", "proxy_unsaid", finding, fix));
    }
    if checks.is_empty() {
        checks.push(Check::ok("settings", "can be read and hold"));
    }
    checks
}

pub fn nothing(target: &str) -> Check {
    let fix = "name it with --database or its folder with --data; hub-server serve makes a new one";
    Check::fail(
        "database",
        "no_hub_here",
        format!("there is no hub's database at {}", without_password(target)),
        fix,
    )
}

pub fn file(target: &str, not_writable: &[String]) -> Check {
    if not_writable.is_empty() {
        return Check::ok("file", target);
    }
    let fix = "see that the user of the hub may write the file and its folder, and that the disk is not \
        mounted read-only";
    Check::fail("file", "file_not_writable", not_writable.join("; "), fix)
}

pub fn disk(room: io::Result<Room>) -> Check {
    match room {
        Err(error) => {
            Check::warn("disk", "disk_unknown", error.to_string(), "df says how full the database's disk is")
        }
        Ok(room) => {
            let finding = format!("{} of {} MB are free", room.free >> 20, room.all >> 20);
            if room.is_enough() {
                Check::ok("disk", finding)
            } else {
                Check::fail(
                    "disk",
                    "disk_almost_full",
                    finding,
                    "make room, or move the database to a larger disk",
                )
            }
        }
    }
}

pub fn wal(bytes: u64) -> Check {
    let finding = format!("{} MB in SQLite's log", bytes >> 20);
    if bytes <= WAL_LARGE {
        return Check::ok("log of the file", finding);
    }
    let fix = "end whatever reads the file for hours, then restart the hub: it folds the log in";
    Check::warn("log of the file", "wal_large", finding, fix)
}

/// The database could not be read at all, or not any further.
pub fn unreadable(target: &str, error: &DbError) -> Check {
    let finding = format!("{}: {error}", without_password(target));
    // A server that is not there at all passes for a while too, and is no busy one.
    let its_word = match error {
        DbError::Sqlx(sqlx::Error::Database(error)) => Some(error.code().unwrap_or_default()),
        _ => None,
    };
    let (code, fix) = match (&its_word, is_postgres(target)) {
        (Some(_), _) | (None, false) if error.is_passing() => ("database_busy", "try again in a moment"),
        (Some(_), true) => ("database_refused", "see user, password and rights of --database"),
        (None, true) => {
            ("database_unreachable", "see that the database server runs and that --database names it")
        }
        (Some(code), false) if SQLITE_DAMAGED.contains(&code.as_ref()) => ("database_damaged", DAMAGED),
        (_, false) => ("database_unreadable", "run it as the user of the hub; see the check file"),
    };
    Check::fail("database", code, finding, fix)
}

/// The server let us in, and then said nothing for long.
pub fn silent(target: &str) -> Check {
    let fix = "see what the database server waits for: select * from pg_locks where not granted";
    Check::fail("database", "database_silent", format!("{}: no answer", without_password(target)), fix)
}

/// The system does not say whether there is a file.
pub fn hidden(target: &str, error: &io::Error) -> Check {
    let fix = "run it as the user of the hub";
    Check::fail("database", "database_unreadable", format!("{target}: {error}"), fix)
}

/// Corrupt, no database, and the extended forms of the first.
const SQLITE_DAMAGED: [&str; 5] = ["11", "26", "267", "523", "779"];

const DAMAGED: &str = "stop the hub, keep the file as it is, and restore the last backup: hub-server backup \
    restore FILE --replace --key FILE";

pub fn database(found: &Condition) -> Vec<Check> {
    match found {
        Condition::Sqlite { version, journal, soundness } => {
            let sound = match soundness.as_str() {
                "ok" => Check::ok("soundness", "every page is sound"),
                wrong => Check::fail("soundness", "database_damaged", wrong, DAMAGED),
            };
            let journal = match journal.as_str() {
                "wal" => Check::ok("journal", "wal"),
                other => {
                    let fix = "start the hub: it sets wal, where the disk allows it (no network drive)";
                    Check::warn("journal", "not_wal", other, fix)
                }
            };
            vec![Check::ok("database", format!("SQLite {version}")), sound, journal]
        }
        Condition::Postgres { version, read_only: false, .. } => {
            vec![Check::ok("database", format!("PostgreSQL {version}, takes writers"))]
        }
        Condition::Postgres { version, .. } => {
            let finding = format!("PostgreSQL {version} takes no writer: a standby, or set so");
            vec![Check::fail("database", "database_read_only", finding, "name the primary with --database")]
        }
    }
}

/// The database was asked for its time between two looks at ours.
pub fn clocks(before: DateTime<Utc>, database: DateTime<Utc>, after: DateTime<Utc>) -> Check {
    let ahead = if database > after { database - after } else { (before - database).max(Duration::zero()) };
    if ahead <= CLOCKS_APART {
        return Check::ok("clocks", "database and hub agree");
    }
    let direction = if database > after { "ahead of" } else { "behind" };
    let finding = format!("the database's clock is {} s {direction} this machine's", ahead.num_seconds());
    Check::warn("clocks", "clocks_apart", finding, "set both clocks by the network: timedatectl set-ntp true")
}

pub fn schema(applied: &[Applied]) -> Check {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    let check = "schema";
    if applied.is_empty() {
        let fix = "name the hub's database with --database; hub-server migrate makes a hub of an empty one";
        return Check::fail(check, "no_hub_here", "the database has no tables of a hub", fix);
    }
    if let Some(version) = schema::unknown(applied) {
        let (code, finding) = if version > newest {
            ("schema_newer", format!("migration {version} is of a newer program"))
        } else {
            ("schema_differs", format!("migration {version} is not the one that this program knows"))
        };
        return Check::fail(check, code, finding, "install the hub-server that made it, or a newer one");
    }
    let missing = MIGRATIONS.iter().count() - applied.len();
    if missing > 0 {
        let fix =
            "hub-server backup create FILE --key FILE, then hub-server migrate; serve does it by itself";
        return Check::warn(check, "schema_older", format!("{missing} migrations are missing"), fix);
    }
    Check::ok(check, format!("as this program knows it, migration {newest}"))
}

/// `written` is the latest moment that the hub itself wrote down.
pub fn clock(now: DateTime<Utc>, written: Option<DateTime<Utc>>) -> Check {
    match written {
        Some(at) if at > now + CLOCK_BEHIND => {
            let finding = format!("the hub wrote something at {}, which has not come yet", at.to_rfc3339());
            Check::fail(
                "clock",
                "clock_behind",
                finding,
                "set this machine's clock: timedatectl set-ntp true",
            )
        }
        _ => Check::ok("clock", "after everything that the hub wrote"),
    }
}

pub fn backups(latest: &Latest, now: DateTime<Utc>) -> [Check; 2] {
    const MAKE: &str = "hub-server backup create FILE --key FILE, every night: docs/backup.md";
    let made = match latest.made {
        None => Check::warn("backup", "backup_never", "none was ever made", MAKE),
        Some(at) if at + BACKUP_OLD < now => {
            Check::fail("backup", "backup_old", format!("the last one is of {}", at.to_rfc3339()), MAKE)
        }
        Some(at) => Check::ok("backup", format!("of {}", at.to_rfc3339())),
    };
    let check = "backup verified";
    let verified = match latest.verified.max(latest.drilled) {
        None => Check::warn(check, "backup_unverified", "none was ever read back", VERIFY),
        Some(at) if at + VERIFIED_OLD < now => {
            let finding = format!("the last one that was read back is of {}", at.to_rfc3339());
            Check::warn(check, "backup_unverified", finding, VERIFY)
        }
        Some(at) => Check::ok(check, format!("one of {}", at.to_rfc3339())),
    };
    [made, verified]
}

const VERIFY: &str = "hub-server backup drill --key FILE, or verify FILE --key FILE";

pub fn quarantine(custody: &CustodyState) -> Check {
    let waiting = custody.quarantined - custody.held;
    if waiting == 0 {
        return Check::ok("quarantine", "nothing waits");
    }
    let since = custody.waiting_since.map(|at| format!(", since {}", at.to_rfc3339())).unwrap_or_default();
    let finding = format!("{waiting} events wait for a person{since}");
    Check::warn(
        "quarantine",
        "quarantine_waiting",
        finding,
        "try them again or settle them on the hub's page /quarantine",
    )
}

pub fn held(custody: &CustodyState) -> Check {
    if custody.held == 0 {
        return Check::ok("held", "no event is of a later version");
    }
    let finding = format!("{} events are of kinds that this version does not know", custody.held);
    Check::warn("held", "events_held", finding, "install the hub-server of the tills' version")
}

pub fn logs(custody: &CustodyState) -> Check {
    let CustodyState { forked, reopened, .. } = custody;
    let finding = format!("{forked} with two histories, {reopened} begun anew by their tills");
    if *forked == 0 {
        return Check::ok("logs", finding);
    }
    let fix = "find the till that was copied (page /tills), and enrol one of the two anew";
    Check::warn("logs", "logs_forked", finding, fix)
}

/// Tills that may push and were not heard of for a day.
pub fn tills(all: &[Till], now: DateTime<Utc>) -> Check {
    let may_push = |till: &&Till| till.enrolled_at.is_some() && till.revoked_at.is_none();
    let enrolled: Vec<&Till> = all.iter().filter(may_push).collect();
    let is_silent = |till: &&&Till| till.seen_at.is_none_or(|at| at + TILL_SILENT < now);
    let silent: Vec<&&Till> = enrolled.iter().filter(is_silent).collect();
    if silent.is_empty() {
        let unsent: i64 = enrolled.iter().filter_map(|till| till.unsent).sum();
        return Check::ok("tills", format!("{} enrolled, {unsent} events not sent yet", enrolled.len()));
    }
    let mut finding = format!("{} of {} not heard of for a day:", silent.len(), enrolled.len());
    for till in silent.iter().take(NAMED) {
        let since = till.seen_at.map_or("never".to_owned(), |at| at.to_rfc3339());
        // Writing into a text cannot fail.
        let _ = write!(finding, " {}/{} ({since})", till.store, till.code);
    }
    if silent.len() > NAMED {
        finding.push_str(" …");
    }
    let fix = "pos-agent doctor at the till; one that is gone: hub-server till revoke --store S --till T";
    Check::warn("tills", "tills_silent", finding, fix)
}

pub fn redis(address: &str, reached: Result<(), String>) -> Check {
    match reached {
        Ok(()) => Check::ok("redis", format!("{address} answers")),
        Err(why) => {
            let fix = "everything works without it, pages of other hubs renew a little later; redis-cli ping";
            Check::warn("redis", "redis_away", format!("{address}: {why}"), fix)
        }
    }
}
