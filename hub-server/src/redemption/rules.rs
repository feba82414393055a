//! What a till hears that wants points, over what is known: pure.

use std::collections::BTreeMap;

use domain::ids::RedemptionId;
use domain::money::{AmountError, Points};
use domain::sync::redemption::{
    Account, Answer, Ask, Moment, NotReleased, Place, Reservation, ReservationState, ReserveReply,
};

use super::Row;
use crate::db::DbError;

impl Row {
    /// None for what no release of this program wrote.
    pub(super) fn state(&self) -> Option<ReservationState> {
        ReservationState::of_code(&self.state)
    }

    /// As the rules know it.
    pub(super) fn reserved(&self) -> Result<Reserved, DbError> {
        let state = self
            .state()
            .ok_or_else(|| DbError::BadRow { what: "the state of a reservation", why: self.state.clone() })?;
        let at_ms = self.asked_at.timestamp_millis();
        let row = Reservation { till: self.till, points: self.points, state, intent: self.intent(), at_ms };
        Ok((self.redemption, row))
    }

    fn intent(&self) -> Option<Place> {
        let moment = Moment { boot: self.boot.clone()?, mono_ms: self.mono_ms?, utc_ms: self.utc_ms? };
        Some(Place { log: self.log?, seq: self.seq?, moment })
    }
}

/// What a request is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// What of the account can be spent today, what is held among it.
    pub spendable: Points,
    /// What is held of it, and of accounts that it is or was one with.
    pub held: Vec<Reserved>,
    /// What is known under the name that is asked for, whoever's it is.
    pub known: Option<Reserved>,
    /// Where the till wrote the events behind its intent that are in custody; none where they are too many for a request
    /// that is not an old copy.
    pub behind: Option<Vec<Place>>,
}

/// A reservation with its name.
pub(super) type Reserved = (RedemptionId, Reservation);

/// What is to be done about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Nothing,
    Hold,
    /// The till takes it no more: a row that has ended keeps copies of the request from holding anything.
    LeaveEnded,
}

/// None: something else was asked for under this name.
pub(super) fn decide(
    ask: &Ask,
    facts: &Facts,
    now_ms: i64,
) -> Result<(Option<ReserveReply>, Then), AmountError> {
    let mut rows: BTreeMap<_, _> = facts.held.iter().cloned().collect();
    match &facts.known {
        None if is_over(ask, facts.behind.as_deref(), now_ms) => {
            return Ok((Some(ReserveReply::Ended), Then::LeaveEnded));
        }
        // Of another member.
        Some((id, row)) if row.state == ReservationState::Held && !rows.contains_key(id) => {
            return Ok((None, Then::Nothing));
        }
        Some((id, row)) => {
            rows.insert(*id, row.clone());
        }
        None => {}
    }
    let mut account = Account::of(facts.spendable, rows, BTreeMap::new())?;
    let answer = account.reserve(ask, now_ms)?;
    let then = if answer == Answer::Held && facts.known.is_none() { Then::Hold } else { Then::Nothing };
    let reply = match answer {
        Answer::Held => Some(ReserveReply::Held { left: account.available() }),
        Answer::NotEnough { available } => Some(ReserveReply::NotEnough { available }),
        Answer::Ended => Some(ReserveReply::Ended),
        Answer::Differs => None,
    };
    Ok((reply, then))
}

/// Whether the till's log has passed the time for which the till would take the points.
fn is_over(ask: &Ask, behind: Option<&[Place]>, now_ms: i64) -> bool {
    let wanted = Reservation {
        till: ask.till,
        points: ask.points,
        state: ReservationState::Held,
        intent: Some(ask.intent.clone()),
        at_ms: now_ms,
    };
    behind.is_none_or(|behind| behind.iter().any(|place| wanted.is_over(place)))
}

