//! An example at the hub: the same tickets for a hundred and one members, one in the order given and each of the
//! others in an order of its own.

use chrono::NaiveDate;
use domain::card::CardState;
use domain::codes::CardNumber;
use domain::money::Points;
use domain::points::Programme;
use domain::sale::SaleDraft;
use hub_server::catalogue::{self, Store};
use hub_server::db::Tx;
use hub_server::insights::{self, Ranks};
use hub_server::intake::{Imported, cards, explain, import_sales, verify};
use hub_server::members::cards::{Report, Reported};
use hub_server::members::{self, Consent, Profile};
use hub_server::{App, Clock, Settings, ledger};

use super::by_hand::{adjust, by_hand};
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

/// What somebody says of their card.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    state: CardState,
    since: &'static str,
}

#[derive(Debug)]
pub struct Example {
    /// In versions from 2 on: a hub begins with one of its own.
    pub rules: Vec<Programme>,
    pub rings: Vec<Ring>,
    /// What is said of the card, each after how many of the tickets.
    pub said: Vec<(usize, Said)>,
    /// What customer service gives or takes, each after how many of the tickets.
    pub by_hand: Vec<(usize, i64)>,
    /// Redemptions that the store answers for: ticket and points, sorted.
    pub charged: Vec<(u8, i64)>,
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
        let (said, by_hand, charged) = (vec![], vec![], vec![]);
        Self {
            rules: vec![rules],
            rings: rings.into_iter().collect(),
            said,
            by_hand,
            charged,
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

    /// After so many tickets, customer service notes what its member says of the card.
    pub fn says(mut self, after: usize, state: CardState, since: &'static str) -> Self {
        self.said.push((after, Said { state, since }));
        self
    }

    /// After so many tickets, customer service gives points, or takes some, late on the day of arrival.
    pub fn by_hand(mut self, after: usize, points: i64) -> Self {
        self.by_hand.push((after, points));
        self
    }

    pub fn charges<const N: usize>(mut self, charged: [(u8, i64); N]) -> Self {
        self.charged = charged.into();
        self
    }

    pub fn posts<const N: usize>(mut self, mut entries: [(&'static str, i64); N]) -> Self {
        entries.sort_unstable();
        self.entries = entries.into();
        self
    }

    /// The same, while what is said of the cards comes beside the last ticket of each member.
    pub async fn holds_at_once(&self, kind: Kind) {
        let (app, _kept) = self.hub(kind).await;
        let mut tickets: Vec<Vec<SaleDraft>> = (0..=ORDERS)
            .map(|member| Till::of(&self.rules, member).ring_all(&self.rings).map(Into::into).collect())
            .collect();
        let last: Vec<SaleDraft> = tickets.iter_mut().filter_map(Vec::pop).collect();
        import_sales(&app, tickets.into_iter().flatten().collect()).await.expect("an import");
        for (member, ticket) in (0..=ORDERS).zip(last) {
            let card = Till::of(&self.rules, member).card();
            let selling = import_sales(&app, vec![ticket]);
            let saying = async {
                for (_, said) in &self.said {
                    report(&app, &(0, card.clone(), *said)).await;
                }
            };
            let (sold, ()) = tokio::join!(selling, saying);
            assert_eq!(sold.expect("an import"), [Imported::New]);
        }
        self.check(&app).await;
    }

    /// Rings it up and lets it arrive.
    pub async fn holds(&self, kind: Kind) {
        assert!(!self.figures.is_empty() || !self.ranks.is_empty(), "an example says how it ends");
        let (app, _kept) = self.hub(kind).await;
        let arrivals: Vec<Arrivals> = (0..=ORDERS).map(|member| Arrivals::of(self, member)).collect();
        for slot in 0..=self.rings.len() {
            for said in arrivals.iter().flat_map(|arrivals| arrivals.said_at(slot)) {
                report(&app, said).await;
            }
            for (member, arrivals) in (0..).zip(&arrivals) {
                for (n, (_, points)) in arrivals.by_hand.iter().enumerate().filter(|(_, (at, _))| *at == slot)
                {
                    adjust(&app, &by_hand(&app, member, n, *points).await).await;
                }
            }
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

    /// With its members and their cards, and nothing sold.
    pub async fn hub(&self, kind: Kind) -> (App, (Database, tempfile::TempDir)) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::new(kind, folder.path()).await;
        let settings = Settings {
            data: folder.path().to_owned(),
            database: Some(database.url.clone()),
            ..Settings::default()
        };
        let now = format!("{}T23:00:00Z", self.arrives).parse().expect("an instant");
        let app = App::open(settings, Clock::fixed(now)).await.expect("a hub");
        self.prepare(&app).await;
        (app, (database, folder))
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
            birthday: None,
            consent: Consent::default(),
        };
        let profiles: Vec<Profile> = (0..=ORDERS).map(profile).collect();
        members::upsert_members(&mut tx, &profiles, now).await.expect("members");
        let till = |member| Till::of(&self.rules, member);
        let cards: Vec<_> =
            profiles.iter().zip(0..).map(|(profile, n)| (till(n).card(), profile.code.clone())).collect();
        members::add_cards(&mut tx, &cards, now).await.expect("cards");
        tx.commit().await.expect("the database");
    }

    async fn check_charged(&self, tx: &mut Tx) {
        let found = ledger::charged(tx).await.expect("charged").into_iter().map(|row| {
            let member = row.receipt_no / 100;
            (member, u8::try_from(row.receipt_no % 100).expect("a ticket"), row.points.0)
        });
        let mut wanted: Vec<_> = (0..=i64::from(ORDERS))
            .flat_map(|member| self.charged.iter().map(move |(n, points)| (member, *n, *points)))
            .collect();
        let mut found: Vec<_> = found.collect();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted, "what the store is charged with");
    }

    async fn check(&self, app: &App) {
        let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let mut tx = app.db.read().await.expect("the database");
        assert_eq!(verify(&mut tx).await.expect("the database").differences, []);
        self.check_charged(&mut tx).await;
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

/// The desk sends it twice.
async fn report(app: &App, (_, card, said): &(usize, CardNumber, Said)) {
    let report = Report {
        card: card.clone(),
        state: said.state,
        since: said.since.parse().expect("an instant"),
        reason: "the member said so".to_owned(),
        replacement: (said.state == CardState::Replaced).then(|| next(card)),
        by: "ana".to_owned(),
    };
    for wanted in [Reported::Noted, Reported::Same] {
        assert_eq!(cards::report_one(app, &report).await.expect("the database"), wanted);
    }
}

/// The number of the card that takes the place of one.
fn next(card: &CardNumber) -> CardNumber {
    card.as_str().replace("29900", "29800").parse().expect("a number")
}

pub fn code(member: u16) -> String {
    format!("M{member}")
}

/// The tickets of one member, and with which round each of them arrives: one a round for the first member, for
/// the others some together.
#[derive(Debug)]
struct Arrivals {
    tickets: Vec<SaleDraft>,
    slots: Vec<usize>,
    /// What is said of the card keeps its own order, as one desk notes it.
    said: Vec<(usize, CardNumber, Said)>,
    by_hand: Vec<(usize, i64)>,
    chance: Chance,
}

impl Arrivals {
    fn of(example: &Example, member: u16) -> Self {
        let mut till = Till::of(&example.rules, member);
        let mut tickets: Vec<SaleDraft> = till.ring_all(&example.rings).map(SaleDraft::from).collect();
        let mut chance = Chance(u64::from(member));
        let mut slots: Vec<usize> = (0..tickets.len()).collect();
        if member > 0 {
            for place in 1..tickets.len() {
                tickets.swap(place, chance.below(place + 1));
                slots[place] = slots[place - 1] + chance.below(2);
            }
        }
        let mut said: Vec<_> =
            example.said.iter().map(|(after, said)| (*after, till.card(), *said)).collect();
        if member > 0 {
            let mut places: Vec<usize> = said.iter().map(|_| chance.below(slots.len() + 1)).collect();
            places.sort_unstable();
            said.iter_mut().zip(places).for_each(|(said, place)| said.0 = place);
        }
        let mut by_hand = example.by_hand.clone();
        if member > 0 {
            by_hand.iter_mut().for_each(|(at, _)| *at = chance.below(slots.len() + 1));
        }
        Self { tickets, slots, said, by_hand, chance }
    }

    fn said_at(&self, slot: usize) -> impl Iterator<Item = &(usize, CardNumber, Said)> {
        self.said.iter().filter(move |(at, ..)| *at == slot)
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
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).expect("below a usize")
    }
}
