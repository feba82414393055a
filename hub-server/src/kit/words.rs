//! What a page needs to speak to one reader: texts in their language, figures and dates in their way.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::birthday::Birthday;
use domain::money::{Money, Points, Quantity};
use domain::time::plus_days;
use kit::format;
use kit::{Arg, Currency, Lang, Locale, Texts};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::embedded(&[include_str!("../../text/es.ftl")], &[include_str!("../../text/en.ftl")])
});

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    locale: Locale,
    currency: Currency,
    zone: Tz,
}

impl Words {
    /// `zone` is that of the stores: instants on screens are theirs, not the browser's.
    pub fn new(locale: Locale, currency: Currency, zone: Tz) -> Self {
        Self { locale, currency, zone }
    }

    pub fn lang(&self) -> &'static str {
        self.locale.lang().code()
    }

    pub fn language(&self) -> Lang {
        self.locale.lang()
    }

    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The text without arguments.
    pub fn t(&self, key: &str) -> String {
        TEXTS.get(self.locale, key)
    }

    pub fn say<A: AsRef<str>>(&self, key: &str, args: &[(&str, A)]) -> String {
        let args: Vec<(&str, Arg<'_>)> =
            args.iter().map(|(name, text)| (*name, text.as_ref().into())).collect();
        TEXTS.say(self.locale, key, &args)
    }

    /// A text that counts: `$n` and its plural.
    pub fn count(&self, key: &str, n: i64) -> String {
        TEXTS.say(self.locale, key, &[("n", n.into())])
    }

    /// A text that counts and has more to say.
    pub fn count_of<A: AsRef<str>>(&self, key: &str, n: i64, args: &[(&str, A)]) -> String {
        let mut all: Vec<(&str, Arg<'_>)> =
            args.iter().map(|(name, text)| (*name, text.as_ref().into())).collect();
        all.push(("n", n.into()));
        TEXTS.say(self.locale, key, &all)
    }

    pub fn whole(&self, n: i64) -> String {
        format::count(self.locale, n)
    }

    pub fn money(&self, money: Money) -> String {
        format::money(self.locale, &self.currency, money)
    }

    /// An amount, or other hundredths, as a person types them.
    pub fn read_hundredths(&self, text: &str) -> Option<i64> {
        format::read_money(self.locale, text).map(|money| money.0)
    }

    pub fn points(&self, points: Points) -> String {
        format::points(self.locale, points)
    }

    pub fn points_text(&self, points: Points) -> String {
        format::points_text(self.locale, points)
    }

    pub fn quantity(&self, quantity: Quantity) -> String {
        format::quantity(self.locale, quantity)
    }

    /// Hundredths of a per cent.
    pub fn percent(&self, hundredths: i64) -> String {
        format::percent(self.locale, hundredths)
    }

    /// Hundredths of a day at one decimal.
    pub fn days(&self, hundredths: i64) -> String {
        format::one_decimal(self.locale, hundredths)
    }

    /// Hundredths, with both decimals where they say something.
    pub fn ratio(&self, hundredths: i64) -> String {
        format::quantity(self.locale, Quantity(hundredths.saturating_mul(10)))
    }

    /// Hundredths at one decimal.
    pub fn ratio_short(&self, hundredths: i64) -> String {
        format::one_decimal(self.locale, hundredths)
    }

    pub fn date(&self, date: NaiveDate) -> String {
        format::date(self.locale, date)
    }

    /// Day and month alone; empty for none.
    pub fn birthday(&self, birthday: Birthday) -> String {
        // A year that has every day.
        birthday.in_year(2000).map(|date| format::day_of_year(self.locale, date)).unwrap_or_default()
    }

    /// With its weekday, for dates near today.
    pub fn day(&self, date: NaiveDate) -> String {
        format::day(self.locale, date)
    }

    pub fn weekday(&self, date: NaiveDate) -> &'static str {
        format::weekday(self.locale.lang(), date)
    }

    /// "ayer", "hace 3 días"
    pub fn relative(&self, days: i64) -> String {
        format::relative_days(self.locale, days)
    }

    pub fn month(&self, date: NaiveDate) -> String {
        self.t(&format!("month-{}", date.month()))
    }

    pub fn time(&self, at: DateTime<Utc>) -> String {
        format::time(self.locale, at.with_timezone(&self.zone).time())
    }

    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        format::date_time(self.locale, at.with_timezone(&self.zone).naive_local())
    }

    /// "al 10:42", with the date where that was not today.
    pub fn as_of(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let text = if self.today(at) == self.today(now) { self.time(at) } else { self.date_time(at) };
        self.say("as-of", &[("time", text)])
    }

    /// The instant at which a date is over.
    pub fn end_of(&self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = plus_days(date, 1).and_time(NaiveTime::MIN);
        // Where clocks skip midnight, the day ends with the hour that there is not.
        let local = self.zone.from_local_datetime(&midnight).earliest();
        local.map_or_else(|| midnight.and_utc(), |at| at.to_utc())
    }

    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.zone).date_naive()
    }

    /// How old figures are that rest on everything until a date.
    pub fn as_of_date(&self, date: NaiveDate, now: DateTime<Utc>) -> String {
        if date >= self.today(now) {
            return self.as_of(now, now);
        }
        self.say("as-of", &[("time", self.date(date))])
    }

    /// How long ago an instant was, in the largest unit that fits.
    pub fn ago(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let seconds = now.signed_duration_since(at).num_seconds();
        match seconds {
            ..60 => self.t("ago-now"),
            60..3_600 => self.count("ago-minutes", seconds / 60),
            3_600..86_400 => self.count("ago-hours", seconds / 3_600),
            _ => self.date_time(at),
        }
    }
}

