//! The tickets as compact columns in memory: what affinity is counted from. Loaded once, then kept
//! current with what each log applied since, so that an answer is exact and of now.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use domain::codes::StoreCode;
use domain::ids::LogId;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::affinity::{self, Baskets, Counted, Pair, strength};
use super::store::{self, TicketRow};
use crate::catalogue;
use crate::db::dialect::SKU_SEPARATOR;
use crate::db::{DbError, Tx};

/// What counts as one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Sku,
    /// The product's line, as the catalogue has it today.
    Line,
    Category,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub level: Level,
    /// Tickets that hold both; at least 1.
    pub min_count: u32,
    pub store: Option<StoreCode>,
    /// First and last business date, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// All pairs that the question asks for, the most frequent first, ties by name.
#[derive(Debug, Clone)]
pub struct Answer {
    pub tickets: u64,
    names: Arc<[Box<str>]>,
    support: Vec<u32>,
    pairs: Vec<Pair>,
}

/// One pair with its figures; `a` is before `b` in the order of their bytes.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PairFigures {
    pub a: String,
    pub b: String,
    pub count: u32,
    pub count_a: u32,
    pub count_b: u32,
    pub tickets: u64,
    pub support: f64,
    pub confidence_ab: f64,
    pub confidence_ba: f64,
    pub lift: f64,
}

impl Answer {
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub fn rows(&self) -> impl Iterator<Item = PairFigures> + '_ {
        self.pairs.iter().map(|pair| {
            let (count_a, count_b) = (self.support[pair.a as usize], self.support[pair.b as usize]);
            let figures = strength(pair.count, count_a, count_b, self.tickets);
            PairFigures {
                a: self.names[pair.a as usize].to_string(),
                b: self.names[pair.b as usize].to_string(),
                count: pair.count,
                count_a,
                count_b,
                tickets: self.tickets,
                support: figures.support,
                confidence_ab: figures.confidence_ab,
                confidence_ba: figures.confidence_ba,
                lift: figures.lift,
            }
        })
    }

    fn new(counted: Counted, names: Arc<[Box<str>]>) -> Self {
        let mut by_name: Vec<u32> = (0..).take(names.len()).collect();
        by_name.sort_unstable_by_key(|item| &names[*item as usize]);
        let mut rank = vec![0_u32; names.len()];
        for (place, item) in (0_u32..).zip(by_name) {
            rank[item as usize] = place;
        }
        let rank = |item: u32| rank[item as usize];
        let mut pairs = counted.pairs;
        for pair in &mut pairs {
            if rank(pair.a) > rank(pair.b) {
                std::mem::swap(&mut pair.a, &mut pair.b);
            }
        }
        pairs.sort_unstable_by_key(|pair| (Reverse(pair.count), rank(pair.a), rank(pair.b)));
        Self { tickets: counted.baskets, names, support: counted.support, pairs }
    }
}

/// Words numbered in the order of their first appearance.
#[derive(Debug, Default)]
struct Words {
    numbers: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        // More than four thousand million products do not fit a machine's memory in the first place.
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(word.into(), number);
        self.names.push(word.into());
        number
    }
}

/// A product that has no line or category is no item at that level.
const NONE: u32 = u32::MAX;

#[derive(Debug, Default)]
struct Groups {
    names: Arc<[Box<str>]>,
    /// By number of the SKU.
    of_sku: Vec<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Up to which place each log was taken in.
    places: HashMap<LogId, i64>,
    loaded: bool,
    skus: Words,
    stores: Words,
    store: Vec<u32>,
    date: Vec<NaiveDate>,
    baskets: Baskets,
}

impl Columns {
    /// Takes in what was applied since; `tx` sees one moment. An asker may go away at any await, so nothing
    /// is written here before everything was read: rows without their place would be read a second time.
    async fn refresh(&mut self, tx: &mut Tx) -> Result<(), DbError> {
        let heads = store::log_heads(tx).await?;
        if !self.loaded {
            let mut whole = Self { places: heads.into_iter().collect(), loaded: true, ..Self::default() };
            store::all_tickets(tx, |row| whole.push(&row)).await?;
            *self = whole;
            return Ok(());
        }
        let (mut rows, mut places) = (vec![], vec![]);
        for (log, head) in heads {
            let place = self.places.get(&log).copied().unwrap_or(0);
            if head > place {
                store::tickets_after(tx, log, place, |row| rows.push(row)).await?;
                places.push((log, head));
            }
        }
        for row in &rows {
            self.push(row);
        }
        self.places.extend(places);
        Ok(())
    }

    fn push(&mut self, row: &TicketRow) {
        self.store.push(self.stores.number(&row.store));
        self.date.push(row.business_date);
        let skus = row.skus.split(SKU_SEPARATOR).filter(|sku| !sku.is_empty());
        let mut items: Vec<u32> = skus.map(|sku| self.skus.number(sku)).collect();
        items.sort_unstable();
        items.dedup();
        self.baskets.push(items);
    }

    fn answer(&self, question: &Question, groups: Option<&Groups>) -> Answer {
        let baskets = self.baskets_of(question, groups);
        let names = match groups {
            Some(groups) => Arc::clone(&groups.names),
            None => self.skus.names.clone().into(),
        };
        Answer::new(affinity::count(&baskets, names.len(), question.min_count), names)
    }

