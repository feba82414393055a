//! What a hub's settings and database are like, without a hub and without changing anything. What is found is decided
//! upon in [`rules`].

use chrono::{DateTime, Utc};
use kit::doctor::Check;
use rustix::fs::{Access, access};

use crate::access::tills;
use crate::app::{Clock, without_password};
use crate::backup;
use crate::db::condition::{Condition, condition, last_written};
use crate::db::{Db, DbError, Tx, is_postgres, schema, sqlite_path};
use crate::live::fanout;
use crate::settings::Settings;
use crate::{probes, sync};

mod rules;

/// Looks at everything, one check after the other; those that need a sound database of this program are left out
/// where there is none.
pub async fn examine(settings: &Settings, clock: &Clock) -> Vec<Check> {
    let target = settings.database_target();
    let mut checks = rules::settings(settings);
    if is_postgres(&target) {
        checks.extend(inside(&target, clock).await);
    } else if sqlite_path(&target).exists() {
        checks.push(rules::file(&target, &not_writable(&target)));
        checks.extend(probes::room(&target).map(rules::disk));
        checks.extend(probes::wal_bytes(&target).map(rules::wal));
        checks.extend(inside(&target, clock).await);
    } else {
        checks.push(rules::nothing(&target));
    }
    if let Some(address) = &settings.redis {
        checks.push(rules::redis(&without_password(address), fanout::reach(address).await));
    }
    checks
}

/// What the hub would have to write and may not: SQLite keeps its log beside the file.
fn not_writable(target: &str) -> Vec<String> {
    let file = sqlite_path(target);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let both = [file, folder.unwrap_or_else(|| ".".as_ref())];
    both.into_iter()
        .filter_map(|path| {
            access(path, Access::WRITE_OK).err().map(|why| format!("{}: {why}", path.display()))
        })
        .collect()
}

async fn inside(target: &str, clock: &Clock) -> Vec<Check> {
    let db = match Db::look(target).await {
        Ok(db) => db,
        Err(error) => return vec![rules::unreadable(target, &error)],
    };
    let mut checks = vec![];
    if let Err(error) = look(&db, clock, &mut checks).await {
        checks.push(rules::unreadable(target, &error));
    }
    db.close().await;
    checks
}

async fn look(db: &Db, clock: &Clock, checks: &mut Vec<Check>) -> Result<(), DbError> {
    let mut tx = db.read().await?;
    let asked = clock.now();
    let found = condition(&mut tx).await?;
    let now = clock.now();
    checks.extend(rules::database(&found));
    if let Condition::Postgres { clock, .. } = &found {
        checks.push(rules::clocks(asked, *clock, now));
    }
    let applied = schema::migrations(&mut tx).await?;
    let schema = rules::schema(&applied);
    let is_ours = schema.code.is_none();
    checks.push(schema);
    // Tables of another version may lack what is asked for.
    if is_ours {
        custody(&mut tx, now, checks).await?;
    }
    Ok(())
}

async fn custody(tx: &mut Tx, now: DateTime<Utc>, checks: &mut Vec<Check>) -> Result<(), DbError> {
    checks.push(rules::clock(now, last_written(tx).await?));
    checks.extend(rules::backups(&backup::latest(tx).await?, now));
    let custody = sync::custody_state(tx, now - sync::SILENT_AFTER).await?;
    checks.push(rules::quarantine(&custody));
    checks.push(rules::held(&custody));
    checks.push(rules::logs(&custody));
    checks.push(rules::tills(&tills::all(tx).await?, now));
    Ok(())
}
