//! The rules as tables; `tests/it/stories/operating.rs` tells of the program.

use super::*;

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(hours)
}

fn code(check: &Check) -> &'static str {
    assert_eq!(check.code.is_some(), !check.fix.is_empty(), "what is wrong has a fix: {check:?}");
    check.code.unwrap_or("ok")
}

#[test]
fn settings_that_a_hub_would_stumble_over_are_named() {
    let usual = Settings::default;
    let codes = |given: Settings| {
        let keys = given.backup_key.as_deref().map(|path| crate::backup::Keys::read(path).map(drop));
        settings(&given, keys).iter().map(code).collect::<Vec<_>>()
    };
    let outside = Some("0.0.0.0:9464".parse().unwrap());
    let public = |url: &str, behind_tls| Settings {
        public_url: Some(url.parse().unwrap()),
        behind_tls,
        ..Settings::default()
    };
    for (given, wanted) in [
        (usual(), vec!["ok"]),
        (Settings { currency: "peso".to_owned(), ..usual() }, vec!["bad_currency"]),
        (
            Settings { locale: "tlh".to_owned(), sync_at_once: Some(0), ..usual() },
            vec!["bad_locale", "no_sync"],
        ),
        (Settings { internal: outside, ..usual() }, vec!["internal_not_loopback"]),
        (Settings { internal: outside, internal_anywhere: true, ..usual() }, vec!["ok"]),
        (Settings { backup_key: Some("/no/such/key".into()), ..usual() }, vec!["file_io"]),
        (public("https://hub.example", false), vec!["proxy_unsaid"]),
        (public("https://hub.example", true), vec!["ok"]),
        (public("http://192.168.1.5:8080", false), vec!["ok"]),
    ] {
        assert_eq!(codes(given.clone()), wanted, "{given:?}");
    }
}

#[test]
fn a_schema_is_ours_older_newer_or_another() {
    let ours: Vec<Applied> = MIGRATIONS
        .iter()
        .map(|one| Applied { version: one.version, checksum: hex::encode(&one.checksum) })
        .collect();
    let with = |version, checksum: &str| {
        let mut all = ours.clone();
        all.retain(|one| one.version != version);
        all.push(Applied { version, checksum: checksum.to_owned() });
        all
    };
    for (applied, wanted) in [
        (vec![], "no_hub_here"),
        (ours.clone(), "ok"),
        (ours[..ours.len() - 1].to_vec(), "schema_older"),
        (with(999_999, "00"), "schema_newer"),
        (with(2, "00"), "schema_differs"),
    ] {
        assert_eq!(code(&schema(&applied)), wanted);
    }
}

#[test]
fn a_database_says_how_it_does() {
    let sqlite = |journal: &str, soundness: &str| Condition::Sqlite {
        version: "3.51.3".to_owned(),
        journal: journal.to_owned(),
        soundness: soundness.to_owned(),
    };
    let postgres = |read_only| Condition::Postgres { version: "17.2".to_owned(), read_only, clock: at(0) };
    for (found, wanted) in [
        (sqlite("wal", "ok"), vec!["ok", "ok", "ok"]),
        (sqlite("delete", "ok"), vec!["ok", "ok", "not_wal"]),
        (sqlite("wal", "Tree 4 page 9: wrong"), vec!["ok", "database_damaged", "ok"]),
        (postgres(false), vec!["ok"]),
        (postgres(true), vec!["database_read_only"]),
    ] {
        assert_eq!(database(&found).iter().map(code).collect::<Vec<_>>(), wanted, "{found:?}");
    }
}

#[test]
fn clocks_that_cannot_be_right_are_found() {
    let second = Duration::seconds(1);
    for (database, wanted) in [
        (at(0), "ok"),
        (at(0) + second * 6, "ok"),
        (at(0) + second * 8, "clocks_apart"),
        (at(-1), "clocks_apart"),
    ] {
        assert_eq!(code(&clocks(at(0), database, at(0) + second)), wanted, "{database}");
    }
    for (written, wanted) in
        [(None, "ok"), (Some(at(-1)), "ok"), (Some(at(0) + second * 59), "ok"), (Some(at(1)), "clock_behind")]
    {
        assert_eq!(code(&clock(at(0), written)), wanted, "{written:?}");
    }
}

