//! What was typed as rules, each fault at its field.

use chrono::{NaiveDate, NaiveTime, Weekday};
use domain::codes::StoreCode;
use domain::money::{Money, Points, Quantity};
use domain::points::{
    Caps, CapsError, EarnRule, EarnRuleError, EndOf, Exclusions, Expiry, ExpiryError, Gives, Hours,
    Multiplier, Only, Programme, ProgrammeError, Rate, Redemption, Value,
};

use super::super::sentences::{rule as sentence, weekday_code};
use super::{of_row, rows};
use crate::kit::Words;
use crate::kit::form::Form;

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// The rules that a form says; what it does not speak of (ranks, gifts) stays as in `before`. None with the faults
/// noted in the form. A rule names none but these `stores`.
pub(in crate::programme) fn read(
    form: &mut Form,
    words: &Words,
    before: &Programme,
    stores: &[StoreCode],
) -> Option<Programme> {
    let mut typed = TypedFields { form, words, stores };
    // In the order in which the fields stand, as faults are told in it.
    let (valid_from, base) = (typed.needed_date("valid_from"), typed.base());
    let (mut multipliers, mut earn) = (vec![], vec![]);
    for row in 0..rows(typed.form) {
        let Some(rule) = typed.rule(row) else { continue };
        match as_multiplier(&rule) {
            Some(multiplier) => multipliers.push(multiplier),
            None => earn.push(rule),
        }
    }
    let (exclusions, caps) = (typed.exclusions(), typed.caps());
    let redemption = typed.redemption(before.redemption.as_ref());
    let (vest_days, expiry) = (typed.days("vest_days"), typed.expiry());
    let rules = Programme {
        version: before.version,
        valid_from: valid_from.unwrap_or(before.valid_from),
        decimals: if typed.form.value("decimals") == "2" { 2 } else { 0 },
        base: base.unwrap_or(before.base),
        excluded_lines: typed.words("not_lines"),
        multipliers,
        earn,
        exclusions,
        vest_days: vest_days.unwrap_or(0),
        caps,
        earns_on_points: typed.form.is_ticked("earns_on_points"),
        even_exchange: typed.form.is_ticked("even_exchange"),
        redemption,
        expiry,
        tiers: before.tiers.clone(),
        gifts: before.gifts.clone(),
    };
    if form.is_right()
        && let Err(error) = rules.check()
    {
        form.wrong(&field_of(form, &error), words.t(code_of(&error)));
    }
    form.is_right().then_some(rules)
}

/// A row as a sentence, where it can be read.
pub(super) fn said(form: &Form, words: &Words, row: usize, stores: &[StoreCode]) -> Option<String> {
    let mut form = Form::of(form.values().clone());
    let rule = TypedFields { form: &mut form, words, stores }.rule(row);
    rule.filter(|_| form.is_right()).map(|rule| sentence(words, &rule))
}

/// A rule that older tills know as a multiplier.
fn as_multiplier(rule: &EarnRule) -> Option<Multiplier> {
    let Gives::Factor(factor) = rule.gives else { return None };
    let product_lines = rule.only.product_lines.clone();
    let only = Only { product_lines: vec![], ..rule.only.clone() };
    only.is_all().then(|| Multiplier { name: rule.name.clone(), product_lines, factor })
}

/// The field that a fault of the rules as a whole is at; empty where it is none of the form.
fn field_of(form: &Form, error: &ProgrammeError) -> String {
    let row_of = |name: &str, field: &str| {
        let is_one = |row: &usize| form.value(&of_row(*row, "name")) == name;
        // Of two with one name the second is the one too many.
        (0..rows(form)).rev().find(is_one).map(|row| of_row(row, field)).unwrap_or_default()
    };
    match error {
        ProgrammeError::Decimals => "decimals".to_owned(),
        ProgrammeError::Rate => "base_points".to_owned(),
        ProgrammeError::Factor(name) => row_of(name, "points"),
        ProgrammeError::Earn(error) => {
            let field = match error {
                EarnRuleError::Gives(_) | EarnRuleError::WholePoints(_) => "points",
                EarnRuleError::Days(_) => "until",
                EarnRuleError::Least(_) => "amount",
                EarnRuleError::Named(_) => "lines",
                EarnRuleError::Name(_) | EarnRuleError::TooMany => "name",
            };
            error.rule().map(|name| row_of(name, field)).unwrap_or_default()
        }
        ProgrammeError::VestDays | ProgrammeError::EndsBeforeVesting => "vest_days".to_owned(),
        ProgrammeError::Caps(CapsError::Ticket) => "cap_ticket".to_owned(),
        ProgrammeError::Caps(_) => "cap_day".to_owned(),
        ProgrammeError::Redemption(_) => "value_points".to_owned(),
        ProgrammeError::Expiry(ExpiryError::Days) => "expiry_days".to_owned(),
        ProgrammeError::Expiry(ExpiryError::Grace) => "grace_days".to_owned(),
        ProgrammeError::Tiers(_) | ProgrammeError::Gift(_) => String::new(),
    }
}

