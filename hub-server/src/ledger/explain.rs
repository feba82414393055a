//! How an entry came about: by which rule, on which base, with which rounding, for which line. The steps that have
//! points add up to the entry.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::{AmountError, Money, Points, Quantity};
use domain::points::{Cut, Gives, LineWorking, Programme, Rate, RuleWorking, Working, returned_share, work};
use domain::sale::{LineKind, Sale, SaleLine};
use serde::Serialize;

use super::adjustments::{ALONE_DAYS, ByHand};
use super::day_cap::Corrected;
use super::joined::Parted;
use super::lost::Transferred;
use super::post::amount;
use super::rules::{Posting, PostingKind};
use super::store::{self, ExplainedRow};
use crate::db::{DbError, Tx};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    #[serde(flatten)]
    pub head: Head,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    pub entry: EntryId,
    pub account: AccountId,
    pub kind: String,
    pub points: Points,
    pub sale: Option<SaleId>,
    /// Store, till, number and date, as on paper.
    pub receipt: Option<String>,
    pub programme: Option<i64>,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
    /// Whether the steps add up to the entry.
    pub adds_up: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Of the ticket, or of the sale that is undone.
    pub line: Option<u32>,
    /// None where it only says how.
    pub points: Option<Points>,
    pub what: String,
}

impl Step {
    fn how(what: impl Into<String>) -> Self {
        Self { line: None, points: None, what: what.into() }
    }

    fn gives(line: Option<u32>, points: Points, what: String) -> Self {
        Self { line, points: Some(points), what }
    }
}

/// An entry of the ledger, and the ticket that caused it, if it is kept.
pub async fn explain(tx: &mut Tx, row: ExplainedRow, sale: Option<Sale>) -> Result<Explanation, DbError> {
    if row.sale.is_none()
        && let Some(why) = Parted::of(&row.reason)
    {
        return parted(row, why).map_err(amount);
    }
    let postings = store::postings(tx, &[row.account]).await?;
    let missing = || DbError::BadRow { what: "a ledger entry", why: format!("{} cannot be read", row.id) };
    let posting = postings.iter().find(|posting| posting.id == row.id).ok_or_else(missing)?;
    let programmes = store::programmes(tx).await?;
    let programme = programmes.iter().find(|rules| Some(rules.version) == posting.programme);
    let before = store::reversed_before(tx, &row, &postings).await?;
    let steps = steps(posting, programme, sale.as_ref(), &before).map_err(amount)?;
    let adds_up = sum(&steps).map_err(amount)? == posting.signed();
    let receipt = sale.map(|sale| {
        format!("{} {} no. {} of {}", sale.store, sale.till, sale.receipt_no, sale.business_date)
    });
    Ok(Explanation { head: head(row, receipt, posting.programme, adds_up), steps })
}

fn head(row: ExplainedRow, receipt: Option<String>, programme: Option<i64>, adds_up: bool) -> Head {
    let ExplainedRow { id: entry, account, kind, points, sale, reason: _, occurred_at, posted_at } = row;
    Head { entry, account, kind, points, sale, receipt, programme, occurred_at, posted_at, adds_up }
}

/// An entry that no ticket caused.
fn parted(row: ExplainedRow, why: Parted) -> Result<Explanation, AmountError> {
    let points = why.points()?;
    let of =
        if row.kind == "adjust" { "what it earned" } else { "what left its lots, and came back to them" };
    let what = format!(
        "the account parted from others that it had been one with: {of} comes to {}, its entries before came to {}",
        why.wanted, why.before
    );
    let adds_up = points == row.points;
    Ok(Explanation { head: head(row, None, None, adds_up), steps: vec![Step::gives(None, points, what)] })
}

/// How a posting came about, after those that took back goods of the same sale.
fn steps(
    posting: &Posting,
    programme: Option<&Programme>,
    sale: Option<&Sale>,
    before: &[&Posting],
) -> Result<Vec<Step>, AmountError> {
    let earning = programme.filter(|_| !posting.kind.is_by_hand());
    let mut steps: Vec<Step> = earning.into_iter().map(|rules| Step::how(version(rules))).collect();
    steps.extend(match posting.kind {
        PostingKind::Reverse if posting.lot_of != posting.sale => shared(posting, before),
        PostingKind::Earn | PostingKind::Reverse => by_rules(programme, sale, posting.kind)?,
        PostingKind::Burn => spent(posting, sale),
        PostingKind::GiveBack => given_back(posting),
        PostingKind::DayCap => vec![corrected(posting)?],
        PostingKind::Transfer => vec![transferred(posting)?],
        PostingKind::Given | PostingKind::Taken => by_hand(posting),
    });
    steps.extend(vests(posting));
    steps.extend(ends(posting));
    Ok(steps)
}

fn sum(steps: &[Step]) -> Result<Points, AmountError> {
    Points::total(steps.iter().filter_map(|step| step.points))
}

