//! Who may know whom.

use super::Findings;
use super::source::{File, Tree, line_of};

const CRATES: &[(&str, &str, &[&str])] = &[
    ("domain/Cargo.toml", "domain", &[]),
    // For its command line; `places` keeps it out of the rest.
    ("firmware-config/Cargo.toml", "firmware-config", &["kit"]),
    ("kit/Cargo.toml", "kit", &["domain"]),
    ("pos-agent/Cargo.toml", "pos-agent", &["domain", "kit", "firmware-config"]),
    ("hub-server/Cargo.toml", "hub-server", &["domain", "kit"]),
];

/// The directions of the crates, by what their manifests depend on; root package and tests know all.
pub fn crates(tree: &Tree) -> Findings {
    let ours: Vec<&str> = CRATES.iter().map(|(_, name, _)| *name).chain(["yapa", "tests"]).collect();
    let mut findings = vec![];
    for (path, name, may) in CRATES {
        let Some(file) = tree.files.iter().find(|file| file.path == *path) else { continue };
        let manifest: toml::Table = file.text.parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let known = manifest.get(section).and_then(toml::Value::as_table);
            let known = known.into_iter().flat_map(toml::Table::keys).map(String::as_str);
            let wrong = known.filter(|crate_| ours.contains(crate_) && !may.contains(crate_));
            findings.extend(wrong.map(|wrong| format!("{path}: {name} must not know {wrong}")));
        }
    }
    findings
}

/// In the order in which they may know each other.
const ROOMS: &[&str] = &[
    "access",
    "catalogue",
    "members",
    "ledger",
    "sync",
    "sales",
    "gift_cards",
    "redemption",
    "stock",
    "insights",
    "programme",
    "marketing",
    "crm",
    "accounting",
    "signals",
    "card_page",
    "receipt_page",
];
/// Below the rooms, with the rooms that each may know all the same: whoever listens must be somebody.
const GROUND: &[(&str, &[&str])] = &[("db", &[]), ("kit", &[]), ("live", &["access"])];
/// Above the rooms: these know all of them, and no room knows these. The last two are tests of the whole hub.
const ROOF: &[&str] = &["intake", "backup", "doctor", "cli", "regulars", "walk"];

pub fn rooms(tree: &Tree) -> Findings {
    let mut findings = vec![];
    for file in tree.rust("hub-server/src/") {
        let inside = &file.path["hub-server/src/".len()..];
        let Some((room, _)) = inside.split_once('/') else { continue };
        if ROOF.contains(&room) {
            continue;
        }
        let place = ROOMS.iter().position(|name| *name == room);
        let ground = GROUND.iter().find(|(name, _)| *name == room);
        if place.is_none() && ground.is_none() {
            findings.push(format!("{}: say in tidy/directions.rs where {room} stands", file.path));
        }
        for (known, at) in known_modules(file, inside) {
            let other = ROOMS.iter().position(|name| *name == known);
            let wrong = match (ground, other) {
                (Some((_, may)), Some(_)) => !may.contains(&known),
                (None, Some(other)) => place.is_some_and(|place| other > place),
                (_, None) => ROOF.contains(&known),
            };
            if wrong {
                findings.push(format!(
                    "{}:{}: {room} must not know {known}",
                    file.path,
                    line_of(&file.code, at)
                ));
            }
        }
    }
    findings
}

/// The modules of the crate's first level that the file names, by `crate::` or by as many `super::`.
fn known_modules<'f>(file: &'f File, inside: &str) -> Vec<(&'f str, usize)> {
    let folders = inside.matches('/').count();
    let depth = if inside.ends_with("/mod.rs") { folders } else { folders + 1 };
    let ways = ["crate::".to_owned(), "super::".repeat(depth)];
    let mut known = vec![];
    for way in ways {
        for (at, _) in file.code.match_indices(&way) {
            let before = file.code[..at].chars().next_back().unwrap_or(' ');
            if before == ':' || before.is_alphanumeric() || before == '_' {
                continue;
            }
            let from = at + way.len();
            match file.code[from..].strip_prefix('{') {
                Some(group) => known.extend(first_names(group).map(|name| (name, at))),
                None => known.push((identifier(&file.code[from..]), at)),
            }
        }
    }
    known
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The names on the first level of `{a::b, c::{d, e}, f}`.
fn first_names(group: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let mut starts = vec![0];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(at + 1),
            _ => {}
        }
    }
    starts.into_iter().map(|start| identifier(group[start..].trim_start())).filter(|name| !name.is_empty())
}

#[test]
fn a_crate_in_the_wrong_direction_is_found() {
    super::assert_finds(
        crates,
        &[("hub-server/Cargo.toml", "[dependencies]\ndomain.workspace = true\nserde.workspace = true")],
        &[
            ("hub-server/Cargo.toml", "[dependencies]\npos-agent.workspace = true"),
            ("pos-agent/Cargo.toml", "[dev-dependencies]\nhub-server = { path = \"x\" }"),
            ("domain/Cargo.toml", "[dependencies]\nkit.workspace = true"),
            ("firmware-config/Cargo.toml", "[dependencies]\ndomain.workspace = true"),
            ("kit/Cargo.toml", "[build-dependencies]\nyapa.workspace = true"),
        ],
    );
}

#[test]
fn a_room_in_the_wrong_direction_is_found() {
    super::assert_finds(
        rooms,
        &[
            ("hub-server/src/sales/mod.rs", "use crate::{ledger, members::{marketing}}; use super::sync;"),
            ("hub-server/src/sales/store.rs", "use super::stock; // crate::stock\nlet s = \"crate::stock\";"),
            ("hub-server/src/app.rs", "use crate::marketing;"),
            ("hub-server/src/intake/mod.rs", "use crate::marketing;"),
            ("hub-server/src/live/stream.rs", "use crate::access::Actor;"),
            ("hub-server/src/sales/rules.rs", "#[cfg(test)]\nmod tests { use crate::stock; }"),
        ],
        &[
            ("hub-server/src/sales/mod.rs", "use crate::stock::Level;"),
            ("hub-server/src/sales/mod.rs", "use super::stock;"),
            ("hub-server/src/sales/store.rs", "use super::super::stock;"),
            ("hub-server/src/access/api.rs", "use crate::{\n    db,\n    insights::{a, b},\n};"),
            ("hub-server/src/catalogue/feed/mod.rs", "fn f() { crate::members::list() }"),
            ("hub-server/src/db/mod.rs", "use crate::access;"),
            ("hub-server/src/live/mod.rs", "use crate::members;"),
            ("hub-server/src/sales/mod.rs", "use crate::intake;"),
            ("hub-server/src/parlour/mod.rs", "fn f() {}"),
        ],
    );
}