/// Whether one person may ask that a reservation be released, or a second one agree after `first`.
pub(super) fn may_release(
    reserved: &Reserved,
    first: Option<&str>,
    who: &str,
    now_ms: i64,
) -> Result<(), NotReleased> {
    let (id, row) = reserved;
    let mut account = Account::of(Points::ZERO, BTreeMap::from([(*id, row.clone())]), BTreeMap::new())?;
    // Nobody's name is empty.
    account.release(*id, now_ms, (first.unwrap_or_default(), who)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use domain::ids::{LogId, TillId};
    use domain::sync::redemption::{HELD_MS, RELEASE_AFTER_MS};

    use super::*;

    const NOW: i64 = 1_000_000;

    fn till(n: u8) -> TillId {
        TillId::new(1, [n; 10])
    }

    fn id(n: u8) -> RedemptionId {
        RedemptionId::new(1, [n; 10])
    }

    fn place(seq: i64, boot: &str, mono_ms: i64) -> Place {
        let moment = Moment { boot: boot.to_owned(), mono_ms, utc_ms: mono_ms };
        Place { log: LogId::new(1, [1; 10]), seq, moment }
    }

    fn ask(points: i64) -> Ask {
        Ask { id: id(1), till: till(1), points: Points(points), intent: place(5, "b", 1_000) }
    }

    fn reserved(n: u8, by: u8, points: i64, state: ReservationState) -> Reserved {
        let row = Reservation {
            till: till(by),
            points: Points(points),
            state,
            intent: Some(place(5, "b", 1_000)),
            at_ms: NOW,
        };
        (id(n), row)
    }

    fn facts(spendable: i64, held: &[Reserved], known: Option<Reserved>, behind: &[Place]) -> Facts {
        Facts { spendable: Points(spendable), held: held.to_vec(), known, behind: Some(behind.to_vec()) }
    }

    #[test]
    fn what_a_till_hears_that_wants_points() {
        use ReservationState::{Committed, Held, RanOut, Released, Voided};
        let held = |left| (Some(ReserveReply::Held { left: Points(left) }), Then::Hold);
        let again = |left| (Some(ReserveReply::Held { left: Points(left) }), Then::Nothing);
        let lacks =
            |available| (Some(ReserveReply::NotEnough { available: Points(available) }), Then::Nothing);
        let (ended, differs) = ((Some(ReserveReply::Ended), Then::Nothing), (None, Then::Nothing));
        let over = (Some(ReserveReply::Ended), Then::LeaveEnded);
        let (own, other) = (reserved(1, 1, 300, Held), reserved(2, 2, 300, Held));
        let of_all = || std::slice::from_ref(&own);
        for (points, facts, wanted) in [
            (300, facts(500, &[], None, &[]), held(200)),
            (500, facts(500, &[], None, &[]), held(0)),
            (501, facts(500, &[], None, &[]), lacks(500)),
            (300, facts(500, std::slice::from_ref(&other), None, &[]), lacks(200)),
            (200, facts(500, std::slice::from_ref(&other), None, &[]), held(0)),
            (1, facts(-20, &[], None, &[]), lacks(0)),
            // What others hold is more than there is by now.
            (1, facts(100, std::slice::from_ref(&other), None, &[]), lacks(0)),
            (300, facts(500, of_all(), Some(own.clone()), &[]), again(200)),
            (301, facts(500, of_all(), Some(own.clone()), &[]), differs),
            (300, facts(500, &[], Some(own.clone()), &[]), differs),
            (300, facts(500, &[], Some(reserved(1, 2, 300, Held)), &[]), differs),
            (300, facts(500, &[], Some(reserved(1, 1, 300, Committed)), &[]), ended),
            (300, facts(500, &[], Some(reserved(1, 1, 0, Voided)), &[]), ended),
            (300, facts(500, &[], Some(reserved(1, 1, 300, RanOut)), &[]), ended),
            (300, facts(500, &[], Some(reserved(1, 1, 300, Released)), &[]), ended),
            // What the log shows behind the intent.
            (300, facts(500, &[], None, &[place(6, "b", 1_000 + HELD_MS - 1)]), held(200)),
            (300, facts(500, &[], None, &[place(6, "b", 2_000), place(7, "b", 1_000 + HELD_MS)]), over),
            (300, facts(500, &[], None, &[place(6, "c", 2_000)]), over),
            (300, facts(500, &[], None, &[place(5, "c", 2_000)]), held(200)),
            (300, Facts { behind: None, ..facts(500, &[], None, &[]) }, over),
            (300, Facts { behind: None, ..facts(500, of_all(), Some(own.clone()), &[]) }, again(200)),
        ] {
            assert_eq!(decide(&ask(points), &facts, NOW), Ok(wanted), "{points} {facts:?}");
        }
    }

    #[test]
    fn two_people_release_what_a_till_has_held_for_a_day() {
        let held = reserved(1, 1, 300, ReservationState::Held);
        let day = NOW + RELEASE_AFTER_MS;
        for (row, first, now_ms, wanted) in [
            (&held, None, day - 1, Err(NotReleased::TooEarly)),
            (&held, None, day, Ok(())),
            (&held, Some("ana"), day - 1, Err(NotReleased::TooEarly)),
            (&held, Some("ana"), day, Err(NotReleased::SamePerson)),
            (&held, Some("luz"), day, Ok(())),
            (&reserved(1, 1, 300, ReservationState::RanOut), Some("luz"), day, Err(NotReleased::NotHeld)),
        ] {
            assert_eq!(may_release(row, first, "ana", now_ms), wanted, "{first:?} {now_ms}");
        }
    }
}
