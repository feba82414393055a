//! What is kept without effect and waits for a person.

use std::time::{Duration, Instant};

use askama::Template;
use axum::Form as Sent;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{Html, Redirect};
use domain::ids::LogId;
use serde::Deserialize;

use crate::access::pages::html;
use crate::access::{Actor, Permission, audit};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::{Page, Words};
use crate::live::News;
use crate::sync::{self, Quarantined, Tried};

const SHOWN: i64 = 50;
/// More of an event than this is for the command line.
const RAW_CHARS: usize = 4_000;

#[derive(Debug)]
pub struct Kept {
    pub reason: String,
    pub code: String,
    pub place: String,
    pub when: String,
    pub detail: String,
    pub log: String,
    pub seq: i64,
    pub raw: String,
    /// It can be tried again.
    pub again: bool,
}

#[derive(Debug, Template)]
#[template(path = "sync/pages/quarantine.html")]
pub struct QuarantinePage {
    pub page: Page,
    pub kept: Vec<Kept>,
    /// The reader may settle.
    pub settles: bool,
    /// Older ones that are not shown.
    pub more: i64,
}

impl QuarantinePage {
    /// Whether some of them can be tried again.
    fn again(&self) -> bool {
        self.kept.iter().any(|kept| kept.again)
    }
}

/// `GET /quarantine`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    tried: Result<Query<After>, QueryRejection>,
) -> Result<Html<String>, Error> {
    // The address without them is the page itself.
    let tried = tried.ok().map(|Query(after)| after);
    let mut screen = Screen::open(&app, &actor, &uri, "quarantine-title").await?;
    let rows = sync::quarantine(&mut screen.tx, false, SHOWN).await?;
    let all = sync::quarantine_count(&mut screen.tx).await?;
    let more = (all - i64::try_from(rows.len()).unwrap_or(all)).max(0);
    let in_scope = |row: &&Quarantined| match &row.store {
        Some(store) => actor.scope.allows(store),
        None => screen.whole_chain,
    };
    let kept: Vec<Kept> = rows.iter().filter(in_scope).map(|row| kept(&screen, row)).collect();
    let settles = actor.may(Permission::SettleQuarantine);
    if let Some(after) = tried {
        screen.page.notice = said(screen.words(), after);
    }
    html(&QuarantinePage { kept, settles, more, page: screen.page.live("tills") })
}

/// How many were tried again, and how many of them took effect.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct After {
    tried: u32,
    applied: u32,
}

fn said(words: &Words, after: After) -> String {
    let applied = match after.applied {
        0 => words.t("quarantine-none-applied"),
        n => words.count("quarantine-applied", n.into()),
    };
    let left = after.tried.saturating_sub(after.applied);
    if left == 0 { applied } else { format!("{applied} {}", words.count("quarantine-still", left.into())) }
}

fn kept(screen: &Screen, row: &Quarantined) -> Kept {
    let words = screen.words();
    let place = match (&row.store, &row.till) {
        (Some(store), Some(till)) => format!("{} · {till}", screen.store_name(store)),
        _ => words.t("quarantine-file"),
    };
    Kept {
        reason: reason(words, &row.code),
        code: row.code.clone(),
        place,
        when: words.ago(row.received_at, screen.now),
        detail: row.detail.clone(),
        log: row.log.to_string(),
        seq: row.seq,
        raw: readable(&row.raw),
        again: row.in_custody,
    }
}

/// The reason in the reader's words, by the family of its code.
fn reason(words: &Words, code: &str) -> String {
    let key = match code {
        "conflict" | "receipt_conflict" => "quarantine-why-conflict",
        "broken_body" | "unreadable_event" | "nul_character" => "quarantine-why-unreadable",
        "held" | "unknown_kind" => "quarantine-why-unknown",
        "other_till" => "quarantine-why-till",
        "card_taken" => "quarantine-why-card",
        "late_card_attached" | "late_card_has_card" => "quarantine-why-late-card",
        "apply_failed" => "quarantine-why-failed",
        _ => "quarantine-why-rule",
    };
    words.t(key)
}

/// As text where it is text, without control characters; nothing of it runs.
fn readable(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let shown: String =
        text.chars().map(|c| if c.is_control() && c != '\n' { '·' } else { c }).take(RAW_CHARS).collect();
    if text.chars().count() > RAW_CHARS { format!("{shown}…") } else { shown }
}

