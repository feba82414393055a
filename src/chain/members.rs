//! Who has a card: made-up names, and behind each a rhythm of visits and a few usual products.

use domain::{CardNumber, StoreCode, TillCode};

use super::assortment::{Assortment, Planted, ean13};
use super::calendar::Calendar;
use super::random::{Random, running_totals};
use super::{ChainError, DAYS, MEMBERS, Member, NEWCOMER_EVERY, Store};

const FIRST_NAMES: [&str; 40] = [
    "Adriana", "Alba", "Andrés", "Beatriz", "Camila", "Carlos", "Catalina", "Clara", "Daniel", "Diana",
    "Elena", "Emilio", "Esteban", "Fabián", "Gloria", "Hernán", "Inés", "Iván", "Jairo", "Javier", "Julia",
    "Laura", "Lina", "Lucía", "Manuel", "Marcela", "Marta", "Mateo", "Nora", "Óscar", "Pablo", "Paula",
    "Pedro", "Raúl", "Rosa", "Sara", "Sergio", "Tatiana", "Teresa", "Víctor",
];
const LAST_NAMES: [&str; 40] = [
    "Acosta",
    "Aguilar",
    "Arango",
    "Barrera",
    "Beltrán",
    "Bernal",
    "Cárdenas",
    "Castro",
    "Correa",
    "Cortés",
    "Duarte",
    "Escobar",
    "Fajardo",
    "Forero",
    "Galvis",
    "García",
    "Guzmán",
    "Herrera",
    "Jaramillo",
    "León",
    "Londoño",
    "Luna",
    "Medina",
    "Mejía",
    "Molina",
    "Navarro",
    "Núñez",
    "Ortiz",
    "Parra",
    "Peña",
    "Quintero",
    "Restrepo",
    "Rojas",
    "Salazar",
    "Suárez",
    "Torres",
    "Uribe",
    "Vargas",
    "Velasco",
    "Zapata",
];

/// A member and how they behave. Times are in tenths of a day.
pub struct Person {
    pub member: Member,
    pub home: usize,
    /// Places of products, each with its chance per visit in 1/1000.
    pub usual: Vec<(usize, u32)>,
    /// A usual product that was not taken the last time, if that is planted.
    pub forgot: Option<usize>,
    rhythm: Rhythm,
}

enum Rhythm {
    /// Comes about every so many tenths of a day, from `from` until `until`.
    Regular { every: i64, from: i64, until: i64 },
    /// Comes on these days, counted from the first of the history.
    Planted(Vec<i64>),
}

/// One trip to a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    pub day: i64,
    /// Of that day, by the store's clock.
    pub second: i64,
    pub store: usize,
    pub till: usize,
    /// None without a card.
    pub person: Option<usize>,
    pub last: bool,
}

/// Makes the members with their habits.
pub fn invite(
    random: &mut Random,
    assortment: &Assortment,
    calendar: &Calendar,
    stores: usize,
) -> Result<Vec<Person>, ChainError> {
    (0..MEMBERS).map(|number| person(random, assortment, calendar, stores, number)).collect()
}

fn person(
    random: &mut Random,
    assortment: &Assortment,
    calendar: &Calendar,
    stores: usize,
    number: usize,
) -> Result<Person, ChainError> {
    let (first_name, last_name) = name(random, number);
    let card: CardNumber = ean13(&format!("299{:09}", 1_042 + number)).parse()?;
    let rhythm = rhythm(random, number);
    // Advertising was allowed at the counter, on the day of the first visit or before.
    let consent_at = if random.chance(700) {
        Some(calendar.instant(0, 36_000 + random.between(0, 36_000))?.to_utc())
    } else {
        None
    };
    let member = Member {
        code: format!("M{:04}", number + 1).parse()?,
        card,
        email: format!("socio{:04}@laceiba.example", number + 1),
        // 555 numbers are kept free for stories.
        phone: format!("+57 601 555 {:04}", number + 1),
        first_name,
        last_name,
        consent_at,
    };
    let home = if number < 3 { 0 } else { usize::try_from(random.below(stores as u64)).unwrap_or(0) };
    let usual = usual(random, assortment, number);
    let forgot = (number == 0).then(|| assortment.place(Planted::Coffee));
    Ok(Person { member, home, usual, forgot, rhythm })
}

fn name(random: &mut Random, number: usize) -> (String, String) {
    let first = random.pick(&FIRST_NAMES).copied().unwrap_or_default();
    let last = random.pick(&LAST_NAMES).copied().unwrap_or_default();
    let (first, last) = match number {
        0 => ("Ana", "Morales"),
        1 => ("Luis", "Pardo"),
        2 => ("Eva", "Rincón"),
        _ => (first, last),
    };
    (first.to_owned(), last.to_owned())
}

