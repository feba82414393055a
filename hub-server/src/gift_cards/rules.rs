//! What a till gets of a card, and what a sale does to cards: pure.

use chrono::{DateTime, TimeDelta, Utc};
use domain::gift_card::{GiftCard, GiftHold, GiftHoldRequest};
use domain::ids::GiftHoldId;
use domain::money::Money;
use domain::sale::{Sale, SaleStatus};

use super::{CardRow, HoldRow};

/// Characters of what somebody says of a card.
const NOTE_CHARS_MAX: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// It was sold, or more was put onto it.
    Loaded,
    Spent,
    /// Money that went back onto it.
    Refunded,
    Blocked,
    Unblocked,
}

impl EntryKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Spent => "spent",
            Self::Refunded => "refunded",
            Self::Blocked => "blocked",
            Self::Unblocked => "unblocked",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HoldState {
    Held,
    /// Its sale has come.
    Paid,
    Ended,
}

impl HoldState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Paid => "paid",
            Self::Ended => "ended",
        }
    }

    pub fn of(row: &HoldRow) -> Self {
        [Self::Held, Self::Paid].into_iter().find(|state| state.code() == row.state).unwrap_or(Self::Ended)
    }
}

/// What is to be done about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Nothing,
    Hold { amount: Money, left: Money },
}

/// What a till hears that wants an amount of a card. None: something else was asked under this id. `passed` is the place
/// up to which its log holds nothing any more.
pub(super) fn decide(
    card: Option<&CardRow>,
    before: Option<&HoldRow>,
    passed: Option<i64>,
    request: &GiftHoldRequest,
) -> (Option<GiftHold>, Then) {
    let says = |answer| (Some(answer), Then::Nothing);
    if let Some(row) = before {
        if row.digest != request.card.digest() {
            return (None, Then::Nothing);
        }
        // One that ended before it came says nothing of what was asked.
        let is_bare = row.sale.is_none();
        let is_same = row.sale == Some(request.sale) && row.asked == request.amount;
        return match HoldState::of(row) {
            _ if !is_same && !is_bare => (None, Then::Nothing),
            HoldState::Held | HoldState::Paid if !is_bare => {
                says(GiftHold::Held { amount: row.amount, left: row.card_left })
            }
            // Asked again, whoever was refused hears why.
            _ if is_bare => says(spendable(card).err().unwrap_or(GiftHold::Ended)),
            _ => says(GiftHold::Ended),
        };
    }
    if passed.is_some_and(|passed| passed > request.seq) {
        return says(GiftHold::Ended);
    }
    let available = match spendable(card) {
        Ok(available) => available,
        Err(why) => return says(why),
    };
    let amount = request.amount.min(available);
    let left = Money(available.0 - amount.0);
    (Some(GiftHold::Held { amount, left }), Then::Hold { amount, left })
}

/// What can be held of a card, or why nothing.
fn spendable(card: Option<&CardRow>) -> Result<Money, GiftHold> {
    let card = card.ok_or(GiftHold::Unknown)?;
    match card.available() {
        _ if card.blocked => Err(GiftHold::Blocked),
        available if available <= Money::ZERO => Err(GiftHold::Empty),
        available => Ok(available),
    }
}

/// What a sale does to a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move<'s> {
    /// The same for the same sale.
    pub id: String,
    pub card: &'s GiftCard,
    pub sale: &'s Sale,
    pub kind: EntryKind,
    /// Above zero.
    pub amount: Money,
    pub hold: Option<GiftHoldId>,
}

pub(super) fn moves(sale: &Sale) -> impl Iterator<Item = Move<'_>> {
    let sold = sale.counted_lines().filter_map(move |line| {
        let card = line.gift_card.as_deref()?;
        let amount = line.paid().ok()?;
        let id = format!("{}:line:{}", sale.id, line.number);
        Some(Move { id, card, sale, kind: EntryKind::Loaded, amount, hold: None })
    });
    let counts = sale.status == SaleStatus::Completed;
    let paid = sale.tenders.iter().enumerate().filter(move |_| counts).filter_map(move |(place, tender)| {
        let of_card = tender.gift_card.as_deref()?;
        let kind = if tender.amount.is_negative() { EntryKind::Refunded } else { EntryKind::Spent };
        let amount = Money(tender.amount.0.saturating_abs());
        let id = format!("{}:tender:{place}", sale.id);
        Some(Move { id, card: &of_card.card, sale, kind, amount, hold: of_card.hold })
    });
    sold.chain(paid).filter(|step| step.amount > Money::ZERO)
}

/// Why a word of the desk is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody has heard of the card.
    Unknown,
    NoNote,
    LongNote,
    /// The till may still be on its way with the sale.
    Early,
}

/// How long a hold stands before a person may let it go.
const RELEASE_AFTER: TimeDelta = TimeDelta::hours(24);

/// Whether a person may let go of a hold that a till asked for then.
pub(super) fn may_release(held_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if now - held_at < RELEASE_AFTER { Err(Refusal::Early) } else { Ok(()) }
}

impl Refusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NoNote => "note",
            Self::LongNote => "long",
            Self::Early => "early",
        }
    }
}

