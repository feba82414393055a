//! How much of what tills send and fetch in the background is let in at once. What comes on top is told to come again
//! later: a till keeps what it has to send, while a customer who waits for a till's question or staff who wait for
//! a page cannot. So background traffic has bounds and nothing else does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use domain::ids::TillId;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::db::is_postgres;
use crate::error::Error;
use crate::settings::Settings;

/// Each waits for its like: none may take another's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Opening a session, which writes a little.
    Open,
    /// Handing events over.
    Push,
    /// What reads: the changes feed, hashes.
    Pull,
}

impl Lane {
    pub const ALL: [Self; 3] = [Self::Open, Self::Push, Self::Pull];

    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Push => "push",
            Self::Pull => "pull",
        }
    }
}

/// Of one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    at_once: usize,
    waiting: usize,
    of_one_till: usize,
}

/// A till has one push and one pull under way; what it gave up may still be here.
const OF_ONE_TILL: usize = 3;
/// These are read and checked while a commit is under way, and go together in the next: `sync/gather.rs`. They have no
/// connection of their own.
const PUSHES_AT_ONCE: usize = 32;
/// SQLite has one writer and four readers.
const AT_ONCE_SQLITE: usize = 2;
/// Of the connections, a quarter for opening and half for pulls; the commits of pushes take two.
const OPENS_AT_ONCE_POSTGRES: usize = 4;
const PULLS_AT_ONCE_POSTGRES: usize = 8;
/// A till gives up after 30 seconds; it should hear before that what to do.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shed {
    /// Everybody together is too much.
    Overloaded,
    /// One till asks again before it was answered.
    TooOften,
}

impl Bounds {
    fn of(settings: &Settings, lane: Lane) -> Self {
        let usual = match (lane, is_postgres(&settings.database_target())) {
            (Lane::Push, _) => PUSHES_AT_ONCE,
            (Lane::Open, true) => OPENS_AT_ONCE_POSTGRES,
            (Lane::Pull, true) => PULLS_AT_ONCE_POSTGRES,
            (Lane::Open | Lane::Pull, false) => AT_ONCE_SQLITE,
        };
        // None at a time would be a hub that takes nothing for ever.
        let at_once = settings.sync_at_once.unwrap_or(usual).max(1);
        Self { at_once, waiting: settings.sync_waiting, of_one_till: OF_ONE_TILL }
    }

    /// At the door, before anything was read: `inside` are worked on or wait.
    fn enter(self, inside: usize) -> Result<(), Shed> {
        if inside < self.at_once.saturating_add(self.waiting) { Ok(()) } else { Err(Shed::Overloaded) }
    }

    /// Once it is known who asks: so many of the same till are inside already.
    fn stay(self, of_this_till: usize) -> Result<(), Shed> {
        if of_this_till < self.of_one_till { Ok(()) } else { Err(Shed::TooOften) }
    }
}

impl From<Shed> for Error {
    fn from(shed: Shed) -> Self {
        match shed {
            Shed::Overloaded => Self::refused(
                StatusCode::SERVICE_UNAVAILABLE,
                "overloaded",
                "Too many tills send at once; keep everything and try again later.",
            ),
            Shed::TooOften => Self::refused(
                StatusCode::TOO_MANY_REQUESTS,
                "too_often",
                "This till asks again before it was answered; wait for the answer.",
            ),
        }
    }
}

/// What whoever comes on top is told, wherever it turns out that there is no room.
pub fn overloaded() -> Error {
    Shed::Overloaded.into()
}

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pressure {
    open: Arc<Crowd>,
    push: Arc<Crowd>,
    pull: Arc<Crowd>,
}

#[derive(Debug)]
struct Crowd {
    bounds: Bounds,
    hands: Semaphore,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    of_till: HashMap<TillId, usize>,
}

impl Crowd {
    fn new(bounds: Bounds) -> Arc<Self> {
        let hands = Semaphore::new(bounds.at_once.min(Semaphore::MAX_PERMITS));
        Arc::new(Self { bounds, hands, inside: Mutex::default() })
    }

