//! What may be asked for, and who may settle it: pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::{EntryId, SaleId};
use domain::money::{AmountError, Points};
use domain::points::Programme;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::rules::{Posting, PostingKind, When, expires_on, vests_on};
use super::{Adjustment, Ask, Cause, State};

/// What one person does alone for one account is added up over so many days, so that no sum can be cut into small ones.
pub const ALONE_DAYS: i64 = 30;
pub(super) const NOTE_CHARS: usize = 200;
/// Nobody means more than that.
pub(super) const MOST: Points = Points(1_000_000_000);

/// How far one person goes alone, and how long a request waits for a second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub alone: Points,
    pub days: i64,
}

impl Limits {
    pub(super) fn ends_at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        TimeDelta::try_days(self.days).and_then(|days| now.checked_add_signed(days)).unwrap_or(now)
    }
}

/// Why something is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NoPoints,
    TooMany,
    /// The programme gives whole points.
    Fraction,
    NoNote,
    LongNote,
    Signs,
    /// The form was sent before, with something else in it.
    Used,
    Unknown,
    Settled,
    Ended,
    /// Who asked does not agree.
    Own,
    /// A script is no second person, and no first one.
    Script,
}

impl Refusal {
    pub const ALL: [Self; 12] = [
        Self::NoPoints,
        Self::TooMany,
        Self::Fraction,
        Self::NoNote,
        Self::LongNote,
        Self::Signs,
        Self::Used,
        Self::Unknown,
        Self::Settled,
        Self::Ended,
        Self::Own,
        Self::Script,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::NoPoints => "points",
            Self::TooMany => "most",
            Self::Fraction => "fraction",
            Self::NoNote => "note",
            Self::LongNote => "long",
            Self::Signs => "signs",
            Self::Used => "used",
            Self::Unknown => "unknown",
            Self::Settled => "settled",
            Self::Ended => "ended",
            Self::Own => "own",
            Self::Script => "script",
        }
    }
}

fn is_script(who: &str) -> bool {
    who.starts_with("token:")
}

fn of_note(note: &str) -> Option<Refusal> {
    let note = note.trim();
    if note.is_empty() {
        return Some(Refusal::NoNote);
    }
    // Nobody types them, and not every database keeps them.
    if note.chars().any(char::is_control) {
        return Some(Refusal::Signs);
    }
    (note.chars().count() > NOTE_CHARS).then_some(Refusal::LongNote)
}

pub(super) fn refusal(ask: &Ask, programme: Option<&Programme>) -> Option<Refusal> {
    let whole = programme.is_some_and(|rules| rules.decimals == 0);
    if is_script(&ask.by) {
        Some(Refusal::Script)
    } else if ask.points.is_zero() {
        Some(Refusal::NoPoints)
    } else if ask.points.0.unsigned_abs() > MOST.0.unsigned_abs() {
        Some(Refusal::TooMany)
    } else if whole && ask.points.0 % Points::ONE.0 != 0 {
        Some(Refusal::Fraction)
    } else {
        of_note(&ask.note)
    }
}

/// Whether a second person must agree. `before` is what the first one did alone for the account in [`ALONE_DAYS`].
pub(super) fn needs_second(points: Points, before: Points, limits: Limits) -> bool {
    points.0.saturating_abs().saturating_add(before.0) > limits.alone.0
}

/// Whether a form that comes again says what it said the first time.
pub(super) fn is_same(kept: &Adjustment, ask: &Ask) -> bool {
    let said = |a: &Adjustment| (a.account, a.points, a.cause, a.sale, a.note.clone(), a.asked_by.clone());
    said(kept) == (ask.account, ask.points, ask.cause, ask.sale, ask.note.trim().to_owned(), ask.by.clone())
}

/// What a second person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Agreed,
    Refused { why: String },
}

/// None where it is settled as it says; what is settled alike already by the same person says nothing new.
pub(super) fn settling(
    kept: &Adjustment,
    by: &str,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> Result<bool, Refusal> {
    let wanted = if *verdict == Verdict::Agreed { State::Posted } else { State::Refused };
    if is_script(by) {
        return Err(Refusal::Script);
    }
    if kept.state == wanted && kept.settled_by.as_deref() == Some(by) {
        return Ok(false);
    }
    match verdict {
        _ if kept.state != State::Waiting => Err(Refusal::Settled),
        _ if kept.ends_at <= now => Err(Refusal::Ended),
        // Who asked may withdraw it.
        Verdict::Agreed if kept.asked_by == by => Err(Refusal::Own),
        Verdict::Agreed => Ok(true),
        Verdict::Refused { why } => of_note(why).map_or(Ok(true), Err),
    }
}

/// Why the entry was posted: kept in its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    pub adjustment: EntryId,
    /// The chain's date on which it counts.
    pub day: NaiveDate,
    pub cause: Cause,
    pub note: String,
    /// The receipt that it is about.
    pub receipt: Option<SaleId>,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
    /// None where one person could do it alone.
    pub agreed_by: Option<String>,
    /// How much that was.
    pub alone: Points,
}

