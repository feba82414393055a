//! An example at the hub: the same tickets for a hundred and one members, one in the order given and each of the
//! others in an order of its own.

use chrono::NaiveDate;
use domain::money::Points;
use domain::points::Programme;
use domain::sale::SaleDraft;
use hub_server::catalogue::{self, Store};
use hub_server::insights::{self, Ranks};
use hub_server::intake::{Imported, explain, import_sales, verify};
use hub_server::members::{self, Consent, Profile};
use hub_server::{App, Clock, Settings, ledger};

use super::ring::{Ring, Till};
use crate::world::databases::{Database, Kind};

/// Orders besides the one given.
const ORDERS: u16 = 100;
/// Members whose every entry is explained as well.
const EXPLAINED: u16 = 10;

/// What an account has on a date, in hundredths of a point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub balance: i64,
    pub debt: i64,
    /// Earned less taken back.
    pub earned: i64,
    /// Spent less given back.
    pub burned: i64,
    pub expired: i64,
}

#[derive(Debug)]
pub struct Example {
    /// In versions from 2 on: a hub begins with one of its own.
    pub rules: Vec<Programme>,
    pub rings: Vec<Ring>,
    /// When the hub hears of all of it: on the day of the first ticket, so that none is late, where the example is
    /// of no late ones.
    pub arrives: &'static str,
    pub figures: Vec<(&'static str, Figures)>,
    /// On a date, what can be spent and what is pending.
    pub waiting: Vec<(&'static str, (i64, i64))>,
    pub ranks: Vec<(&'static str, &'static str)>,
    /// Each entry's kind and points, sorted; not looked at where there are none.
    pub entries: Vec<(&'static str, i64)>,
}

impl Example {
    pub fn of(rules: Programme, rings: impl IntoIterator<Item = Ring>) -> Self {
        let (figures, waiting, ranks, entries) = (vec![], vec![], vec![], vec![]);
        Self {
            rules: vec![rules],
            rings: rings.into_iter().collect(),
            arrives: "2026-03-01",
            figures,
            waiting,
            ranks,
            entries,
        }
    }

    /// Ends with these figures on the day of its arrival.
    pub fn ends(self, figures: Figures) -> Self {
        let on = self.arrives;
        self.has(on, figures)
    }

    pub fn arrives(mut self, on: &'static str) -> Self {
        self.arrives = on;
        self
    }

    pub fn has(mut self, on: &'static str, figures: Figures) -> Self {
        self.figures.push((on, figures));
        self
    }

    pub fn waits(mut self, on: &'static str, available: i64, pending: i64) -> Self {
        self.waiting.push((on, (available, pending)));
        self
    }

    pub fn ranks(mut self, on: &'static str, tier: &'static str) -> Self {
        self.ranks.push((on, tier));
        self
    }

    pub fn posts<const N: usize>(mut self, mut entries: [(&'static str, i64); N]) -> Self {
        entries.sort_unstable();
        self.entries = entries.into();
        self
    }

    /// Rings it up and lets it arrive.
    pub async fn holds(&self, kind: Kind) {
        assert!(!self.figures.is_empty() || !self.ranks.is_empty(), "an example says how it ends");
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::new(kind, folder.path()).await;
        let settings = Settings {
            data: folder.path().to_owned(),
            database: Some(database.url.clone()),
            ..Settings::default()
        };
        let now = format!("{}T23:00:00Z", self.arrives).parse().expect("an instant");
        let app = App::open(settings, Clock::fixed(now)).await.expect("a hub");
        let arrivals: Vec<Arrivals> = (0..=ORDERS).map(|member| Arrivals::of(self, member)).collect();
        self.prepare(&app).await;
        for slot in 0..self.rings.len() {
            let (new, again): (Vec<_>, Vec<_>) = arrivals.iter().map(|a| (a.at(slot), a.again(slot))).unzip();
            for (tickets, turn) in [(again, Imported::Same), (new, Imported::New)] {
                let tickets: Vec<SaleDraft> = tickets.into_iter().flatten().collect();
                let wanted = vec![turn; tickets.len()];
                assert_eq!(import_sales(&app, tickets).await.expect("an import"), wanted);
            }
            let mut tx = app.db.read().await.expect("the database");
            assert_eq!(verify(&mut tx).await.expect("the database").differences, []);
        }
        self.check(&app).await;
    }

    async fn prepare(&self, app: &App) {
        let now = app.clock.now();
        let mut tx = app.db.begin().await.expect("the database");
        let store = Store {
            code: "centro".parse().expect("a code"),
            name: "Centro".to_owned(),
            area: String::new(),
            zone: "America/Bogota".parse().expect("a zone"),
        };
        catalogue::upsert_stores(&mut tx, &[store], now).await.expect("a store");
        for rules in &self.rules {
            rules.check().expect("rules that a hub takes");
            ledger::add_programme(&mut tx, rules, now).await.expect("a programme");
        }
        let profile = |member: u16| Profile {
            code: code(member).parse().expect("a code"),
            first_name: "Ana".to_owned(),
            last_name: "Ruiz".to_owned(),
            email: String::new(),
            phone: String::new(),
            consent: Consent::default(),
        };
        let profiles: Vec<Profile> = (0..=ORDERS).map(profile).collect();
        members::upsert_members(&mut tx, &profiles, now).await.expect("members");
        let till = |member| Till { rules: &self.rules, member, sales: vec![] };
        let cards: Vec<_> =
            profiles.iter().zip(0..).map(|(profile, n)| (till(n).card(), profile.code.clone())).collect();
        members::add_cards(&mut tx, &cards, now).await.expect("cards");
        tx.commit().await.expect("the database");
    }

    async fn check(&self, app: &App) {
        let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let mut tx = app.db.read().await.expect("the database");
        for (on, wanted) in &self.figures {
            for row in insights::points(&mut tx, None, date(on)).await.expect("points") {
                let found = Figures {
                    balance: row.balance.0,
                    debt: row.debt.0,
                    earned: row.earned.0,
                    burned: row.burned.0,
                    expired: row.expired.0,
                };
                assert_eq!(found, *wanted, "{} on {on}", row.member);
                let both = row.available.plus(row.pending).expect("small figures");
                assert_eq!(both, row.balance.max(Points::ZERO), "{} on {on}", row.member);
            }
        }
        for (on, wanted) in &self.waiting {
            for row in insights::points(&mut tx, None, date(on)).await.expect("points") {
                assert_eq!((row.available.0, row.pending.0), *wanted, "{} on {on}", row.member);
            }
        }
        for member in 0..=ORDERS {
            let code = code(member).parse().expect("a code");
            let account = members::by_code(&mut tx, &code).await.expect("members").expect("is one").account;
            for (on, tier) in &self.ranks {
                let ranks = Ranks::read(&mut tx, &[account], date(on)).await.expect("ranks");
                let found = ranks.of(account).map(|row| row.name);
                assert_eq!(found.as_deref(), Some(*tier), "{code} on {on}");
            }
            let entries = ledger::entries(&mut tx, account, 100).await.expect("entries");
            let mut found: Vec<_> = entries.iter().map(|row| (row.kind.as_str(), row.points.0)).collect();
            found.sort_unstable();
            assert!(self.entries.is_empty() || found == self.entries, "{code}: {found:?}");
            for entry in entries.iter().filter(|_| member < EXPLAINED) {
                let said = explain(&mut tx, entry.id.0).await.expect("the ledger");
                assert!(said.len() == 1 && said[0].head.adds_up, "{code}: {said:#?}");
            }
        }
    }
}

fn code(member: u16) -> String {
    format!("M{member}")
}

/// The tickets of one member, and with which round each of them arrives: one a round for the first member, for
/// the others some together.
#[derive(Debug)]
struct Arrivals {
    tickets: Vec<SaleDraft>,
    slots: Vec<usize>,
    chance: Chance,
}

impl Arrivals {
    fn of(example: &Example, member: u16) -> Self {
        let mut till = Till { rules: &example.rules, member, sales: vec![] };
        let mut tickets: Vec<SaleDraft> = example.rings.iter().map(|ring| till.ring(ring).into()).collect();
        let mut chance = Chance(u64::from(member));
        let mut slots: Vec<usize> = (0..tickets.len()).collect();
        if member > 0 {
            for place in 1..tickets.len() {
                tickets.swap(place, chance.below(place + 1));
                slots[place] = slots[place - 1] + chance.below(2);
            }
        }
        Self { tickets, slots, chance }
    }

    fn at(&self, slot: usize) -> Vec<SaleDraft> {
        let of_slot = self.tickets.iter().zip(&self.slots).filter(|(_, at)| **at == slot);
        of_slot.map(|(ticket, _)| ticket.clone()).collect()
    }

    /// One that arrived before comes again.
    fn again(&self, slot: usize) -> Vec<SaleDraft> {
        let before = self.slots.iter().filter(|at| **at < slot).count();
        let mut chance = Chance(self.chance.0 ^ slot as u64);
        if before == 0 { vec![] } else { vec![self.tickets[chance.below(before)].clone()] }
    }
}

/// The same numbers in every run: splitmix64.
#[derive(Debug, Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).expect("below a usize")
    }
}