fn rhythm(random: &mut Random, number: usize) -> Rhythm {
    match number {
        // Every 5.7 days (median 6), last three days before the date asked for.
        0 => {
            Rhythm::Planted(from_gaps(DAYS - 3, [6, 6, 5, 6, 6, 6, 5, 6, 6, 5].into_iter().cycle().take(30)))
        }
        // Every 14.6 days (median 14), and overdue by nine.
        1 => Rhythm::Planted(from_gaps(DAYS - 24, [14, 15, 14, 16, 14, 15, 14, 16, 14, 14].into_iter())),
        2 => Rhythm::Planted(vec![160, 175]),
        _ if number % NEWCOMER_EVERY == 2 => {
            let first = random.between(DAYS - 45, DAYS - 2);
            let second = random.between(first + 1, DAYS - 1);
            Rhythm::Planted(if random.chance(500) { vec![first] } else { vec![first, second] })
        }
        _ => regular(random),
    }
}

/// Days with these gaps between them, the last of them `last`.
fn from_gaps(last: i64, gaps: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut days = vec![last];
    let mut day = last;
    for gap in gaps {
        day -= gap;
        days.push(day);
    }
    days.reverse();
    days
}

fn regular(random: &mut Random) -> Rhythm {
    let every = match random.below(100) {
        0..6 => random.between(35, 60),
        6..30 => random.between(60, 100),
        30..70 => random.between(100, 180),
        _ => random.between(180, 320),
    };
    let mut from = random.between(0, every);
    let mut until = DAYS * 10 - 1;
    if every <= 180 {
        if random.chance(150) {
            // Joined later; enough is left for four visits and more.
            from = random.between(0, 900);
        }
        if random.chance(100) {
            // Came regularly and stopped.
            until -= every * random.between(13, 30) / 10;
        }
    }
    Rhythm::Regular { every, from, until }
}

/// A few staples each; every eleventh member has a small child.
fn usual(random: &mut Random, assortment: &Assortment, number: usize) -> Vec<(usize, u32)> {
    let place = |product| assortment.place(product);
    match number {
        0 => {
            return vec![
                (place(Planted::Milk), 1_000),
                (place(Planted::Bread), 900),
                (place(Planted::Coffee), 800),
            ];
        }
        1 => return vec![(place(Planted::Nappies), 950), (place(Planted::Wipes), 800)],
        _ => {}
    }
    let mut usual: Vec<(usize, u32)> = Vec::new();
    for _ in 0..random.between(2, 4) {
        let product = random.weighted(&assortment.habit);
        if usual.iter().all(|(known, _)| *known != product) {
            usual.push((product, u32::try_from(random.between(550, 920)).unwrap_or(0)));
        }
    }
    if random.chance(90) {
        usual.push((place(Planted::Nappies), 600));
    }
    usual
}

/// All trips to the stores in the order in which they happened, without those of people without a card.
pub fn visits(random: &mut Random, people: &[Person], stores: &[Store]) -> Vec<Visit> {
    let hours = hours();
    let mut visits = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let days = days_of(random, &person.rhythm);
        let last_day = days.last().copied();
        for day in days {
            // Most go to their own store.
            let store = if random.chance(940) { person.home } else { any(random, stores.len()) };
            let till = any(random, stores[store].tills.len());
            let second = clock(random, &hours);
            let last = Some(day) == last_day;
            visits.push(Visit { day, second, store, till, person: Some(number), last });
        }
    }
    visits.sort();
    visits
}

fn days_of(random: &mut Random, rhythm: &Rhythm) -> Vec<i64> {
    match rhythm {
        Rhythm::Planted(days) => days.clone(),
        Rhythm::Regular { every, from, until } => {
            let mut days = Vec::new();
            let mut at = *from;
            while at <= *until {
                days.push(at / 10);
                // A fifth of the interval more or less.
                at += (every + every * random.bell() / 5_000).max(10);
            }
            days
        }
    }
}

pub fn any(random: &mut Random, count: usize) -> usize {
    usize::try_from(random.below(count as u64)).unwrap_or(0)
}

/// From 8 to 21 o'clock, fullest at noon and after work; as running totals.
pub fn hours() -> Vec<u64> {
    running_totals([4, 6, 8, 9, 11, 9, 7, 7, 8, 11, 13, 10, 5])
}

/// A second of the day.
pub fn clock(random: &mut Random, hours: &[u64]) -> i64 {
    let hour = i64::try_from(random.weighted(hours)).unwrap_or(0);
    (8 + hour) * 3_600 + random.between(0, 3_599)
}

/// The till at a place of the stores' list.
pub fn till_of<'a>(stores: &'a [Store], visit: &Visit) -> (&'a StoreCode, &'a TillCode) {
    let store = &stores[visit.store];
    (&store.code, &store.tills[visit.till])
}
