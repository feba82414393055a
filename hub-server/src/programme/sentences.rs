//! A version of the programme in plain sentences: pure.

use chrono::Weekday;
use domain::money::{Money, Points, Quantity};
use domain::points::{
    AtWorst, EarnRule, EndOf, Exclusions, Expiry, Gives, Multiplier, Only, Programme, Rate, Redemption,
};

use crate::kit::Words;

/// Everything that it says, what earns first, to a chain of so many tills.
pub(super) fn sentences(words: &Words, rules: &Programme, tills: u32) -> Vec<String> {
    let mut said = vec![base(words, rules)];
    said.extend(rules.multipliers.iter().map(|multiplier| rule(words, &of_multiplier(multiplier))));
    said.extend(rules.earn.iter().map(|one| rule(words, one)));
    said.extend(excluded(words, rules));
    said.extend(rules.even_exchange.then(|| words.t("programme-says-even-exchange")));
    let caps = rules.caps.unwrap_or_default();
    let cap = |key: &str, points: Option<Points>| points.map(|points| of_points(words, key, points));
    said.extend(cap("programme-says-cap-ticket", caps.ticket));
    said.extend(cap("programme-says-cap-day", caps.day));
    if rules.vest_days > 0 {
        said.push(words.count("programme-says-vest", rules.vest_days));
    }
    said.push(
        rules
            .redemption
            .as_ref()
            .map_or_else(|| words.t("programme-says-no-redemption"), |redemption| pays(words, redemption)),
    );
    said.extend(rules.redemption.as_ref().map(|redemption| offline(words, redemption, tills)));
    said.push(rules.expiry.as_ref().map_or_else(|| words.t("programme-says-no-expiry"), |e| ends(words, e)));
    said.extend(tiers(words, rules));
    if let Ok(n) = i64::try_from(rules.gifts.len())
        && n > 0
    {
        said.push(words.count("programme-says-gifts", n));
    }
    said
}

/// The same as an earn rule: it gives the same.
pub(super) fn of_multiplier(multiplier: &Multiplier) -> EarnRule {
    let only = Only { product_lines: multiplier.product_lines.clone(), ..Only::default() };
    EarnRule { name: multiplier.name.clone(), gives: Gives::Factor(multiplier.factor), only }
}

fn of_points(words: &Words, key: &str, points: Points) -> String {
    words.say(key, &[("points", words.points_text(points))])
}

fn base(words: &Words, rules: &Programme) -> String {
    let whole = if rules.decimals == 0 { "programme-says-whole" } else { "programme-says-hundredths" };
    format!(
        "{} {}",
        words.say("programme-says-base", &[("gives", per_amount(words, rules.base))]),
        words.t(whole)
    )
}

fn per_amount(words: &Words, rate: Rate) -> String {
    let (points, amount) = (words.points_text(Points(rate.points)), words.money(Money(rate.per)));
    words.say("programme-says-per-amount", &[("points", points), ("amount", amount)])
}

/// One rule: what it gives, and then where and when.
pub(super) fn rule(words: &Words, rule: &EarnRule) -> String {
    let gives = match rule.gives {
        Gives::Factor(factor) => {
            let percent = words.percent(factor.saturating_mul(100));
            words.say("programme-says-factor", &[("percent", percent)])
        }
        Gives::Ticket(points) => of_points(words, "programme-says-ticket", points),
        Gives::Amount(rate) => per_amount(words, rate),
        Gives::Unit(Rate { points, per: 1_000 }) => {
            of_points(words, "programme-says-unit-one", Points(points))
        }
        Gives::Unit(Rate { points, per }) => {
            let (points, units) = (words.points_text(Points(points)), words.quantity(Quantity(per)));
            words.say("programme-says-unit", &[("points", points), ("units", units)])
        }
    };
    let parts = [gives].into_iter().chain(conditions(words, &rule.only)).collect::<Vec<_>>();
    format!("{}: {}.", rule.name, parts.join(", "))
}