impl ByHand {
    pub fn of(reason: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Reason {
            by_hand: ByHand,
        }
        serde_json::from_str::<Reason>(reason).ok().map(|reason| reason.by_hand)
    }

    /// The day alone, which is all that points are computed from: whatever else a later version says there.
    pub fn day_of(reason: &str) -> Option<NaiveDate> {
        #[derive(Deserialize)]
        struct Day {
            day: NaiveDate,
        }
        #[derive(Deserialize)]
        struct Reason {
            by_hand: Day,
        }
        serde_json::from_str::<Reason>(reason).ok().map(|reason| reason.by_hand.day)
    }

    /// Whether the request says the same, and two different persons stand behind what one could not do alone.
    pub(super) fn is_of(&self, asked: &Adjustment) -> bool {
        let Self { adjustment, day: _, cause, note, receipt, asked_by, asked_at, agreed_by, alone } = self;
        let says =
            (*adjustment, *cause, note, *receipt, asked_by, asked_at.timestamp_millis(), agreed_by, *alone);
        let asked_at = asked.asked_at.timestamp_millis();
        let Adjustment { id, cause, note, sale, asked_by: by, settled_by, alone: most, .. } = asked;
        let kept = (*id, *cause, note, *sale, by, asked_at, settled_by, *most);
        let has_second = agreed_by.as_ref().is_some_and(|by| by != asked_by);
        let may_be_one = agreed_by.is_none() && asked.points.0.saturating_abs() <= most.0;
        says == kept && (has_second || may_be_one)
    }
}

/// The entry of what nobody has to agree to any more.
pub(super) fn posting(
    of: &Adjustment,
    agreed_by: Option<&str>,
    programme: Option<&Programme>,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Posting, AmountError> {
    let kind = if of.points.is_negative() { PostingKind::Taken } else { PostingKind::Given };
    let id = entry_id(of.id, of.asked_at);
    let when = When { business_date: day, occurred_at: now, posted_at: now };
    let why = ByHand {
        adjustment: of.id,
        day,
        cause: of.cause,
        note: of.note.clone(),
        receipt: of.sale,
        asked_by: of.asked_by.clone(),
        asked_at: of.asked_at,
        agreed_by: agreed_by.map(str::to_owned),
        alone: of.alone,
    };
    Ok(Posting {
        id,
        account: of.account,
        kind,
        points: if of.points.is_negative() { of.points.negated()? } else { of.points },
        sale: SaleId(id.0),
        lot_of: SaleId(id.0),
        shares: vec![],
        programme: programme.map(|rules| rules.version),
        expires_on: expires_on(kind, programme, when),
        vests_on: vests_on(kind, programme, day),
        over: Points::ZERO,
        reason: serde_json::json!({ "by_hand": why }).to_string(),
        occurred_at: now,
        posted_at: now,
        business_date: day,
    })
}

/// As it is kept while it waits.
pub(super) fn request(ask: &Ask, alone: Points, now: DateTime<Utc>, ends_at: DateTime<Utc>) -> Adjustment {
    Adjustment {
        id: ask.id,
        account: ask.account,
        points: ask.points,
        cause: ask.cause,
        note: ask.note.trim().to_owned(),
        sale: ask.sale,
        alone,
        asked_by: ask.by.clone(),
        asked_at: now,
        ends_at,
        state: State::Waiting,
        settled_by: None,
        settled_at: None,
        refusal: None,
        entry: None,
    }
}

/// Made from the request: posting it twice fails on the primary key.
fn entry_id(adjustment: EntryId, asked_at: DateTime<Utc>) -> EntryId {
    let digest = Sha256::digest(format!("yapa-entry\nby hand\n{adjustment}"));
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&digest[..10]);
    EntryId::new(asked_at.timestamp_millis(), entropy)
}

#[cfg(test)]
mod tests;
