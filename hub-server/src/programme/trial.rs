//! A draft of the programme on tickets that were sold: pure. What is compared is what goods that were sold give, each
//! day cut to what a member keeps of it; what came back is taken off on neither side.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::codes::{MemberCode, StoreCode};
use domain::ids::{AccountId, MemberId};
use domain::money::{AmountError, Money, Points};
use domain::points::{Earned, Programme, earn};
use domain::sale::{LineKind, Sale};
use serde::Serialize;

/// Members that a trial names on either side.
const NAMED: usize = 10;
/// What the cap of a day is called among the rules.
const DAY_CAP: &str = "day_cap";

/// Points as they were given, and as a draft would have given them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    pub now: Points,
    pub then: Points,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    pub rule: String,
    #[serde(flatten)]
    pub points: Change,
    /// Tickets on which it gives something, or takes it.
    pub tickets_now: i64,
    pub tickets_then: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreChange {
    pub store: StoreCode,
    #[serde(flatten)]
    pub points: Change,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberChange {
    #[serde(skip)]
    pub id: MemberId,
    pub member: MemberCode,
    #[serde(flatten)]
    pub points: Change,
}

/// What a draft would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    pub from: NaiveDate,
    pub until: NaiveDate,
    /// Members' tickets that were looked at, those whose points differ, and those whose event is not kept here.
    pub tickets: i64,
    pub changed: i64,
    pub unread: i64,
    #[serde(flatten)]
    pub points: Change,
    /// Hundredths of a per cent more, or less; none where nothing was given.
    pub change: Option<i64>,
    /// What the points pay; none where a programme says no value.
    pub cost_now: Option<Money>,
    pub cost_then: Option<Money>,
    pub members: i64,
    pub winners: i64,
    pub losers: i64,
    pub most: Vec<MemberChange>,
    pub least: Vec<MemberChange>,
    pub rules: Vec<RuleChange>,
    pub stores: Vec<StoreChange>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Versions<'p> {
    pub all: &'p [Programme],
    pub draft: &'p Programme,
}

/// Sums as tickets pass by, in the order of their days: nothing of them is kept.
pub(super) struct Tally<'p> {
    versions: Versions<'p>,
    trial: Trial,
    /// The day under way.
    day: NaiveDate,
    of_day: HashMap<AccountId, Change>,
    members: HashMap<AccountId, Change>,
    rules: BTreeMap<String, (Change, i64, i64)>,
    stores: BTreeMap<StoreCode, Change>,
}

impl Change {
    fn add(&mut self, more: Self) -> Result<(), AmountError> {
        self.now = self.now.plus(more.now)?;
        self.then = self.then.plus(more.then)?;
        Ok(())
    }

    /// What a draft gives more.
    pub fn more(self) -> Points {
        Points(self.then.0.saturating_sub(self.now.0))
    }

    /// In hundredths of a per cent, halves away from zero.
    pub fn percent(self) -> Option<i64> {
        (self.now.0 > 0).then(|| self.more().scaled(10_000, self.now.0).ok()).flatten().map(|part| part.0)
    }
}

impl<'p> Tally<'p> {
    pub fn new(versions: Versions<'p>, from: NaiveDate, until: NaiveDate) -> Self {
        let trial = Trial {
            from,
            until,
            tickets: 0,
            changed: 0,
            unread: 0,
            points: Change::default(),
            change: None,
            cost_now: None,
            cost_then: None,
            members: 0,
            winners: 0,
            losers: 0,
            most: vec![],
            least: vec![],
            rules: vec![],
            stores: vec![],
        };
        Self {
            versions,
            trial,
            day: from,
            of_day: HashMap::new(),
            members: HashMap::new(),
            rules: BTreeMap::new(),
            stores: BTreeMap::new(),
        }
    }

    /// One ticket, or none where it cannot be read.
    pub fn take(
        &mut self,
        account: AccountId,
        day: NaiveDate,
        sale: Option<&Sale>,
    ) -> Result<(), AmountError> {
        let Some(sale) = sale else {
            self.trial.unread += 1;
            return Ok(());
        };
        if day != self.day {
            self.end_day()?;
            self.day = day;
        }
        self.trial.tickets += 1;
        let now = Programme::on(self.versions.all, day).map(|programme| earn(programme, sale));
        let now = now.transpose()?.unwrap_or_default();
        let then = earn(self.versions.draft, sale)?;
        let points = Change { now: now.sold(), then: then.sold() };
        self.trial.changed += i64::from(points.now != points.then);
        self.add_rules(&now, &then)?;
        self.stores.entry(sale.store.clone()).or_default().add(points)?;
        self.of_day.entry(account).or_default().add(points)
    }