    /// Counts are whole after every line, so a panic elsewhere leaves nothing half done.
    fn count<T>(&self, with: impl FnOnce(&mut Inside) -> T) -> T {
        with(&mut self.inside.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pressure {
    pub fn new(settings: &Settings) -> Self {
        let crowd = |lane| Crowd::new(Bounds::of(settings, lane));
        Self { open: crowd(Lane::Open), push: crowd(Lane::Push), pull: crowd(Lane::Pull) }
    }

    fn lane(&self, lane: Lane) -> &Arc<Crowd> {
        match lane {
            Lane::Open => &self.open,
            Lane::Push => &self.push,
            Lane::Pull => &self.pull,
        }
    }

    /// Whether there is room. Nobody takes a place by coming to the door: strangers could take them all by sending
    /// slowly.
    pub(super) fn has_room(&self, lane: Lane) -> Result<(), Error> {
        let crowd = self.lane(lane);
        Ok(crowd.count(|inside| crowd.bounds.enter(inside.all))?)
    }

    /// A place inside for a till that has shown who it is, given back when it is dropped.
    pub(super) fn enter(&self, lane: Lane, till: TillId) -> Result<Place, Error> {
        let crowd = self.lane(lane);
        crowd.count(|inside| {
            crowd.bounds.enter(inside.all)?;
            crowd.bounds.stay(inside.of_till.get(&till).copied().unwrap_or_default())?;
            inside.all += 1;
            *inside.of_till.entry(till).or_default() += 1;
            Ok::<_, Shed>(())
        })?;
        Ok(Place { crowd: Arc::clone(crowd), till })
    }

    /// How many are worked on, and how many wait.
    pub fn load(&self, lane: Lane) -> (usize, usize) {
        let crowd = self.lane(lane);
        let working = crowd.bounds.at_once.saturating_sub(crowd.hands.available_permits());
        (working, crowd.count(|inside| inside.all).saturating_sub(working))
    }
}

#[derive(Debug)]
pub(super) struct Place {
    crowd: Arc<Crowd>,
    till: TillId,
}

impl Place {
    /// Waits for its turn: first come, first served.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        match timeout(PATIENCE, self.crowd.hands.acquire()).await {
            Ok(permit) => Ok(permit.map_err(anyhow::Error::from)?),
            Err(_) => Err(Shed::Overloaded.into()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.count(|inside| {
            inside.all = inside.all.saturating_sub(1);
            let left = inside.of_till.get(&self.till).map_or(0, |of_till| of_till.saturating_sub(1));
            if left == 0 {
                inside.of_till.remove(&self.till);
            } else {
                inside.of_till.insert(self.till, left);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(target: &str, at_once: Option<usize>, waiting: usize) -> Settings {
        let database = Some(target.to_owned());
        Settings { database, sync_at_once: at_once, sync_waiting: waiting, ..Settings::default() }
    }

    #[test]
    fn who_enters() {
        for (at_once, waiting, inside, wanted) in [
            (2, 3, 0, Ok(())),
            (2, 3, 4, Ok(())),
            (2, 3, 5, Err(Shed::Overloaded)),
            (2, 3, 6, Err(Shed::Overloaded)),
            (1, 0, 0, Ok(())),
            (1, 0, 1, Err(Shed::Overloaded)),
            (usize::MAX, usize::MAX, 9, Ok(())),
        ] {
            let bounds = Bounds { at_once, waiting, of_one_till: 1 };
            assert_eq!(bounds.enter(inside), wanted, "{inside} of {bounds:?}");
        }
    }

    #[test]
    fn who_stays() {
        for (of_this_till, wanted) in
            [(0, Ok(())), (OF_ONE_TILL - 1, Ok(())), (OF_ONE_TILL, Err(Shed::TooOften))]
        {
            let bounds = Bounds::of(&settings("hub.db", None, 64), Lane::Push);
            assert_eq!(bounds.stay(of_this_till), wanted, "{of_this_till}");
        }
    }

    #[test]
    fn bounds_follow_the_database_and_the_settings() {
        for (target, set, wanted) in [
            ("hub.db", None, [2, 32, 2]),
            ("postgres://hub", None, [4, 32, 8]),
            ("hub.db", Some(5), [5; 3]),
            ("postgres://hub", Some(1), [1; 3]),
            ("hub.db", Some(0), [1; 3]),
        ] {
            let bounds = Lane::ALL.map(|lane| Bounds::of(&settings(target, set, 7), lane));
            assert_eq!(bounds.map(|bounds| bounds.at_once), wanted, "{target} {set:?}");
            assert_eq!(bounds.map(|bounds| bounds.waiting), [7; 3], "{target} {set:?}");
        }
    }

    #[tokio::test]
    async fn places_are_given_back() {
        let till = TillId::new(1, [1; 10]);
        let pressure = Pressure::new(&settings("hub.db", Some(1), OF_ONE_TILL));
        let neighbour = TillId::new(1, [2; 10]);
        let mut places: Vec<Place> =
            (0..OF_ONE_TILL).map(|_| pressure.enter(Lane::Push, till).unwrap()).collect();
        assert_eq!(pressure.enter(Lane::Push, till).unwrap_err().code(), "too_often");
        pressure.has_room(Lane::Push).unwrap();
        places.push(pressure.enter(Lane::Push, neighbour).unwrap());
        assert_eq!(pressure.has_room(Lane::Push).unwrap_err().code(), "overloaded");
        assert_eq!(pressure.enter(Lane::Push, neighbour).unwrap_err().code(), "overloaded");
        assert_eq!(pressure.load(Lane::Pull), (0, 0), "the other lane is free");
        let turn = places[OF_ONE_TILL].turn().await.unwrap();
        assert_eq!(pressure.load(Lane::Push), (1, OF_ONE_TILL));
        drop(turn);
        places.clear();
        assert_eq!(pressure.load(Lane::Push), (0, 0));
        drop(pressure.enter(Lane::Push, till).unwrap());
        assert!(pressure.push.count(|inside| inside.of_till.is_empty()));
    }
}