fn version(rules: &Programme) -> String {
    let whole = if rules.decimals == 0 { "whole points" } else { "hundredths of a point" };
    format!(
        "version {} of the programme, in force from {}: {} points for every {}, rounded down once for each rule to {whole}, \
         then split to the lines by largest remainder",
        rules.version,
        rules.valid_from,
        Points(rules.base.points),
        Money(rules.base.per)
    )
}

/// What rules give for the lines that were sold, or take for returned lines that name no sale.
fn by_rules(
    programme: Option<&Programme>,
    sale: Option<&Sale>,
    kind: PostingKind,
) -> Result<Vec<Step>, AmountError> {
    let (Some(programme), Some(sale)) = (programme, sale) else {
        return Ok(vec![Step::how("its sale or its version of the programme is not kept here")]);
    };
    let working = work(programme, sale)?;
    let kind = if kind == PostingKind::Earn { LineKind::Sale } else { LineKind::Return };
    // Returned lines that name their sale have entries of their own.
    let lines = || sale.counted_lines().filter(|line| line.kind == kind && line.origin.is_none());
    let is_meant = |rule: &&RuleWorking| {
        rule.lines.is_empty() || rule.lines.iter().any(|given| lines().any(|line| line.number == given.line))
    };
    let mut steps: Vec<Step> = working
        .rules
        .iter()
        .filter(|rule| rule.kind == kind && is_meant(rule))
        .map(|rule| Step::how(rule_text(rule)))
        .collect();
    if let Some(Cut { came_to, cap, .. }) = working.cut.as_ref().filter(|_| kind == LineKind::Sale) {
        let what =
            format!("the cap of a ticket: {came_to} cut to {cap}, split to the lines by largest remainder");
        steps.push(Step::how(what));
    }
    for line in lines() {
        steps.push(line_step(&working, line)?);
    }
    Ok(steps)
}

fn rule_text(rule: &RuleWorking) -> String {
    let RuleWorking { rule: name, rate, gives, base, quantity, exact, points, .. } = rule;
    let without = if rule.without_receipt { " (goods without a receipt)" } else { "" };
    let per_amount =
        |rate: &Rate| format!("{base} at {} points for {}", Points(rate.points), Money(rate.per));
    let given = match gives {
        Gives::Factor(100) => per_amount(rate),
        Gives::Factor(factor) => format!("{} × {}", per_amount(rate), Points(*factor)),
        Gives::Ticket(points) => format!("{points} points for a ticket, on {base}"),
        Gives::Amount(rate) => per_amount(rate),
        Gives::Unit(Rate { points, per }) => {
            let (units, per) = (quantity.plain(), Quantity(*per).plain());
            format!("{units} units at {} points for {per}", Points(*points))
        }
    };
    if rule.is_short {
        let units = quantity.plain();
        return format!(
            "{name}{without}: {given}: {base} and {units} units are less than it asks for, so nothing"
        );
    }
    format!("{name}{without}: {given} is {exact}, rounded down to {points}")
}

fn line_step(working: &Working, line: &SaleLine) -> Result<Step, AmountError> {
    let goods = format!("{} {}", line.sku, line.name);
    let is_one = |worked: &&LineWorking| worked.line == line.number;
    let Some(worked) = working.lines.iter().find(is_one) else {
        let what =
            format!("{goods}: excluded, so it earns nothing; its product line is {:?}", line.product_line);
        return Ok(Step::gives(Some(line.number), Points::ZERO, what));
    };
    let given = working.rules.iter().flat_map(|rule| rule.lines.iter().map(move |given| (rule, given)));
    let parts: Vec<String> = given
        .filter(|(_, given)| given.line == line.number)
        .map(|(rule, given)| format!("{} {}", rule.rule, given.points))
        .collect();
    let less = less_than_base(worked, line)?;
    let cut = working.cut.iter().flat_map(|cut| &cut.lines).find(|cut| cut.line == line.number);
    let cut = cut.map(|cut| format!(", less {} over the cap of a ticket", cut.points)).unwrap_or_default();
    let parts = if parts.is_empty() { "nothing".to_owned() } else { parts.join(" + ") };
    let what = format!("{goods}: base {}{less}: {parts}{cut}", worked.base);
    let points = if line.kind == LineKind::Return { worked.points.negated()? } else { worked.points };
    Ok(Step::gives(Some(line.number), points, what))
}

/// Why a line earns on less than it cost; nothing where it does not.
fn less_than_base(worked: &LineWorking, line: &SaleLine) -> Result<String, AmountError> {
    let evenly = line.kept()?;
    if evenly.is_zero() {
        let is_whole = worked.net == worked.base;
        return Ok(if is_whole { String::new() } else { format!(" ({} less what points paid)", worked.net) });
    }
    let pieces = evenly.plain();
    let own = line.net.scaled(line.own_quantity()?.0, line.quantity.0)?;
    let by_points = if worked.base < own { " and what points paid" } else { "" };
    Ok(format!(" ({} less {pieces} exchanged evenly, with the points of others{by_points})", worked.net))
}

