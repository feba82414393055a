//! Figures and dates as people of a locale write them, from whole numbers only.
//!
//! Patterns follow CLDR for es-CO, es, es-MX and en: decimal and group marks, the place of the currency
//! sign, grouping from five digits in Spain. Spaces inside a figure are no-break spaces.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use domain::{Money, Points, Quantity};
use serde::{Deserialize, Serialize};

use crate::text::{Arg, Lang, Locale, Texts};

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::embedded(&[include_str!("../texts/es.ftl")], &[include_str!("../texts/en.ftl")]));

/// The space that keeps a sign and its number on one line.
pub const NBSP: char = '\u{A0}';

/// An ISO 4217 code, three capital letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a currency code such as COP or EUR")]
pub struct BadCurrency(String);

impl Currency {
    /// ISO 4217's code for "no currency": what is shown where a chain has named none.
    pub fn none() -> Self {
        Self("XXX".to_owned())
    }

    pub fn code(&self) -> &str {
        &self.0
    }

    /// The short sign that people of the country use; the code itself where we know none.
    pub fn sign(&self) -> &str {
        match self.0.as_str() {
            "COP" | "MXN" | "USD" | "CLP" | "ARS" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "PEN" => "S/",
            other => other,
        }
    }

    /// Currencies whose cash has no cents: whole amounts are written without decimals.
    fn cash_is_whole(&self) -> bool {
        matches!(self.0.as_str(), "COP" | "CLP")
    }

    /// The banknotes and coins a customer is likely to hand over, in minor units, ascending.
    pub fn round_steps(&self) -> &'static [i64] {
        match self.0.as_str() {
            "COP" => &[100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000],
            "CLP" => &[50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000],
            "MXN" | "ARS" => &[1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000],
            _ => &[100, 500, 1_000, 2_000, 5_000, 10_000, 20_000],
        }
    }
}

impl std::str::FromStr for Currency {
    type Err = BadCurrency;

    fn from_str(text: &str) -> Result<Self, BadCurrency> {
        let fits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
        if fits { Ok(Self(text.to_owned())) } else { Err(BadCurrency(text.to_owned())) }
    }
}

impl TryFrom<String> for Currency {
    type Error = BadCurrency;