/// Why somebody says it, as it is kept.
pub(super) fn note(text: &str) -> Result<String, Refusal> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Refusal::NoNote),
        1..=NOTE_CHARS_MAX => Ok(text.to_owned()),
        _ => Err(Refusal::LongNote),
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::{LogId, SaleId};

    use super::*;

    fn gift_card(number: &str) -> GiftCard {
        GiftCard::read(number).unwrap()
    }

    fn request(amount: i64) -> GiftHoldRequest {
        GiftHoldRequest {
            hold: GiftHoldId::new(1, [1; 10]),
            card: gift_card("29800000000000001237"),
            sale: SaleId::new(1, [1; 10]),
            amount: Money(amount),
            log: LogId::new(1, [1; 10]),
            seq: 5,
            given_up: vec![],
        }
    }

    #[test]
    fn what_a_till_hears_that_wants_an_amount() {
        let asked = request(500);
        let card = |balance: i64, held: i64, blocked| CardRow {
            digest: asked.card.digest().to_owned(),
            last_four: "1237".to_owned(),
            blocked,
            balance: Money(balance),
            held: Money(held),
            created_at: DateTime::UNIX_EPOCH,
        };
        let row = |amount: i64, sale, state: HoldState| HoldRow {
            hold: asked.hold,
            digest: asked.card.digest().to_owned(),
            store: "001".to_owned(),
            till: "1".to_owned(),
            sale,
            asked: Money(amount),
            amount: Money(300),
            card_left: Money(7),
            state: state.code().to_owned(),
            held_at: DateTime::UNIX_EPOCH,
        };
        let own = Some(asked.sale);
        let held = |amount, left| Some(GiftHold::Held { amount: Money(amount), left: Money(left) });
        let (there, other) = (card(800, 0, false), Some(SaleId::new(1, [9; 10])));
        for (name, card, before, passed, wanted) in [
            ("enough", Some(card(800, 0, false)), None, None, held(500, 300)),
            ("all of it", Some(card(500, 0, false)), None, None, held(500, 0)),
            ("what is left", Some(card(800, 600, false)), None, None, held(200, 0)),
            ("nothing left", Some(card(800, 800, false)), None, None, Some(GiftHold::Empty)),
            ("blocked", Some(card(800, 0, true)), None, None, Some(GiftHold::Blocked)),
            ("unknown", None, None, None, Some(GiftHold::Unknown)),
            ("again", Some(there.clone()), Some(row(500, own, HoldState::Held)), None, held(300, 7)),
            (
                "again, blocked since",
                Some(card(800, 300, true)),
                Some(row(500, own, HoldState::Held)),
                None,
                held(300, 7),
            ),
            (
                "again, paid since",
                Some(there.clone()),
                Some(row(500, own, HoldState::Paid)),
                None,
                held(300, 7),
            ),
            (
                "ended",
                Some(there.clone()),
                Some(row(500, own, HoldState::Ended)),
                None,
                Some(GiftHold::Ended),
            ),
            (
                "ended before it came",
                Some(there.clone()),
                Some(row(0, None, HoldState::Ended)),
                None,
                Some(GiftHold::Ended),
            ),
            (
                "refused before, and still nothing there",
                Some(card(800, 800, false)),
                Some(row(0, None, HoldState::Ended)),
                None,
                Some(GiftHold::Empty),
            ),
            (
                "refused before, and nobody knows the card",
                None,
                Some(row(0, None, HoldState::Ended)),
                None,
                Some(GiftHold::Unknown),
            ),
            ("another amount", Some(there.clone()), Some(row(400, own, HoldState::Held)), None, None),
            ("another sale", Some(there.clone()), Some(row(500, other, HoldState::Held)), None, None),
            ("the log has passed it", Some(there.clone()), None, Some(6), Some(GiftHold::Ended)),
            ("the log is not so far", Some(there), None, Some(5), held(500, 300)),
        ] {
            let (answer, then) = decide(card.as_ref(), before.as_ref(), passed, &asked);
            assert_eq!(answer, wanted, "{name}");
            let is_new = before.is_none() && matches!(wanted, Some(GiftHold::Held { .. }));
            assert_eq!(then != Then::Nothing, is_new, "{name}");
        }
        let of_other = HoldRow { digest: "x".to_owned(), ..row(500, own, HoldState::Held) };
        assert_eq!(decide(None, Some(&of_other), None, &asked), (None, Then::Nothing));
    }

    #[test]
    fn what_a_till_holds_is_let_go_after_a_day() {
        let at = |hours| DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        for (hours, wanted) in
            [(0, Err(Refusal::Early)), (23, Err(Refusal::Early)), (24, Ok(())), (99, Ok(()))]
        {
            assert_eq!(may_release(at(0), at(hours)), wanted, "{hours}");
        }
    }

    #[test]
    fn a_word_says_why() {
        let long = "x".repeat(201);
        for (text, wanted) in [
            (" Perdida \u{7}", Ok("Perdida".to_owned())),
            ("  ", Err(Refusal::NoNote)),
            (long.as_str(), Err(Refusal::LongNote)),
        ] {
            assert_eq!(note(text), wanted, "{text:?}");
        }
    }
}
