//! The words that are printed, in the two languages of the product.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

const ES: &str = include_str!("../../texts/sheet.es.ftl");
const EN: &str = include_str!("../../texts/sheet.en.ftl");

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    #[default]
    Es,
    En,
}

impl Lang {
    pub fn code(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }
}

static TEXTS: LazyLock<[FluentBundle<FluentResource>; 2]> = LazyLock::new(|| [bundle(ES), bundle(EN)]);

#[expect(clippy::panic, reason = "the sources are compiled in, and a test builds them")]
fn bundle(source: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![]);
    // Direction marks around arguments would be printed.
    bundle.set_use_isolating(false);
    let resource =
        FluentResource::try_new(source.to_owned()).unwrap_or_else(|(_, e)| panic!("built-in texts: {e:?}"));
    bundle.add_resource(resource).unwrap_or_else(|e| panic!("built-in texts: {e:?}"));
    bundle
}

/// The text with its arguments. A test looks every key up that is used; a missing one shows as itself.
pub(super) fn say(lang: Lang, key: &str, args: &[(&str, &str)]) -> String {
    let [es, en] = &*TEXTS;
    let bundle = if lang == Lang::Es { es } else { en };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    let mut all = FluentArgs::new();
    for (name, value) in args {
        all.set(*name, *value);
    }
    bundle.format_pattern(pattern, Some(&all), &mut vec![]).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::setting::{Kind, Setting};

    /// Each key with the names of its arguments.
    fn keys(source: &str) -> BTreeMap<&str, Vec<&str>> {
        let lines = source.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.split_once(" = "));
        let args = |text: &'static str| text.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next());
        pairs
            .map(|(key, text)| {
                let text: &'static str = text.to_owned().leak();
                let mut names: Vec<&str> = args(text).collect();
                names.sort_unstable();
                names.dedup();
                (key, names)
            })
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        assert_eq!(keys(ES), keys(EN));
        assert!(keys(ES).len() > 25);
    }

    #[test]
    fn every_key_in_the_code_has_a_text() {
        let sources = [
            include_str!("settings/layout.rs"),
            include_str!("settings/request.rs"),
            include_str!("cards/layout.rs"),
            include_str!("till.rs"),
            include_str!("frame.rs"),
        ];
        let known = keys(ES);
        let mut used = vec![];
        for literal in sources.iter().flat_map(|source| source.split('"').skip(1).step_by(2)) {
            let prefixes = ["settings-", "cards-", "till-", "symbol-"];
            if prefixes.iter().any(|prefix| literal.starts_with(prefix))
                || ["page", "hash", "made"].contains(&literal)
            {
                assert!(known.contains_key(literal), "no text for {literal:?}");
                used.push(literal);
            }
        }
        for setting in Setting::ALL {
            let words: &[&str] = match setting.kind() {
                Kind::OneOf(words) => words,
                Kind::Switch => &["on", "off"],
                Kind::Number(..) => &[],
            };
            let values = words.iter().map(|word| format!("value-{word}"));
            for key in values.chain([format!("setting-{setting}")]) {
                let (known, _) =
                    known.get_key_value(key.as_str()).unwrap_or_else(|| panic!("no text for {key:?}"));
                used.push(known);
            }
        }
        let idle: Vec<&&str> = known.keys().filter(|key| !used.contains(*key)).collect();
        assert!(idle.is_empty(), "texts that nothing prints: {idle:?}");
    }

    #[test]
    fn arguments_stand_without_direction_marks() {
        let args = [("page", "1"), ("pages", "3")];
        assert_eq!(say(Lang::Es, "page", &args), "página 1 de 3");
        assert_eq!(say(Lang::En, "page", &args), "page 1 of 3");
    }
}