/// What a return took of each line of its sale: the shares that its entry keeps. Where it does not say what had come
/// back before, that is what the entries before it took.
fn shared(posting: &Posting, before: &[&Posting]) -> Vec<Step> {
    let mut steps = vec![Step::how(format!("goods of sale {} came back", posting.lot_of))];
    if posting.shares.is_empty() {
        steps.push(Step::gives(None, posting.signed(), "the entry does not keep its lines".to_owned()));
        return steps;
    }
    for (place, share) in posting.shares.iter().enumerate() {
        let earlier = before.iter().flat_map(|posting| posting.shares.iter()).chain(&posting.shares[..place]);
        let by_entries =
            || earlier.filter(|other| other.line == share.line).map(|other| other.quantity).sum();
        let back: i64 = share.before.unwrap_or_else(by_entries);
        let points = returned_share(share.points, share.sold, back, share.quantity);
        let what = format!(
            "{} of {} came back after {}, of a line that earned {}; rounded so that all of it comes to all of that",
            Quantity(share.quantity),
            Quantity(share.sold),
            Quantity(back),
            share.points
        );
        steps.push(Step::gives(Some(share.line), Points(-points.0), what));
    }
    steps
}

fn spent(posting: &Posting, sale: Option<&Sale>) -> Vec<Step> {
    let tenders = sale.iter().flat_map(|sale| &sale.tenders);
    let ours = tenders.filter(|tender| tender.origin.is_none());
    let steps: Vec<Step> = ours
        .filter_map(|tender| {
            let points = tender.points?;
            let what = match tender.gift {
                Some(_) => format!("a gift worth {}", tender.amount),
                None => format!("paid {}", tender.amount),
            };
            Some(Step::gives(tender.gift, Points(-points.0), what))
        })
        .collect();
    if steps.is_empty() {
        return vec![Step::gives(
            None,
            posting.signed(),
            "spent on a ticket that is not kept here".to_owned(),
        )];
    }
    steps
}

fn given_back(posting: &Posting) -> Vec<Step> {
    let what = if posting.lot_of == posting.sale {
        "goods came back without a receipt, and were given back in points".to_owned()
    } else {
        format!("goods of sale {} came back that points had paid", posting.lot_of)
    };
    vec![Step::gives(None, posting.signed(), what)]
}

fn corrected(posting: &Posting) -> Result<Step, AmountError> {
    let Some(why) = Corrected::of(&posting.reason) else {
        return Ok(Step::how("the entry does not say what its day came to"));
    };
    let Corrected { day, cap, earned, before } = why;
    let what = format!(
        "{day} came to {earned}, what came back taken off; at most {cap} of a day are kept, and corrections before \
         this one came to {before}"
    );
    Ok(Step::gives(None, why.points()?, what))
}

fn transferred(posting: &Posting) -> Result<Step, AmountError> {
    let Some(why) = Transferred::of(&posting.reason) else {
        return Ok(Step::how("the entry does not say which card was lost"));
    };
    let points = why.points()?;
    let Transferred { card, state, since, spent, given_back, before, n: _ } = why;
    let then = if state.earns() {
        format!("card {card} was not lost when it paid: what it spent is its member's")
    } else {
        format!(
            "card {card} was {state} since {since}, before it paid: the store is charged, and not its member"
        )
    };
    let what = format!(
        "{then}; {spent} were spent, {given_back} came back, and entries before this one came to {before}"
    );
    Ok(Step::gives(None, points, what))
}

fn by_hand(posting: &Posting) -> Vec<Step> {
    let Some(why) = ByHand::of(&posting.reason) else {
        return vec![Step::how("the entry does not say who did it and why")];
    };
    let ByHand { adjustment, day: _, cause, note, receipt, asked_by, asked_at, agreed_by, alone } = why;
    let about = receipt.map_or_else(String::new, |sale| format!(" about sale {sale}"));
    let asked =
        format!("adjustment {adjustment}{about}, asked for by {asked_by} at {}", asked_at.to_rfc3339());
    let who = match agreed_by {
        Some(second) => {
            format!("{second} agreed: one person alone could do {alone} points in {ALONE_DAYS} days")
        }
        None => format!("one person alone could do {alone} points in {ALONE_DAYS} days"),
    };
    let how = if posting.kind == PostingKind::Given {
        "a lot of its own, which can be spent at once"
    } else {
        "out of the lots in the order in which they are spent; what they lack is debt"
    };
    let what = format!("{cause}: {note}");
    vec![Step::how(asked), Step::how(who), Step::how(how), Step::gives(None, posting.signed(), what)]
}

/// From when on the points of an entry can be spent.
fn vests(posting: &Posting) -> Option<Step> {
    let first = posting.vests_on?;
    Some(Step::how(format!("its points are pending until {first}, the first day on which they can be spent")))
}

/// Until when the points of an entry live. Nothing is posted when they end.
fn ends(posting: &Posting) -> Option<Step> {
    matches!(posting.kind, PostingKind::Earn | PostingKind::GiveBack | PostingKind::Given).then(|| {
        Step::how(match posting.expires_on {
            Some(last) => {
                format!("what is left of it after {last} has expired: that follows from the date, without an entry")
            }
            None => "its points do not end".to_owned(),
        })
    })
}