    fn try_from(text: String) -> Result<Self, BadCurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

struct Marks {
    decimal: char,
    group: char,
    /// Digits of the whole part from which groups are marked.
    group_from: usize,
}

fn marks(locale: Locale) -> Marks {
    match locale {
        Locale::EsCo => Marks { decimal: ',', group: '.', group_from: 4 },
        Locale::EsEs => Marks { decimal: ',', group: '.', group_from: 5 },
        Locale::EsMx | Locale::EnUs => Marks { decimal: '.', group: ',', group_from: 4 },
    }
}

/// `units` of `10^-decimals`, with exactly `decimals` or, if `trim`, only the decimals that say something.
fn fixed(locale: Locale, units: i64, decimals: u32, trim: bool) -> String {
    let Marks { decimal, group, group_from } = marks(locale);
    let scale = 10_u64.pow(decimals);
    let whole = (units.unsigned_abs() / scale).to_string();
    let mut text = String::from(if units < 0 { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && left.is_multiple_of(3) && whole.len() >= group_from {
            text.push(group);
        }
        text.push(digit);
    }
    let width = decimals as usize;
    let fraction = format!("{:0width$}", units.unsigned_abs() % scale);
    let shown = if trim { fraction.trim_end_matches('0') } else { &fraction };
    if decimals > 0 && !shown.is_empty() {
        text.push(decimal);
        text.push_str(shown);
    }
    text
}

/// A whole number with its group marks.
pub fn count(locale: Locale, n: i64) -> String {
    fixed(locale, n, 0, false)
}

/// Thousandths without zeros that say nothing: `1,5`.
pub fn quantity(locale: Locale, quantity: Quantity) -> String {
    fixed(locale, quantity.0, Quantity::DECIMALS, true)
}

/// The bare number of points; the word is the text's.
pub fn points(locale: Locale, points: Points) -> String {
    fixed(locale, points.0, Points::DECIMALS, true)
}

/// The same of what a ticket brings or takes: with its sign, unless it is none.
pub fn points_change(locale: Locale, change: Points) -> String {
    let text = points(locale, change);
    if change > Points::ZERO { format!("+{text}") } else { text }
}

/// "52.300 puntos".
pub fn points_text(locale: Locale, points: Points) -> String {
    TEXTS.say(locale, "points-count", &[("n", points.into())])
}

/// Hundredths of a per cent: 1900 is `19 %`.
pub fn percent(locale: Locale, hundredths: i64) -> String {
    let number = fixed(locale, hundredths, 2, true);
    if locale.lang() == Lang::En { format!("{number}%") } else { format!("{number}{NBSP}%") }
}

/// Any whole number of hundredths, at one decimal and rounded half away from zero: a mean of `5,7` days.
pub fn one_decimal(locale: Locale, hundredths: i64) -> String {
    let tenths = domain::money::scale_half_up(hundredths, 1, 10).unwrap_or_default();
    fixed(locale, tenths, 1, false)
}

/// The amount without the currency sign, for columns of figures under a heading that names it.
pub fn amount(locale: Locale, currency: &Currency, money: Money) -> String {
    let whole = currency.cash_is_whole() && money.0 % Money::ONE.0 == 0;
    if whole { fixed(locale, money.0 / Money::ONE.0, 0, false) } else { fixed(locale, money.0, 2, false) }
}

/// The amount with the currency's sign at the locale's place. Decimals are left out only for a whole
/// amount of a currency whose cash has none.
pub fn money(locale: Locale, currency: &Currency, money: Money) -> String {
    signed(locale, currency.sign(), &amount(locale, currency, money))
}

/// The same with the ISO code, where two currencies meet.
pub fn money_iso(locale: Locale, currency: &Currency, money: Money) -> String {
    signed(locale, currency.code(), &amount(locale, currency, money))
}

fn signed(locale: Locale, sign: &str, number: &str) -> String {
    let (minus, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let is_code = sign.chars().all(|c| c.is_ascii_alphabetic());
    match locale {
        Locale::EsEs => format!("{minus}{digits}{NBSP}{sign}"),
        Locale::EsMx | Locale::EnUs if !is_code => format!("{minus}{sign}{digits}"),
        Locale::EsCo | Locale::EsMx | Locale::EnUs => format!("{minus}{sign}{NBSP}{digits}"),
    }
}

/// Reads an amount as a person of the locale types it: with or without group marks and sign. A mark with
/// one or two digits behind it is a decimal mark whatever the locale, because keypads have one key only;
/// with three digits behind it, it must be the locale's group mark.
pub fn read_money(locale: Locale, text: &str) -> Option<Money> {
    let Marks { decimal, group, .. } = marks(locale);
    let keep = |c: &char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    let other = |c: char| !keep(&c) && !c.is_whitespace() && !matches!(c, '$' | '€' | '£');
    if text.chars().any(other) {
        return None;
    }
    let text: String = text.chars().filter(keep).collect();
    let (whole, fraction) = match text.rfind(['.', ',']) {
        Some(at) if text.len() - at <= 3 => (&text[..at], &text[at + 1..]),
        // Three decimals are no amount, and taking the mark for another one would be a guess.
        Some(at) if text[at..].starts_with(decimal) => return None,
        _ => (text.as_str(), ""),
    };
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?.trim_start_matches('-');
    let grouped = whole.contains(group) || whole.contains(decimal);
    if groups.any(|g| g.len() != 3) || (grouped && !(1..=3).contains(&first.len())) {
        return None;
    }
    format!("{}.{fraction}", whole.replace(['.', ','], "")).parse().ok()
}

const MONTHS_ES: [&str; 12] =
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"];
const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS_ES: [&str; 7] = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"];
const WEEKDAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn month(lang: Lang, date: NaiveDate) -> &'static str {
    let names = if lang == Lang::En { MONTHS_EN } else { MONTHS_ES };
    names[date.month0() as usize]
}

/// Short weekday name; Monday is first.
pub fn weekday(lang: Lang, date: NaiveDate) -> &'static str {
    let names = if lang == Lang::En { WEEKDAYS_EN } else { WEEKDAYS_ES };
    names[date.weekday().num_days_from_monday() as usize]
}

/// The date in figures or with a short month, always with the year.
pub fn date(locale: Locale, date: NaiveDate) -> String {
    let (day, year) = (date.day(), date.year());
    match locale {
        Locale::EsCo => format!("{day}/{:02}/{year}", date.month()),
        Locale::EsEs | Locale::EsMx => format!("{day} {} {year}", month(Lang::Es, date)),
        Locale::EnUs => format!("{} {day}, {year}", month(Lang::En, date)),
    }
}

/// Day and month alone, for what comes every year: `24 nov`, `Nov 24`.
pub fn day_of_year(locale: Locale, date: NaiveDate) -> String {
    let (month, day) = (month(locale.lang(), date), date.day());
    if locale.lang() == Lang::En { format!("{month} {day}") } else { format!("{day} {month}") }
}

/// Weekday, day and month, for dates near today: `jue 27 nov`, `Thu, Nov 27`.
pub fn day(locale: Locale, date: NaiveDate) -> String {
    let lang = locale.lang();
    let (weekday, month, day) = (weekday(lang, date), month(lang, date), date.day());
    if lang == Lang::En { format!("{weekday}, {month} {day}") } else { format!("{weekday} {day} {month}") }
}

/// Time of day: 24 hours in Spain and Mexico, 12 in Colombia and in English.
pub fn time(locale: Locale, time: NaiveTime) -> String {
    let (afternoon, hour) = time.hour12();
    let minute = time.minute();
    match locale {
        Locale::EsEs | Locale::EsMx => format!("{}:{minute:02}", time.hour()),
        Locale::EsCo => format!("{hour}:{minute:02}{NBSP}{}.{NBSP}m.", if afternoon { "p" } else { "a" }),
        Locale::EnUs => format!("{hour}:{minute:02}{NBSP}{}M", if afternoon { "P" } else { "A" }),
    }
}

/// Hours and minutes of a clock on a wall, the same everywhere: `10:42`.
pub fn clock(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

pub fn date_time(locale: Locale, at: NaiveDateTime) -> String {
    format!("{} {}", date(locale, at.date()), time(locale, at.time()))
}

/// `days` from today: "hace 3 días", "ayer", "hoy", "mañana", "en 3 días".
pub fn relative_days(locale: Locale, days: i64) -> String {
    let key = match days {
        0 => "day-today",
        -1 => "day-yesterday",
        1 => "day-tomorrow",
        ..=-2 => "days-ago",
        2.. => "days-ahead",
    };
    TEXTS.say(locale, key, &[("n", Arg::Count(days.saturating_abs()))])
}

/// The last four digits of a card, the rest dots; of a short one never more than half.
pub fn masked(card: &str) -> String {
    let chars: Vec<char> = card.chars().collect();
    let shown = chars.len().saturating_sub(4).max(chars.len().div_ceil(2));
    format!("••••{}", chars[shown..].iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn money_follows_locale_and_currency() {
        for (locale, code, units, wanted) in [
            (Locale::EsCo, "COP", 123_456_700, "$ 1.234.567"),
            (Locale::EsCo, "COP", 123_456_750, "$ 1.234.567,50"),
            (Locale::EsCo, "COP", -65_000, "-$ 650"),
            (Locale::EsEs, "EUR", 123_450, "1234,50 €"),
            (Locale::EsEs, "EUR", 1_234_550, "12.345,50 €"),
            (Locale::EsEs, "EUR", -5, "-0,05 €"),
            (Locale::EsMx, "MXN", 1_234_550, "$12,345.50"),
            (Locale::EnUs, "USD", 123_456, "$1,234.56"),
            (Locale::EnUs, "COP", 1_845_000, "$18,450"),
            (Locale::EnUs, "CHF", 100, "CHF 1.00"),
            (Locale::EsCo, "COP", 0, "$ 0"),
            (Locale::EsCo, "COP", i64::MIN, "-$ 92.233.720.368.547.758,08"),
        ] {
            let text = money(locale, &currency(code), Money(units)).replace(NBSP, " ");
            assert_eq!(text, wanted, "{locale} {code}");
        }
        assert_eq!(money_iso(Locale::EnUs, &currency("USD"), Money(100)).replace(NBSP, " "), "USD 1.00");
        assert!("cop".parse::<Currency>().is_err());
    }

    #[test]
    fn figures_follow_the_locale() {
        let es = Locale::EsCo;
        assert_eq!(points(es, Points(5_230_000)), "52.300");
        assert_eq!(points_text(Locale::EnUs, Points(100)), "1 point");
        assert_eq!(quantity(es, Quantity(1_500)), "1,5");
        assert_eq!(quantity(Locale::EnUs, Quantity(1_234_000)), "1,234");
        assert_eq!(percent(es, 1_050).replace(NBSP, " "), "10,5 %");
        assert_eq!(percent(Locale::EnUs, 1_900), "19%");
        for (hundredths, wanted) in [(574, "5,7"), (575, "5,8"), (-575, "-5,8"), (600, "6,0")] {
            assert_eq!(one_decimal(es, hundredths), wanted);
        }
    }

    #[test]
    fn amounts_are_read_as_typed() {
        let (co, us) = (Locale::EsCo, Locale::EnUs);
        for (locale, text, wanted) in [
            (co, "20000", Some(2_000_000)),
            (co, "20.000", Some(2_000_000)),
            (co, "$ 1.234.567,50", Some(123_456_750)),
            (co, "20,5", Some(2_050)),
            (co, "20.5", Some(2_050)),
            (co, "20,500", None),
            (co, "1.20.000", None),
            (co, "2000.000", None),
            (us, "20,000", Some(2_000_000)),
            (us, "20.50", Some(2_050)),
            (us, "$1,234.56", Some(123_456)),
            (us, "-5", Some(-500)),
            (us, "", None),
            (us, "5a", None),
            (us, ".", None),
        ] {
            assert_eq!(read_money(locale, text).map(|m| m.0), wanted, "{locale} {text:?}");
        }
    }

    #[test]
    fn dates_follow_the_locale() {
        let at = NaiveDate::from_ymd_opt(2025, 11, 4).unwrap().and_hms_opt(0, 5, 0).unwrap();
        for (locale, wanted, wanted_day) in [
            (Locale::EsCo, "4/11/2025 12:05 a. m.", "mar 4 nov"),
            (Locale::EsEs, "4 nov 2025 0:05", "mar 4 nov"),
            (Locale::EnUs, "Nov 4, 2025 12:05 AM", "Tue, Nov 4"),
        ] {
            assert_eq!(date_time(locale, at).replace(NBSP, " "), wanted);
            assert_eq!(day(locale, at.date()), wanted_day);
        }
        assert_eq!(clock(at.time()), "00:05");
    }

    #[test]
    fn days_are_said_from_today() {
        for (days, es, en) in [
            (0, "hoy", "today"),
            (-1, "ayer", "yesterday"),
            (1, "mañana", "tomorrow"),
            (-3, "hace 3 días", "3 days ago"),
            (9, "en 9 días", "in 9 days"),
            (i64::MIN, "hace 9.223.372.036.854.775.807 días", "9,223,372,036,854,775,807 days ago"),
        ] {
            assert_eq!(relative_days(Locale::EsCo, days), es);
            assert_eq!(relative_days(Locale::EnUs, days), en);
        }
    }
}