/// What a reader is told about it.
pub(in crate::programme) fn code_of(error: &ProgrammeError) -> &'static str {
    match error {
        ProgrammeError::Decimals | ProgrammeError::Rate | ProgrammeError::Factor(_) => {
            "programme-wrong-figure"
        }
        ProgrammeError::Earn(error) => match error {
            EarnRuleError::Name(_) => "programme-wrong-name",
            EarnRuleError::Gives(_) => "programme-wrong-figure",
            EarnRuleError::WholePoints(_) => "programme-wrong-whole",
            EarnRuleError::Days(_) => "programme-wrong-order",
            EarnRuleError::Least(_) => "programme-wrong-least",
            EarnRuleError::Named(_) | EarnRuleError::TooMany => "programme-wrong-many",
        },
        ProgrammeError::VestDays | ProgrammeError::Expiry(_) => "programme-wrong-days",
        ProgrammeError::EndsBeforeVesting => "programme-wrong-vesting",
        ProgrammeError::Caps(_) => "programme-wrong-cap",
        ProgrammeError::Redemption(_) => "programme-wrong-redemption",
        ProgrammeError::Tiers(_) => "programme-wrong-tiers",
        ProgrammeError::Gift(_) => "programme-wrong-gifts",
    }
}

/// Fields as they were typed; what cannot be read is noted at its field.
struct TypedFields<'f> {
    form: &'f mut Form,
    words: &'f Words,
    stores: &'f [StoreCode],
}

