//! The fields of the form, in the order in which they are read.

use domain::codes::StoreCode;

use super::read::said;
use super::{of_row, rows};
use crate::kit::Words;
use crate::kit::form::{Field, Form, Input};

/// A rule's fields: what it gives, and under which conditions.
#[derive(Debug)]
pub struct RuleFields {
    pub row: usize,
    pub legend: String,
    /// As a sentence; empty where it cannot be read.
    pub said: String,
    pub gives: Vec<Field>,
    pub days: Vec<Field>,
    pub conditions: Vec<Field>,
    pub remove: String,
    /// Whether its conditions are shown at once.
    pub open: bool,
}

#[derive(Debug)]
pub struct Fields {
    pub rows: usize,
    pub when: Vec<Field>,
    pub base: Vec<Field>,
    pub rules: Vec<RuleFields>,
    pub excluded: Vec<Field>,
    pub caps: Vec<Field>,
    pub paying: Vec<Field>,
    pub ending: Vec<Field>,
}

pub(in crate::programme) fn fields(words: &Words, form: &Form, stores: &[StoreCode]) -> Fields {
    let made = |name: &str, input| form.field(name, words.t(&label(name)), input);
    let figure = |name: &str| made(name, Input::Figure).optional();
    let text = |name: &str| made(name, Input::Text).optional();
    Fields {
        rows: rows(form),
        when: vec![made("valid_from", Input::Date).hinted(words.t("programme-valid-from-hint"))],
        base: vec![
            made("base_points", Input::Figure),
            made("base_per", Input::Figure),
            made("decimals", choice(words, &[("0", "programme-whole"), ("2", "programme-hundredths")])),
        ],
        rules: (0..rows(form)).map(|row| rule(words, form, row, stores)).collect(),
        excluded: vec![
            text("not_lines").hinted(words.t("programme-list-hint")),
            text("not_categories"),
            text("not_skus"),
            made("not_discounted", Input::Check),
            made("earns_on_points", Input::Check),
            made("even_exchange", Input::Check),
        ],
        caps: vec![figure("cap_ticket"), figure("cap_day")],
        paying: vec![
            figure("value_points"),
            figure("value_money"),
            figure("minimum"),
            figure("offline_cap"),
            figure("offline_days"),
            figure("offline_redemptions"),
            figure("vest_days"),
        ],
        ending: vec![
            figure("expiry_days"),
            made(
                "end_of",
                choice(
                    words,
                    &[
                        ("day", "programme-end-day"),
                        ("month", "programme-end-month"),
                        ("year", "programme-end-year"),
                    ],
                ),
            ),
            figure("grace_days"),
        ],
    }
}

/// Fields are said under their names.
fn label(name: &str) -> String {
    format!("programme-{}", name.replace('_', "-"))
}

fn choice(words: &Words, options: &[(&str, &str)]) -> Input {
    Input::Choice(options.iter().map(|(value, key)| ((*value).to_owned(), words.t(key))).collect())
}

fn rule(words: &Words, form: &Form, row: usize, stores: &[StoreCode]) -> RuleFields {
    let made = |name: &str, input| form.field(of_row(row, name), words.t(&label(name)), input);
    let text = |name: &str| made(name, Input::Text).optional();
    let figure = |name: &str| made(name, Input::Figure).optional();
    let date = |name: &str| made(name, Input::Date).optional();
    let gives = [
        ("factor", "programme-gives-factor"),
        ("ticket", "programme-gives-ticket"),
        ("amount", "programme-gives-amount"),
        ("unit", "programme-gives-unit"),
    ];
    let number = words.whole(i64::try_from(row + 1).unwrap_or(i64::MAX));
    let conditions = vec![
        text("lines").hinted(words.t("programme-list-hint")),
        text("categories"),
        text("skus"),
        form.field(of_row(row, "stores"), words.t("programme-stores-only"), Input::Text).optional(),
        text("after").hinted(words.t("programme-hours-hint")),
        text("before"),
        date("from"),
        date("until"),
        figure("amount"),
        figure("quantity"),
        made("full", Input::Check),
    ];
    let days: Vec<Field> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .into_iter()
        .map(|day| made(day, Input::Check))
        .collect();
    let says = |field: &Field| !field.value.is_empty() || !field.error.is_empty();
    RuleFields {
        row,
        legend: words.say("programme-rule-n", &[("n", number.clone())]),
        said: said(form, words, row, stores).unwrap_or_default(),
        gives: vec![
            made("name", Input::Text),
            made("gives", choice(words, &gives)),
            made("points", Input::Figure).hinted(words.t("programme-points-hint")),
            figure("per").hinted(words.t("programme-per-hint")),
        ],
        open: conditions.iter().chain(&days).any(says),
        days,
        conditions,
        remove: words.say("programme-remove-n", &[("n", number)]),
    }
}
