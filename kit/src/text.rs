//! Language: Spanish and English texts from Fluent files that each crate embeds.
//!
//! A count is passed as [`Arg::Count`]; the file then has `$n` (the figure, grouped by locale) and
//! `$n-kind` (its plural category). Fluent's own plural rules are not used: they lack the Spanish
//! category `many` ("1.000.000 de puntos") and would pass counts through floats.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use domain::{Points, Quantity};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};

use crate::format;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Es,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// The value of the `lang` attribute.
    pub fn code(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// From a cookie, an account or a flag: `es`, `en`, also with a region (`es-CO`).
    pub fn parse(text: &str) -> Option<Self> {
        let primary = text.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|lang| lang.code() == primary)
    }

    /// The reader's first choice that we have, from an `Accept-Language` header
    /// (`en-GB;q=0.8, es;q=0.9`); malformed parts are skipped.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let offered = header.split(',').filter_map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
            Some((Self::parse(tag)?, quality(weight)?))
        });
        // `max_by_key` keeps the last of equals; the first is the reader's choice.
        offered.filter(|(_, q)| *q > 0).rev().max_by_key(|(_, q)| *q).map(|(lang, _)| lang)
    }

    /// From `LC_ALL`, `LC_MESSAGES` or `LANG` of a terminal.
    pub fn from_env() -> Option<Self> {
        let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        Self::parse(&["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set)?)
    }
}

/// `q=0.8` in thousandths; an absent weight is 1.
fn quality(weight: &str) -> Option<u32> {
    let weight = weight.trim();
    if weight.is_empty() {
        return Some(1000);
    }
    let text = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="))?;
    text.parse::<Quantity>().ok().and_then(|q| u32::try_from(q.0).ok())
}

/// How figures and dates are written. Texts exist per [`Lang`]; regions differ in their figures only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    #[default]
    #[serde(rename = "es-CO")]
    EsCo,
    #[serde(rename = "es-ES")]
    EsEs,
    #[serde(rename = "es-MX")]
    EsMx,
    #[serde(rename = "en-US")]
    EnUs,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a known locale; use es-CO, es-ES, es-MX or en-US")]
pub struct UnknownLocale(String);

impl Locale {
    pub const ALL: [Self; 4] = [Self::EsCo, Self::EsEs, Self::EsMx, Self::EnUs];

    pub fn lang(self) -> Lang {
        if self == Self::EnUs { Lang::En } else { Lang::Es }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::EsCo => "es-CO",
            Self::EsEs => "es-ES",
            Self::EsMx => "es-MX",
            Self::EnUs => "en-US",
        }
    }

    /// The chain's own locale where it speaks the reader's language, else that language's usual one.
    pub fn for_reader(lang: Lang, chain: Self) -> Self {
        if chain.lang() == lang { chain } else { lang.into() }
    }
}

impl From<Lang> for Locale {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Es => Self::EsCo,
            Lang::En => Self::EnUs,
        }
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(text: &str) -> Result<Self, UnknownLocale> {
        let known = |l: &Self| l.code().eq_ignore_ascii_case(text) || l.code().replace('-', "_") == text;
        Self::ALL.into_iter().find(known).ok_or_else(|| UnknownLocale(text.to_owned()))
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// What a text is given.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    Text(Cow<'a, str>),
    Count(i64),
    Points(Points),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Arg<'_> {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<Points> for Arg<'_> {
    fn from(points: Points) -> Self {
        Self::Points(points)
    }
}

/// The CLDR plural category of a whole number: es has one, many (whole millions) and other.
pub fn plural(lang: Lang, n: i64) -> &'static str {
    match (lang, n.unsigned_abs()) {
        (_, 1) => "one",
        (Lang::Es, n) if n != 0 && n % 1_000_000 == 0 => "many",
        _ => "other",
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TextError {
    #[error("{lang}.ftl: {problems}")]
    Syntax { lang: &'static str, problems: String },
    #[error("{lang}.ftl: a key is written twice: {problems}")]
    Twice { lang: &'static str, problems: String },
}

/// The texts of one crate in all languages.
pub struct Texts {
    es: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Texts")
    }
}

fn bundle(lang: Lang, sources: &[&str]) -> Result<FluentBundle<FluentResource>, TextError> {
    // Fluent needs no language of its own here: figures arrive written out, plurals chosen.
    let mut bundle = FluentBundle::new_concurrent(vec![]);
    // Direction marks around arguments would end up in receipts, CSV files and tests.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned())
            .map_err(|(_, e)| TextError::Syntax { lang: lang.code(), problems: format!("{e:?}") })?;
        bundle
            .add_resource(resource)
            .map_err(|e| TextError::Twice { lang: lang.code(), problems: format!("{e:?}") })?;
    }
    Ok(bundle)
}

impl Texts {
    /// One Fluent source per language.
    pub fn new(es: &str, en: &str) -> Result<Self, TextError> {
        Self::from_files(&[es], &[en])
    }

    /// Several Fluent sources per language, as a crate with many screens keeps them.
    pub fn from_files(es: &[&str], en: &[&str]) -> Result<Self, TextError> {
        Ok(Self { es: bundle(Lang::Es, es)?, en: bundle(Lang::En, en)? })
    }

    /// For a `LazyLock` over `include_str!`: stops the program if the built-in texts are broken.
    #[expect(clippy::panic, reason = "the sources are compiled in, and a test of each crate builds them")]
    pub fn embedded(es: &[&str], en: &[&str]) -> Self {
        Self::from_files(es, en).unwrap_or_else(|e| panic!("built-in texts: {e}"))
    }

    fn bundle(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::Es => &self.es,
            Lang::En => &self.en,
        }
    }

    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.bundle(lang).get_message(key).is_some_and(|m| m.value().is_some())
    }

    /// The text without arguments.
    pub fn get(&self, locale: impl Into<Locale>, key: &str) -> String {
        self.say(locale, key, &[])
    }

    /// The text with its arguments. A key that does not exist, or an argument that was not given, is a
    /// fault of the program: it is logged, and the reader sees the key or the argument's name.
    pub fn say(&self, locale: impl Into<Locale>, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let locale = locale.into();
        let bundle = self.bundle(locale.lang());
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::error!(code = "text_missing", key, lang = locale.lang().code(), "a text is missing");
            return key.to_owned();
        };
        let mut errors = vec![];
        let args = fluent_args(locale, args);
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(
                code = "text_broken",
                key,
                lang = locale.lang().code(),
                ?errors,
                "a text could not be filled in"
            );
        }
        text
    }
}