impl TypedFields<'_> {
    /// Read by `read`, or none where it is empty; what cannot be read is wrong with `key`.
    fn optional<T>(&mut self, field: &str, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.form.value(field).to_owned();
        if text.is_empty() {
            return None;
        }
        let value = read(&text);
        if value.is_none() {
            self.form.wrong(field, self.words.t(key));
        }
        value
    }

    fn needed<T>(&mut self, field: &str, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        if self.form.value(field).is_empty() {
            self.form.wrong(field, self.words.t(key));
            return None;
        }
        self.optional(field, key, read)
    }

    fn figure(&mut self, field: &str) -> Option<i64> {
        let words = self.words.clone();
        self.optional(field, "programme-wrong-figure", |text| words.read_hundredths(text))
    }

    fn needed_figure(&mut self, field: &str) -> Option<i64> {
        let words = self.words.clone();
        self.needed(field, "programme-wrong-figure", |text| words.read_hundredths(text))
    }

    fn days(&mut self, field: &str) -> Option<i64> {
        self.optional(field, "programme-wrong-days", |text| text.parse().ok())
    }

    fn date(&mut self, field: &str) -> Option<NaiveDate> {
        self.optional(field, "promotion-wrong-date", |text| text.parse().ok())
    }

    fn needed_date(&mut self, field: &str) -> Option<NaiveDate> {
        self.needed(field, "promotion-wrong-date", |text| text.parse().ok())
    }

    /// Words with commas between them.
    fn words(&self, field: &str) -> Vec<String> {
        names_in(self.form.value(field))
    }

    fn codes<T: std::str::FromStr>(&mut self, field: &str) -> Vec<T> {
        let read: Result<Vec<T>, _> = self.words(field).iter().map(|word| word.parse()).collect();
        read.unwrap_or_else(|_| {
            self.form.wrong(field, self.words.t("programme-wrong-codes"));
            vec![]
        })
    }

    fn stores(&mut self, field: &str) -> Vec<StoreCode> {
        let named: Vec<StoreCode> = self.codes(field);
        if named.iter().any(|store| !self.stores.contains(store)) {
            self.form.wrong(field, self.words.t("programme-wrong-stores"));
        }
        named
    }

    fn base(&mut self) -> Option<Rate> {
        let (points, per) = (self.needed_figure("base_points"), self.needed_figure("base_per"));
        Some(Rate { points: points?, per: per? })
    }

    fn caps(&mut self) -> Option<Caps> {
        let ticket = self.figure("cap_ticket").map(Points);
        let day = self.figure("cap_day").map(Points);
        (ticket.is_some() || day.is_some()).then_some(Caps { ticket, day })
    }

    fn exclusions(&mut self) -> Option<Exclusions> {
        let (skus, categories) = (self.codes("not_skus"), self.words("not_categories"));
        let discounted = self.form.is_ticked("not_discounted");
        let exclusions = Exclusions { skus, categories, discounted };
        (exclusions != Exclusions::default()).then_some(exclusions)
    }

    /// Without a value, points do not pay.
    fn redemption(&mut self, before: Option<&Redemption>) -> Option<Redemption> {
        let (points, money) = (self.figure("value_points"), self.figure("value_money"));
        let (minimum, offline_cap) = (self.figure("minimum"), self.figure("offline_cap"));
        let offline_days = self.days("offline_days").unwrap_or(0);
        let offline_redemptions =
            self.optional("offline_redemptions", "programme-wrong-redemptions", at_least_one);
        if self.form.value("value_points").is_empty() && self.form.value("value_money").is_empty() {
            return None;
        }
        Some(Redemption {
            value: Value { points: points.unwrap_or(0), money: money.unwrap_or(0) },
            step: before.map_or(Points::ONE, |before| before.step),
            minimum: Points(minimum.unwrap_or(0)),
            offline_cap: Points(offline_cap.unwrap_or(0)),
            offline_days,
            offline_redemptions,
        })
    }

    /// Without days, points do not end.
    fn expiry(&mut self) -> Option<Expiry> {
        let (days, grace_days) = (self.days("expiry_days"), self.days("grace_days"));
        let end_of = match self.form.value("end_of") {
            "month" => EndOf::Month,
            "year" => EndOf::Year,
            _ => EndOf::Day,
        };
        Some(Expiry { days: days?, end_of, grace_days: grace_days.unwrap_or(30) })
    }

    fn rule(&mut self, row: usize) -> Option<EarnRule> {
        let name = of_row(row, "name");
        let name = self.needed(&name, "programme-wrong-name", |text| Some(text.to_owned()));
        let gives = self.gives(row);
        let only = self.only(row);
        Some(EarnRule { name: name?, gives: gives?, only })
    }

    fn gives(&mut self, row: usize) -> Option<Gives> {
        let (points, per) = (of_row(row, "points"), of_row(row, "per"));
        let words = self.words.clone();
        match self.form.value(&of_row(row, "gives")) {
            "ticket" => self.needed_figure(&points).map(|points| Gives::Ticket(Points(points))),
            "amount" => {
                let (points, per) = (self.needed_figure(&points), self.needed_figure(&per));
                Some(Gives::Amount(Rate { points: points?, per: per? }))
            }
            "unit" => {
                let points = self.needed_figure(&points);
                let per = self.needed(&per, "programme-wrong-figure", |text| thousandths(&words, text));
                Some(Gives::Unit(Rate { points: points?, per: per? }))
            }
            // Whole per cent.
            _ => {
                let whole =
                    |text: &str| words.read_hundredths(text).filter(|n| n % 100 == 0).map(|n| n / 100);
                self.needed(&points, "programme-wrong-percent", whole).map(Gives::Factor)
            }
        }
    }

    fn only(&mut self, row: usize) -> Only {
        let of = |field: &str| of_row(row, field);
        let words = self.words.clone();
        let quantity = |text: &str| thousandths(&words, text).map(Quantity);
        Only {
            skus: self.codes(&of("skus")),
            product_lines: self.words(&of("lines")),
            categories: self.words(&of("categories")),
            stores: self.stores(&of("stores")),
            weekdays: WEEK.into_iter().filter(|day| self.form.is_ticked(&of(weekday_code(*day)))).collect(),
            hours: self.hours(row),
            from: self.date(&of("from")),
            until: self.date(&of("until")),
            full_price: self.form.is_ticked(&of("full")),
            min_amount: self.figure(&of("amount")).map(Money),
            min_quantity: self.optional(&of("quantity"), "programme-wrong-figure", quantity),
        }
    }

    fn hours(&mut self, row: usize) -> Option<Hours> {
        let (after, before) = (of_row(row, "after"), of_row(row, "before"));
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        if self.form.value(&after).is_empty() && self.form.value(&before).is_empty() {
            return None;
        }
        let from = self.needed(&after, "programme-wrong-hours", time);
        let until = self.needed(&before, "programme-wrong-hours", time);
        let hours = Hours::new(from?, until?).ok();
        if hours.is_none() {
            self.form.wrong(&before, self.words.t("programme-wrong-hours"));
        }
        hours
    }
}

/// A count that is a limit.
fn at_least_one(text: &str) -> Option<u32> {
    text.parse().ok().filter(|count| *count > 0)
}

/// A quantity as it is typed.
fn thousandths(words: &Words, text: &str) -> Option<i64> {
    words.read_hundredths(text).and_then(|hundredths| hundredths.checked_mul(10))
}

/// Names between commas. One with a comma of its own, or none at all, stands in quotes, which are doubled inside.
pub(super) fn names_in(text: &str) -> Vec<String> {
    let mut names = vec![];
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (name, after) = unquoted(quoted);
            names.push(name);
            rest = after.trim_start().trim_start_matches(',').trim_start();
        } else {
            let (name, after) = rest.split_once(',').unwrap_or((rest, ""));
            names.extend(Some(name.trim().to_owned()).filter(|name| !name.is_empty()));
            rest = after.trim_start();
        }
    }
    names
}

/// Up to the quote that is not doubled, and what stands behind it; a quote that is missing ends with the text.
fn unquoted(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        if sign != '"' {
            name.push(sign);
        } else if signs.next_if(|(_, next)| *next == '"').is_some() {
            name.push('"');
        } else {
            return (name, &text[at + 1..]);
        }
    }
    (name, "")
}