#[derive(Debug, Deserialize)]
pub struct Settled {
    log: String,
    seq: i64,
}

/// All that waits is tried for so long with one press; the next press goes on.
const AT_ONCE: Duration = Duration::from_secs(10);

/// One place, or all that waits.
#[derive(Debug, Deserialize)]
pub struct Again {
    #[serde(default)]
    log: String,
    #[serde(default)]
    seq: i64,
    #[serde(default)]
    all: bool,
}

/// `POST /quarantine/apply`: tries one event again, or all that wait.
pub async fn apply(
    State(app): State<App>,
    actor: Actor,
    Sent(again): Sent<Again>,
) -> Result<Redirect, Error> {
    let begun = Instant::now();
    let places = if again.all {
        let mut tx = app.db.read().await?;
        sync::waiting_places(&mut tx).await?
    } else {
        vec![(again.log.parse().map_err(|_| unknown())?, again.seq)]
    };
    let (mut tried, mut applied) = (0_u32, 0_u32);
    for (log, seq) in places.into_iter().take_while(|_| begun.elapsed() < AT_ONCE) {
        match sync::try_again(&app, app.pushes.rooms(), (log, seq), &actor.who).await {
            Ok(Tried::Applied) => (tried, applied) = (tried + 1, applied + 1),
            Ok(Tried::Kept(_)) => tried += 1,
            // Somebody else was faster.
            Ok(Tried::Nothing) => {}
            Err(error) if !again.all => return Err(error.into()),
            // The others have their turn all the same.
            Err(error) => {
                tracing::error!(code = "quarantine_not_tried", %log, seq, %error, "an event could not be tried again");
                tried += 1;
            }
        }
    }
    Ok(Redirect::to(&format!("/quarantine?tried={tried}&applied={applied}")))
}

fn unknown() -> Error {
    Error::not_found("not_in_quarantine", "This event is not in quarantine.")
}

/// `POST /quarantine/settle`
pub async fn settle(
    State(app): State<App>,
    actor: Actor,
    Sent(settled): Sent<Settled>,
) -> Result<Redirect, Error> {
    let log: LogId = settled.log.parse().map_err(|_| unknown())?;
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    if sync::settle(&mut tx, log, settled.seq, &actor.who, now).await? {
        let subject = format!("{log} {}", settled.seq);
        audit::note(&mut tx, now, &actor.who, "quarantine.settle", &subject, "").await?;
    }
    tx.commit().await?;
    app.live.tell([News::Tills]);
    Ok(Redirect::to("/quarantine"))
}

#[cfg(test)]
pub mod sample {
    use super::*;

    pub fn full(words: &Words) -> QuarantinePage {
        let one = |code: &str, seq| Kept {
            reason: reason(words, code),
            code: code.to_owned(),
            place: "Centro · 2".to_owned(),
            when: words.count("ago-minutes", 5),
            detail: "lines come to 12.50 and tenders less change to 12.00".to_owned(),
            log: "0192d1a0-0000-7000-8000-000000000001".to_owned(),
            seq,
            raw: readable(b"{\"kind\":\"sale\",\"total\":\"12.50\"}\x07<b>"),
            again: seq == 15,
        };
        QuarantinePage {
            page: Page::sample(words, &words.t("quarantine-title"), "/quarantine").live("tills"),
            kept: vec![one("sale_tender_sum", 14), one("broken_body", 15)],
            settles: true,
            more: 3,
        }
    }

    pub fn none(words: &Words) -> QuarantinePage {
        QuarantinePage { kept: Vec::new(), more: 0, ..full(words) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_how_many_took_effect_and_how_many_did_not() {
        let words = Words::sample_en();
        for (tried, applied, wanted) in [
            (1, 1, "1 event took effect."),
            (3, 2, "2 events took effect. 1 still does not fit."),
            (2, 0, "Nothing took effect. 2 still do not fit."),
            (0, 0, "Nothing took effect."),
        ] {
            assert_eq!(said(&words, After { tried, applied }), wanted);
        }
    }

    #[test]
    fn bytes_are_shown_without_what_could_act() {
        for (raw, wanted) in [(&b"a\x1b[31m\n"[..], "a·[31m\n"), (b"\xff\xfe", "\u{FFFD}\u{FFFD}")] {
            assert_eq!(readable(raw), wanted);
        }
        assert_eq!(readable(&vec![b'x'; RAW_CHARS + 1]).chars().count(), RAW_CHARS + 1);
    }
}