    fn add_rules(&mut self, now: &Earned, then: &Earned) -> Result<(), AmountError> {
        let sold = |earned: &Earned| -> Vec<(String, Points)> {
            let sold = earned.rules.iter().filter(|rule| rule.kind == LineKind::Sale);
            sold.map(|rule| (rule.rule.clone(), rule.points)).collect()
        };
        for (rule, points) in sold(now) {
            let (change, tickets, _) = self.rules.entry(rule).or_default();
            change.add(Change { now: points, then: Points::ZERO })?;
            *tickets += 1;
        }
        for (rule, points) in sold(then) {
            let (change, _, tickets) = self.rules.entry(rule).or_default();
            change.add(Change { now: Points::ZERO, then: points })?;
            *tickets += 1;
        }
        Ok(())
    }

    /// Cuts each member's day to what they keep of it.
    fn end_day(&mut self) -> Result<(), AmountError> {
        let over = |programme: Option<&Programme>, points: Points| {
            programme.and_then(|programme| programme.caps).map_or(Ok(Points::ZERO), |caps| caps.over(points))
        };
        let in_force = Programme::on(self.versions.all, self.day);
        for (account, points) in self.of_day.drain() {
            let over = Change {
                now: over(in_force, points.now)?,
                then: over(Some(self.versions.draft), points.then)?,
            };
            let kept = Change { now: points.now.minus(over.now)?, then: points.then.minus(over.then)? };
            if over != Change::default() {
                let (change, now, then) = self.rules.entry(DAY_CAP.to_owned()).or_default();
                change.add(Change { now: over.now.negated()?, then: over.then.negated()? })?;
                *now += i64::from(!over.now.is_zero());
                *then += i64::from(!over.then.is_zero());
            }
            self.trial.points.add(kept)?;
            self.members.entry(account).or_default().add(kept)?;
        }
        Ok(())
    }

    /// The sums, and who wins and loses most, by account.
    #[expect(clippy::type_complexity, reason = "two lists of the same kind, named where they are taken")]
    pub fn finish(
        mut self,
    ) -> Result<(Trial, Vec<(AccountId, Change)>, Vec<(AccountId, Change)>), AmountError> {
        self.end_day()?;
        let mut trial = self.trial;
        let in_force = Programme::on(self.versions.all, trial.until);
        trial.change = trial.points.percent();
        trial.cost_now = in_force.map(|programme| worth(programme, trial.points.now)).transpose()?.flatten();
        trial.cost_then = worth(self.versions.draft, trial.points.then)?;
        let mut members: Vec<(AccountId, Change)> = self.members.into_iter().collect();
        members.sort_by_key(|(account, change)| (-change.more().0, *account));
        let count =
            |is_one: fn(i64) -> bool| members.iter().filter(|(_, change)| is_one(change.more().0)).count();
        let (winners, losers) = (count(|more| more > 0), count(|more| more < 0));
        let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        (trial.members, trial.winners, trial.losers) = (whole(members.len()), whole(winners), whole(losers));
        trial.rules = self.rules.into_iter().map(rule_change).collect();
        trial.stores = self.stores.into_iter().map(|(store, points)| StoreChange { store, points }).collect();
        let most = members[..winners.min(NAMED)].to_vec();
        let least = members.iter().rev().take(losers.min(NAMED)).copied().collect();
        Ok((trial, most, least))
    }
}

fn rule_change((rule, (points, tickets_now, tickets_then)): (String, (Change, i64, i64))) -> RuleChange {
    RuleChange { rule, points, tickets_now, tickets_then }
}

/// What points pay by a programme, rounded down.
fn worth(programme: &Programme, points: Points) -> Result<Option<Money>, AmountError> {
    let Some(redemption) = programme.redemption.as_ref() else { return Ok(None) };
    redemption.worth(points).map(Some)
}