fn fluent_args(locale: Locale, args: &[(&str, Arg<'_>)]) -> FluentArgs<'static> {
    let mut all = FluentArgs::new();
    for (name, arg) in args {
        let (text, kind) = match arg {
            Arg::Text(text) => (text.clone().into_owned(), None),
            Arg::Count(n) => (format::count(locale, *n), Some(plural(locale.lang(), *n))),
            Arg::Points(points) => (format::points(locale, *points), Some(plural_points(locale, *points))),
        };
        if let Some(kind) = kind {
            all.set(format!("{name}-kind"), FluentValue::from(kind));
        }
        all.set((*name).to_owned(), FluentValue::from(text));
    }
    all
}

fn plural_points(locale: Locale, points: Points) -> &'static str {
    if points.0 % Points::ONE.0 == 0 { plural(locale.lang(), points.0 / Points::ONE.0) } else { "other" }
}

/// For the test of each crate that has texts: the same keys with the same arguments in both languages,
/// and no plural chosen by Fluent's own rules. Returns what is wrong, empty if nothing is.
pub fn check_same_keys(es: &str, en: &str) -> Vec<String> {
    let mut wrong: Vec<String> = vec![];
    let (spanish, english) = (messages(es), messages(en));
    for (lang, has, other) in [("en", &english, &spanish), ("es", &spanish, &english)] {
        for (key, args) in other {
            match has.iter().find(|(k, _)| k == key) {
                None => wrong.push(format!("{lang}.ftl lacks {key}")),
                Some((_, own)) if own != args && lang == "en" => {
                    wrong.push(format!("{key}: es uses {args:?}, en uses {own:?}"));
                }
                Some(_) => {}
            }
        }
    }
    for (lang, source) in [("es", es), ("en", en)] {
        for (line, text) in source.lines().enumerate() {
            let selects = source.lines().take(line + 1).filter(|l| l.contains("->")).last().unwrap_or("");
            if text.trim_start().starts_with("[one]") && !selects.contains("-kind") {
                wrong.push(format!("{lang}.ftl:{}: choose a plural by $…-kind", line + 1));
            }
            if lang == "es" && text.trim_start().starts_with("[one]") && !has_many(source, line) {
                wrong.push(format!("es.ftl:{}: this plural lacks [many]", line + 1));
            }
        }
    }
    wrong
}

fn has_many(source: &str, one: usize) -> bool {
    source.lines().skip(one).take_while(|l| l.trim() != "}").any(|l| l.trim_start().starts_with("[many]"))
}

/// Each message's key with the names of the arguments that it uses (`n-kind` counts as `n`).
fn messages(source: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut all: Vec<(String, BTreeSet<String>)> = vec![];
    for line in source.lines() {
        let starts = line.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
        if let Some((key, _)) = line.split_once('=').filter(|_| starts) {
            all.push((key.trim().to_owned(), BTreeSet::new()));
        }
        if let Some((_, args)) = all.last_mut().filter(|_| !line.starts_with('#')) {
            let names = line.split('$').skip(1).map(|rest| {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
                rest[..end.unwrap_or(rest.len())].trim_end_matches("-kind").to_owned()
            });
            args.extend(names);
        }
    }
    all
}

#[cfg(test)]
mod tests;
