//! What is kept without effect and waits for a person.

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
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
use crate::sync::{self, Quarantined};

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

/// `GET /quarantine`
pub async fn show(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "quarantine-title").await?;
    let rows = sync::quarantine(&mut screen.tx, false, SHOWN).await?;
    let all = sync::quarantine_count(&mut screen.tx).await?;
    let more = (all - i64::try_from(rows.len()).unwrap_or(all)).max(0);
    let in_scope = |row: &&Quarantined| match &row.store {
        Some(store) => actor.scope.allows(store),
        None => screen.whole_chain,
    };
    let kept = rows.iter().filter(in_scope).map(|row| kept(&screen, row)).collect();
    let settles = actor.may(Permission::SettleQuarantine);
    html(&QuarantinePage { kept, settles, more, page: screen.page.live("tills") })
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

/// `POST /quarantine/settle`
pub async fn settle(
    State(app): State<App>,
    actor: Actor,
    Sent(settled): Sent<Settled>,
) -> Result<Redirect, Error> {
    let unknown = || Error::not_found("not_in_quarantine", "This event is not in quarantine.");
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
    fn bytes_are_shown_without_what_could_act() {
        for (raw, wanted) in [(&b"a\x1b[31m\n"[..], "a·[31m\n"), (b"\xff\xfe", "\u{FFFD}\u{FFFD}")] {
            assert_eq!(readable(raw), wanted);
        }
        assert_eq!(readable(&vec![b'x'; RAW_CHARS + 1]).chars().count(), RAW_CHARS + 1);
    }
}