    /// The tickets that the question asks about, as sets of its items.
    fn baskets_of(&self, question: &Question, groups: Option<&Groups>) -> Baskets {
        let store = question.store.as_ref().map(|code| self.stores.numbers.get(code.as_str()).copied());
        let within = |place: usize| {
            store.is_none_or(|wanted| wanted == Some(self.store[place]))
                && question.from.is_none_or(|from| from <= self.date[place])
                && question.to.is_none_or(|to| self.date[place] <= to)
        };
        let mut baskets = Baskets::with_capacity(self.date.len(), 0);
        let mut items = vec![];
        for (_, basket) in self.baskets.iter().enumerate().filter(|(place, _)| within(*place)) {
            match groups {
                None => baskets.push(basket.iter().copied()),
                Some(groups) => {
                    items.clear();
                    items.extend(basket.iter().map(|sku| groups.of_sku[*sku as usize]));
                    items.sort_unstable();
                    items.dedup();
                    baskets.push(items.iter().copied().filter(|item| *item != NONE));
                }
            }
        }
        baskets
    }

    async fn groups(&self, tx: &mut Tx, level: Level) -> Result<Option<Groups>, DbError> {
        if level == Level::Sku {
            return Ok(None);
        }
        let mut words = Words::default();
        let mut of_sku = vec![NONE; self.skus.names.len()];
        for (sku, line, category) in catalogue::groups(tx).await? {
            let group = if level == Level::Line { line } else { category };
            if let (Some(place), false) = (self.skus.numbers.get(sku.as_str()), group.is_empty()) {
                of_sku[*place as usize] = words.number(&group);
            }
        }
        Ok(Some(Groups { names: words.names.into(), of_sku }))
    }
}

/// The columns of a running hub.
#[derive(Debug, Default, Clone)]
pub struct Resident(Arc<Mutex<Columns>>);

impl Resident {
    /// Answers from everything that was applied when `tx` began, or later where another reader was faster.
    pub async fn affinity(&self, tx: &mut Tx, question: &Question) -> Result<Answer, DbError> {
        let mut columns = self.0.lock().await;
        columns.refresh(tx).await?;
        let groups = columns.groups(tx, question.level).await?;
        // A few dozen milliseconds of counting; the columns stay locked, so answers queue instead of
        // taking the processors away from the tills.
        Ok(tokio::task::block_in_place(|| columns.answer(question, groups.as_ref())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(tickets: &[(&str, &str, &str)]) -> Columns {
        let mut columns = Columns::default();
        for (store, date, skus) in tickets {
            let skus = skus.replace(' ', &SKU_SEPARATOR.to_string());
            columns.push(&TicketRow {
                store: (*store).to_owned(),
                business_date: date.parse().unwrap(),
                skus,
            });
        }
        columns
    }

    fn question(store: Option<&str>, from: Option<&str>, to: Option<&str>) -> Question {
        let date = |text: Option<&str>| text.map(|t| t.parse().unwrap());
        Question {
            level: Level::Sku,
            min_count: 1,
            store: store.map(|s| s.parse().unwrap()),
            from: date(from),
            to: date(to),
        }
    }

    fn tickets() -> Columns {
        columns(&[
            ("c", "2026-01-01", "milk bread milk"),
            ("c", "2026-01-02", "bread milk eggs"),
            ("n", "2026-01-03", "bread eggs"),
        ])
    }

    #[test]
    fn pairs_are_named_and_ranked() {
        let answer = tickets().answer(&question(None, None, None), None);
        let rows: Vec<_> = answer.rows().map(|r| (r.a, r.b, r.count, r.count_a, r.count_b)).collect();
        assert_eq!(
            rows,
            [
                ("bread".to_owned(), "eggs".to_owned(), 2, 3, 2),
                ("bread".to_owned(), "milk".to_owned(), 2, 3, 2),
                ("eggs".to_owned(), "milk".to_owned(), 1, 2, 2),
            ]
        );
        assert_eq!(answer.tickets, 3);
    }

    #[test]
    fn store_and_dates_narrow_the_tickets() {
        for (store, from, to, wanted) in [
            (Some("c"), None, None, (2, 3)),
            (Some("n"), None, None, (1, 1)),
            (Some("unknown"), None, None, (0, 0)),
            (None, Some("2026-01-02"), None, (2, 3)),
            (None, Some("2026-01-02"), Some("2026-01-02"), (1, 3)),
            (None, None, Some("2026-01-01"), (1, 1)),
        ] {
            let answer = tickets().answer(&question(store, from, to), None);
            assert_eq!((answer.tickets, answer.len()), wanted, "{store:?} {from:?} {to:?}");
        }
    }

    #[test]
    fn a_product_without_a_group_takes_no_part_but_its_ticket_counts() {
        let columns = tickets();
        let of_sku = columns.skus.names.iter().map(|sku| match sku.as_ref() {
            "milk" => 0,
            "eggs" => 1,
            _ => NONE,
        });
        let names: Vec<Box<str>> = vec!["dairy".into(), "farm".into()];
        let groups = Groups { of_sku: of_sku.collect(), names: names.into() };
        let answer = columns.answer(&question(None, None, None), Some(&groups));
        let rows: Vec<_> = answer.rows().map(|r| (r.a, r.b, r.count, r.count_a, r.count_b)).collect();
        assert_eq!(rows, [("dairy".to_owned(), "farm".to_owned(), 1, 2, 2)]);
        assert_eq!(answer.tickets, 3);
    }
}
