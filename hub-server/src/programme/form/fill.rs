//! The form that shows a draft.

use domain::money::{Money, Points, Quantity};
use domain::points::{EarnRule, EndOf, Exclusions, Gives, Hours, Programme};

use super::super::sentences::{of_multiplier, weekday_code};
use super::{RULE_FIELDS, of_row, rows};
use crate::kit::Words;
use crate::kit::form::Form;

pub(in crate::programme) fn filled(words: &Words, rules: &Programme) -> Form {
    let mut form = Form::default();
    let points = |points: Points| words.points(points);
    let figure = |money: Money| words.points(Points(money.0));
    form.set("valid_from", rules.valid_from.to_string());
    form.set("decimals", rules.decimals.to_string());
    form.set("base_points", points(Points(rules.base.points)));
    form.set("base_per", figure(Money(rules.base.per)));
    let none = Exclusions::default();
    let Exclusions { skus, categories, discounted } = rules.exclusions.as_ref().unwrap_or(&none);
    form.set("not_lines", names(&rules.excluded_lines));
    form.set("not_categories", names(categories));
    form.set("not_skus", list(skus));
    tick(&mut form, "not_discounted", *discounted);
    tick(&mut form, "earns_on_points", rules.earns_on_points);
    tick(&mut form, "even_exchange", rules.even_exchange);
    let caps = rules.caps.unwrap_or_default();
    form.set("cap_ticket", caps.ticket.map(points).unwrap_or_default());
    form.set("cap_day", caps.day.map(points).unwrap_or_default());
    form.set("vest_days", rules.vest_days.to_string());
    if let Some(redemption) = &rules.redemption {
        form.set("value_points", points(Points(redemption.value.points)));
        form.set("value_money", figure(Money(redemption.value.money)));
        form.set("minimum", points(redemption.minimum));
        form.set("offline_cap", points(redemption.offline_cap));
        form.set("offline_days", redemption.offline_days.to_string());
        let redemptions = redemption.offline_redemptions.map(|most| most.to_string());
        form.set("offline_redemptions", redemptions.unwrap_or_default());
    }
    if let Some(expiry) = &rules.expiry {
        form.set("expiry_days", expiry.days.to_string());
        form.set("grace_days", expiry.grace_days.to_string());
        form.set(
            "end_of",
            match expiry.end_of {
                EndOf::Day => "day",
                EndOf::Month => "month",
                EndOf::Year => "year",
            },
        );
    }
    let all: Vec<EarnRule> =
        rules.multipliers.iter().map(of_multiplier).chain(rules.earn.iter().cloned()).collect();
    form.set("rows", all.len().to_string());
    for (row, rule) in all.iter().enumerate() {
        fill_rule(words, &mut form, row, rule);
    }
    form
}

fn tick(form: &mut Form, field: &str, is_ticked: bool) {
    form.set(field, if is_ticked { "on" } else { "" });
}

/// Names as [`super::read::names_in`] reads them.
fn names(names: &[String]) -> String {
    let quoted = |name: &String| {
        let is_plain = !name.is_empty() && name.trim() == name && !name.contains([',', '"']);
        if is_plain { name.clone() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
    };
    names.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

fn list<T: ToString>(list: &[T]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn fill_rule(words: &Words, form: &mut Form, row: usize, rule: &EarnRule) {
    let only = &rule.only;
    let points = |points: i64| words.points(Points(points));
    let (gives, given, per) = match rule.gives {
        Gives::Factor(factor) => ("factor", words.whole(factor), String::new()),
        Gives::Ticket(given) => ("ticket", points(given.0), String::new()),
        Gives::Amount(rate) => ("amount", points(rate.points), points(rate.per)),
        Gives::Unit(rate) => ("unit", points(rate.points), words.quantity(Quantity(rate.per))),
    };
    let (after, before) = only.hours.map(Hours::ends).unzip();
    let time = |time: Option<chrono::NaiveTime>| time.map(|time| time.format("%H:%M").to_string());
    let said = [
        ("name", rule.name.clone()),
        ("gives", gives.to_owned()),
        ("points", given),
        ("per", per),
        ("lines", names(&only.product_lines)),
        ("categories", names(&only.categories)),
        ("skus", list(&only.skus)),
        ("stores", list(&only.stores)),
        ("after", time(after).unwrap_or_default()),
        ("before", time(before).unwrap_or_default()),
        ("from", only.from.map(|date| date.to_string()).unwrap_or_default()),
        ("until", only.until.map(|date| date.to_string()).unwrap_or_default()),
        ("amount", only.min_amount.map(|least| points(least.0)).unwrap_or_default()),
        ("quantity", only.min_quantity.map(|least| words.quantity(least)).unwrap_or_default()),
    ];
    for (field, value) in said {
        form.set(&of_row(row, field), value);
    }
    for day in &only.weekdays {
        tick(form, &of_row(row, weekday_code(*day)), true);
    }
    tick(form, &of_row(row, "full"), only.full_price);
}

/// One more rule at the end, to be written.
pub(in crate::programme) fn blank_rule(form: &mut Form) {
    let row = rows(form);
    form.set(&of_row(row, "gives"), "factor");
    form.set("rows", (row + 1).to_string());
}

/// The form without one of its rules; those behind it move up.
pub(in crate::programme) fn without_rule(form: &mut Form, gone: usize) {
    let rows = rows(form);
    if gone >= rows {
        return;
    }
    for row in gone..rows {
        for field in RULE_FIELDS {
            let next = form.raw(&of_row(row + 1, field)).to_owned();
            form.set(&of_row(row, field), if row + 1 < rows { next } else { String::new() });
        }
    }
    form.set("rows", (rows - 1).to_string());
}