#[cfg(test)]
impl Words {
    fn sample(locale: Locale) -> Self {
        Self::new(locale, "COP".parse().unwrap(), chrono_tz::America::Bogota)
    }

    pub fn sample_es() -> Self {
        Self::sample(Locale::EsCo)
    }

    pub fn sample_en() -> Self {
        Self::sample(Locale::EnUs)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    const ES: &str = include_str!("../../text/es.ftl");
    const EN: &str = include_str!("../../text/en.ftl");

    #[test]
    fn both_languages_have_the_same_texts() {
        assert_eq!(kit::text::check_same_keys(ES, EN), Vec::<String>::new());
    }

    /// Keys as templates and code write them: the first argument of `t`, `say`, `count`, `count_of`, and
    /// the arrays that are mapped through `t`.
    fn keys_in(text: &str, keys: &mut BTreeSet<String>) {
        for call in [".t(\"", ".say(\"", ".count(\"", ".count_of(\"", ".say(\n"] {
            for rest in text.split(call).skip(1) {
                let rest = rest.trim_start().trim_start_matches('"');
                keys.insert(rest.split('"').next().unwrap_or("").to_owned());
            }
        }
    }

    fn read(folder: &Path, keys: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, keys);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
                keys_in(&std::fs::read_to_string(&path).unwrap(), keys);
            }
        }
    }

    #[test]
    fn every_text_that_is_asked_for_exists() {
        let mut keys = BTreeSet::new();
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut keys);
        let missing: Vec<&String> = keys
            .iter()
            .filter(|key| {
                !key.is_empty()
                    && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            })
            .filter(|key| !(TEXTS.has(Lang::Es, key) && TEXTS.has(Lang::En, key)))
            .collect();
        assert!(keys.len() > 50, "the search found only {} keys", keys.len());
        assert_eq!(missing, Vec::<&String>::new());
    }

    #[test]
    fn ages_are_said_in_the_largest_unit() {
        let words = Words::sample_es();
        let now = "2026-05-10T17:00:00Z".parse().unwrap();
        for (at, wanted) in [
            ("2026-05-10T16:59:40Z", "ahora"),
            ("2026-05-10T16:59:00Z", "hace 1 minuto"),
            ("2026-05-10T12:00:00Z", "hace 5 horas"),
        ] {
            assert_eq!(words.ago(at.parse().unwrap(), now), wanted, "{at}");
        }
        assert!(words.as_of(now, now).starts_with("al 12:00"), "{}", words.as_of(now, now));
    }
}