#[test]
fn backups_grow_old() {
    for (made, verified, drilled, wanted) in [
        (None, None, None, ["backup_never", "backup_unverified"]),
        (Some(0), None, None, ["ok", "backup_unverified"]),
        (Some(-47), Some(-800), None, ["ok", "ok"]),
        (Some(-49), Some(-900), None, ["backup_old", "backup_unverified"]),
        (Some(-1), Some(-900), Some(-800), ["ok", "ok"]),
    ] {
        let latest = Latest { made: made.map(at), verified: verified.map(at), drilled: drilled.map(at) };
        assert_eq!(backups(&latest, at(0)).each_ref().map(code), wanted, "{latest:?}");
    }
}

#[test]
fn what_is_stuck_is_counted() {
    let custody = |quarantined, held, forked| CustodyState {
        quarantined,
        held,
        waiting_since: Some(at(-5)),
        forked,
        reopened: 3,
        tills: 4,
        oldest_seen: None,
        silent: 0,
        unsent: 0,
        changes: 0,
    };
    for (state, wanted) in [
        (custody(0, 0, 0), ["ok", "ok", "ok"]),
        (custody(2, 2, 0), ["ok", "events_held", "ok"]),
        (custody(3, 2, 1), ["quarantine_waiting", "events_held", "logs_forked"]),
    ] {
        assert_eq!([quarantine(&state), held(&state), logs(&state)].each_ref().map(code), wanted);
    }
    assert!(quarantine(&custody(3, 2, 0)).finding.starts_with("1 events"));
}

#[test]
fn tills_that_are_silent_for_a_day_are_named() {
    let till = |n: i64, seen: Option<i64>| Till {
        id: domain::ids::TillId::new(n, [0; 10]),
        store: "centro".parse().unwrap(),
        code: n.to_string().parse().unwrap(),
        public_key: None,
        session: 0,
        enrolled_at: Some(at(-100)),
        revoked_at: None,
        seen_at: seen.map(at),
        version: None,
        unsent: Some(2),
        clock_offset_ms: None,
    };
    let fine = tills(&[till(1, Some(-23)), till(2, Some(0))], at(0));
    assert_eq!((code(&fine), fine.finding.as_str()), ("ok", "2 enrolled, 4 events not sent yet"));
    let silent = tills(&[till(1, Some(-25)), till(2, None), till(3, Some(0))], at(0));
    assert_eq!(code(&silent), "tills_silent");
    assert!(silent.finding.starts_with("2 of 3") && silent.finding.ends_with("centro/2 (never)"));
    let revoked = Till { revoked_at: Some(at(0)), ..till(1, None) };
    let waiting = Till { enrolled_at: None, ..till(2, None) };
    assert_eq!(code(&tills(&[revoked, waiting], at(0))), "ok", "nobody waits for them");
    let many: Vec<Till> = (1..=7).map(|n| till(n, None)).collect();
    assert!(tills(&many, at(0)).finding.ends_with("centro/5 (never) …"));
}

#[test]
fn what_is_around_the_database_is_told() {
    let room = |free| Ok(Room { free, all: 100 });
    assert_eq!(code(&disk(room(50))), "ok");
    assert_eq!(code(&disk(room(5))), "disk_almost_full");
    assert_eq!(code(&disk(Err(io::Error::other("no")))), "disk_unknown");
    assert_eq!((code(&wal(WAL_LARGE)), code(&wal(WAL_LARGE + 1))), ("ok", "wal_large"));
    assert_eq!(code(&file("hub.db", &[])), "ok");
    assert_eq!(code(&file("hub.db", &["hub.db: read-only".to_owned()])), "file_not_writable");
    assert_eq!(code(&redis("redis://a", Ok(()))), "ok");
    assert_eq!(code(&redis("redis://a", Err("refused".to_owned()))), "redis_away");
}

#[test]
fn a_database_that_cannot_be_read_is_busy_away_or_damaged() {
    let (server, file) = ("postgres://yapa:secret@db/yapa", "hub.db");
    for (target, error, wanted) in [
        (server, sqlx::Error::PoolTimedOut, "database_unreachable"),
        (server, sqlx::Error::Io(io::Error::other("refused")), "database_unreachable"),
        (file, sqlx::Error::PoolTimedOut, "database_busy"),
        (file, sqlx::Error::RowNotFound, "database_unreadable"),
    ] {
        let check = unreadable(target, &error.into());
        assert_eq!(code(&check), wanted, "{check:?}");
        assert!(!check.finding.contains("secret"), "{check:?}");
    }
}
