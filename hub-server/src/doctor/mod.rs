//! What a hub's settings and database are like, without a hub and without changing anything. What is found is decided
//! upon in [`rules`].

use std::time::Duration;

use chrono::{DateTime, Utc};
use kit::doctor::Check;
use rustix::fs::{Access, access};
use tokio::time::timeout;

use crate::access::tills;
use crate::app::{Clock, without_password};
use crate::backup::{self, Keys};
use crate::db::condition::{Condition, condition};
use crate::db::{Db, DbError, Tx, is_postgres, schema, sqlite_path};
use crate::live::fanout;
use crate::settings::Settings;
use crate::{probes, sync};

mod rules;
mod store;

/// So long a server may take for all that is asked of it. SQLite's file is read whole, which takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Looks at everything, one check after the other; those that need a sound database of this program are left out
/// where there is none.
pub async fn examine(settings: &Settings, clock: &Clock) -> Vec<Check> {
    let target = settings.database_target();
    let keys = settings.backup_key.as_deref().map(|path| Keys::read(path).map(drop));
    let mut checks = rules::settings(settings, keys);
    if is_postgres(&target) {
        if timeout(PATIENCE, inside(&target, clock, &mut checks)).await.is_err() {
            checks.push(rules::silent(&target));
        }
    } else {
        match sqlite_path(&target).try_exists() {
            Ok(true) => {
                checks.push(rules::file(&target, &not_writable(&target)));
                checks.extend(probes::room(&target).map(rules::disk));
                checks.extend(probes::wal_bytes(&target).map(rules::wal));
                inside(&target, clock, &mut checks).await;
            }
            Ok(false) => checks.push(rules::nothing(&target)),
            Err(error) => checks.push(rules::hidden(&target, &error)),
        }
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

async fn inside(target: &str, clock: &Clock, checks: &mut Vec<Check>) {
    let looked = match Db::look(target).await {
        Ok(db) => {
            let looked = look(&db, clock, checks).await;
            db.close().await;
            looked
        }
        Err(error) => Err(error),
    };
    checks.extend(looked.err().map(|error| rules::unreadable(target, &error)));
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
    checks.push(rules::clock(now, store::last_written(tx).await?));
    checks.extend(rules::backups(&backup::latest(tx, now).await?, now));
    let custody = sync::custody_state(tx, now - sync::SILENT_AFTER).await?;
    checks.push(rules::quarantine(&custody));
    checks.push(rules::held(&custody));
    checks.push(rules::logs(&custody));
    checks.push(rules::tills(&tills::all(tx).await?, now));
    Ok(())
}