fn conditions(words: &Words, only: &Only) -> Vec<String> {
    let list =
        |key: &str, list: Vec<&str>| (!list.is_empty()).then(|| words.say(key, &[("list", list.join(", "))]));
    let days: Vec<String> = only.weekdays.iter().map(|day| weekday(words, *day)).collect();
    let date = |key: &str, date: Option<chrono::NaiveDate>| {
        date.map(|date| words.say(key, &[("date", words.date(date))]))
    };
    [
        list("programme-says-lines", only.product_lines.iter().map(String::as_str).collect()),
        list("programme-says-categories", only.categories.iter().map(String::as_str).collect()),
        list("programme-says-skus", only.skus.iter().map(AsRef::as_ref).collect()),
        list("programme-says-stores", only.stores.iter().map(AsRef::as_ref).collect()),
        list("programme-says-weekdays", days.iter().map(String::as_str).collect()),
        only.hours.map(|hours| words.say("programme-says-hours", &[("hours", hours.to_string())])),
        date("programme-says-from", only.from),
        date("programme-says-until", only.until),
        only.full_price.then(|| words.t("programme-says-full-price")),
        only.min_amount
            .map(|least| words.say("programme-says-min-amount", &[("amount", words.money(least))])),
        only.min_quantity
            .map(|least| words.say("programme-says-min-quantity", &[("units", words.quantity(least))])),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Its name as the fields of the form say it too.
pub(super) fn weekday(words: &Words, day: Weekday) -> String {
    words.t(&format!("programme-{}", weekday_code(day)))
}

pub(super) fn weekday_code(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

fn excluded(words: &Words, rules: &Programme) -> Option<String> {
    let none = Exclusions::default();
    let Exclusions { skus, categories, discounted } = rules.exclusions.as_ref().unwrap_or(&none);
    let mut parts: Vec<String> = rules.excluded_lines.iter().chain(categories).cloned().collect();
    parts.extend(skus.iter().map(ToString::to_string));
    if *discounted {
        parts.push(words.t("programme-says-discounted"));
    }
    if !rules.earns_on_points {
        parts.push(words.t("programme-says-points-paid"));
    }
    (!parts.is_empty()).then(|| words.say("programme-says-excluded", &[("list", parts.join(", "))]))
}

fn pays(words: &Words, redemption: &Redemption) -> String {
    let Redemption { value, minimum, .. } = redemption;
    let (points, amount) = (words.points_text(Points(value.points)), words.money(Money(value.money)));
    let pays = words.say("programme-says-pays", &[("points", points), ("amount", amount)]);
    if minimum.is_zero() {
        return pays;
    }
    format!("{pays} {}", of_points(words, "programme-says-minimum", *minimum))
}

/// What tills do that cannot ask the hub, and what that costs at worst.
fn offline(words: &Words, redemption: &Redemption, tills: u32) -> String {
    let limits = |redemptions: u32| {
        [
            ("points", words.points_text(redemption.offline_cap)),
            ("redemptions", words.whole(i64::from(redemptions))),
            ("tills", words.whole(i64::from(tills))),
        ]
    };
    match redemption.at_worst(tills) {
        AtWorst::Nothing => words.t("programme-says-offline-none"),
        AtWorst::NoLimit => of_points(words, "programme-says-offline-open", redemption.offline_cap),
        AtWorst::Figure { redemptions, points, money } => {
            let worst = [("worst", words.points_text(points)), ("amount", words.money(money))];
            let figures: Vec<_> = limits(redemptions).into_iter().chain(worst).collect();
            words.say("programme-says-offline-worst", &figures)
        }
        AtWorst::TooLarge { redemptions } => {
            words.say("programme-says-offline-too-large", &limits(redemptions))
        }
    }
}

fn ends(words: &Words, expiry: &Expiry) -> String {
    let key = match expiry.end_of {
        EndOf::Day => "programme-says-ends-day",
        EndOf::Month => "programme-says-ends-month",
        EndOf::Year => "programme-says-ends-year",
    };
    words.count(key, expiry.days)
}

fn tiers(words: &Words, rules: &Programme) -> Option<String> {
    let tiers = rules.tiers.as_ref()?;
    let level = |tier: &domain::points::Tier| format!("{} {}", tier.name, words.points(tier.from));
    let levels: Vec<String> = tiers.levels.iter().map(level).collect();
    Some(words.count_of("programme-says-tiers", tiers.window_days, &[("levels", levels.join(" · "))]))
}
