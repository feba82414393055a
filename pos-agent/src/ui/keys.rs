//! By which keys a till is worked, and which keys come too fast for fingers: `[till]` of the settings. Templates,
//! the help and the script all read what stands here.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::screen::Screen;
use super::words::Words;

/// What this agent's tills take from the keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keyboard {
    /// So many signs without a pause may be a reader's; 4 to 32.
    #[serde(deserialize_with = "within::<_, 4, 32>")]
    pub burst_chars: u16,
    /// The longest mean time between a reader's keys, in ms; 10 to 200. `pos-agent scan-test` measures it.
    #[serde(deserialize_with = "within::<_, BURST_GAP_LEAST, BURST_GAP_MOST>")]
    pub burst_gap_ms: u16,
    pub keys: KeyMap,
}

pub const BURST_GAP_LEAST: u16 = 10;
/// Beyond it people type as fast.
pub const BURST_GAP_MOST: u16 = 200;

impl Default for Keyboard {
    fn default() -> Self {
        Self { burst_chars: 6, burst_gap_ms: 50, keys: KeyMap::default() }
    }
}

fn within<'de, D: Deserializer<'de>, const LEAST: u16, const MOST: u16>(from: D) -> Result<u16, D::Error> {
    let figure = u16::deserialize(from)?;
    if (LEAST..=MOST).contains(&figure) {
        return Ok(figure);
    }
    Err(de::Error::custom(format!("{figure} is not from {LEAST} to {MOST}")))
}

/// Something that a key does: its name in the settings and in templates, its usual key, and the text that says it.
struct Action {
    name: &'static str,
    key: &'static str,
    text: &'static str,
}

const fn action(name: &'static str, key: &'static str, text: &'static str) -> Action {
    Action { name, key, text }
}

/// In the order of the help.
const ACTIONS: [Action; 16] = [
    action("help", "F1", "keys-help"),
    action("search", "F2", "keys-search"),
    action("customer", "F3", "keys-customer"),
    action("enrol", "Shift+F3", "enrol-title"),
    action("hold", "F4", "keys-hold"),
    action("recall", "Shift+F4", "keys-recall"),
    action("redeem", "F7", "redeem-title"),
    action("discount", "F8", "keys-discount"),
    action("open_price", "Shift+F8", "open-price-title"),
    action("pay", "F9", "keys-pay"),
    action("exact", "Ctrl+Enter", "keys-exact"),
    action("refund", "Shift+F9", "keys-refund"),
    action("price", "Shift+F2", "price-title"),
    action("status", "Shift+F1", "status-title"),
    action("void", "Delete", "keys-void"),
    action("back", "Escape", "keys-back"),
];

/// Keys that an action may have: none that browsers keep for themselves, that readers send, or that write
/// something.
const KEYS: [&str; 22] = [
    "F1",
    "F2",
    "F3",
    "F4",
    "F7",
    "F8",
    "F9",
    "F10",
    "Shift+F1",
    "Shift+F2",
    "Shift+F3",
    "Shift+F4",
    "Shift+F7",
    "Shift+F8",
    "Shift+F9",
    "Shift+F10",
    "Insert",
    "Delete",
    "PageUp",
    "PageDown",
    "Escape",
    "Ctrl+Enter",
];

/// The key of each action, each of them another; what the settings leave out has its usual key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct KeyMap(BTreeMap<&'static str, &'static str>);

impl Default for KeyMap {
    fn default() -> Self {
        Self(ACTIONS.iter().map(|action| (action.name, action.key)).collect())
    }
}

/// Why keys are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    #[error("there is no action {0:?}; there are {names}", names = names())]
    NoAction(String),
    #[error("{key:?} is no key for {action}; there are {keys}", keys = KEYS.join(", "))]
    NoKey { action: &'static str, key: String },
    #[error("{key} would be both {one} and {other}: give one of them another key")]
    Twice { key: &'static str, one: &'static str, other: &'static str },
}

fn names() -> String {
    ACTIONS.map(|action| action.name).join(", ")
}

impl TryFrom<BTreeMap<String, String>> for KeyMap {
    type Error = KeysError;

    fn try_from(given: BTreeMap<String, String>) -> Result<Self, KeysError> {
        let mut map = Self::default().0;
        for (name, key) in given {
            let action = ACTIONS.iter().map(|action| action.name).find(|action| *action == name);
            let action = action.ok_or(KeysError::NoAction(name))?;
            let known = KEYS.into_iter().find(|known| *known == key);
            map.insert(action, known.ok_or(KeysError::NoKey { action, key })?);
        }
        let mut taken = BTreeMap::new();
        for Action { name: other, .. } in ACTIONS {
            let key = map[other];
            if let Some(one) = taken.insert(key, other) {
                return Err(KeysError::Twice { key, one, other });
            }
        }
        Ok(Self(map))
    }
}

impl Keyboard {
    /// The key of an action, as the script names it; no key for what is none.
    pub fn key(&self, action: &str) -> &'static str {
        self.keys.0.get(action).copied().unwrap_or_default()
    }

    /// The same by the signs on the keys.
    pub fn cap(&self, action: &str, w: &Words) -> String {
        cap(self.key(action), w)
    }

    /// The keys with what they do.
    pub fn help(&self, w: &Words) -> Vec<(String, String)> {
        ACTIONS.iter().map(|action| (self.cap(action.name, w), w.t(action.text))).collect()
    }

    /// Only what differs from the usual keys.
    pub fn changed(&self) -> Vec<String> {
        let others = ACTIONS.iter().filter(|action| self.key(action.name) != action.key);
        others.map(|action| format!("{} {}", action.name, self.key(action.name))).collect()
    }
}

fn cap(key: &str, w: &Words) -> String {
    match key.split_once('+') {
        Some(("Shift", key)) => format!("⇧{key}"),
        Some((held, key)) => format!("{held} {}", cap(key, w)),
        None => match key {
            "Enter" => "↵".to_owned(),
            "Escape" => "Esc".to_owned(),
            "Delete" => w.t("key-delete"),
            "Insert" => w.t("key-insert"),
            "PageUp" => w.t("key-page-up"),
            "PageDown" => w.t("key-page-down"),
            other => other.to_owned(),
        },
    }
}

impl Screen {
    /// The key of an action, for the script.
    pub fn key(&self, action: &str) -> &'static str {
        self.keyboard.key(action)
    }

    /// The same for people.
    pub fn cap(&self, action: &str) -> String {
        self.keyboard.cap(action, &self.w)
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use kit::Lang;

    use super::*;
    use crate::ui::view::ChainView;
    use crate::ui::words::TEXTS;

    fn read(text: &str) -> Result<Keyboard, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn keys_are_given_and_given_twice_to_nobody() {
        let own = read("[keys]\npay = 'F8'\ndiscount = 'F9'\nback = 'F10'").unwrap();
        assert_eq!(
            [own.key("pay"), own.key("discount"), own.key("back"), own.key("hold")],
            ["F8", "F9", "F10", "F4"]
        );
        assert_eq!(own.changed(), ["discount F9", "pay F8", "back F10"]);
        assert_eq!(read("").unwrap(), Keyboard::default());
        for (wrong, wanted) in [
            ("[keys]\npagar = 'F9'", "there is no action \"pagar\"; there are help, search"),
            ("[keys]\npay = 'F8'", "F8 would be both discount and pay"),
            ("[keys]\npay = 'F10'\nhold = 'F10'", "F10 would be both hold and pay"),
            ("[keys]\npay = 'F5'", "\"F5\" is no key for pay; there are F1, F2"),
            ("[keys]\npay = 'p'", "\"p\" is no key for pay"),
            ("[keys]\npay = 'Enter'", "\"Enter\" is no key for pay"),
            ("[keys]\npay = 9", "invalid type: integer"),
            ("burst_gap_ms = 9", "9 is not from 10 to 200"),
            ("burst_gap_ms = 201", "201 is not from 10 to 200"),
            ("burst_chars = 3", "3 is not from 4 to 32"),
            ("burst_gap = 50", "unknown field `burst_gap`"),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains(wanted), "{wrong}: {error}");
        }
        assert_eq!(
            read("burst_gap_ms = 120\nburst_chars = 4").map(|k| (k.burst_gap_ms, k.burst_chars)),
            Ok((120, 4))
        );
    }

    #[test]
    fn the_usual_keys_may_be_given_and_every_action_says_what_it_does() {
        let usual = Keyboard::default();
        let all: BTreeMap<_, _> =
            ACTIONS.iter().map(|action| (action.name.to_owned(), action.key.to_owned())).collect();
        assert_eq!(KeyMap::try_from(all), Ok(usual.keys.clone()));
        for action in ACTIONS {
            assert!(Lang::ALL.iter().all(|lang| TEXTS.has(*lang, action.text)), "{}", action.text);
        }
        let chain = ChainView { name: String::new(), currency: "COP".to_owned(), locale: "es-CO".to_owned() };
        let w = Words::new(&chain, Tz::UTC, None);
        let caps = ["recall", "exact", "void", "back", "pay"].map(|action| usual.cap(action, &w));
        assert_eq!(caps, ["⇧F4", "Ctrl ↵", "Supr", "Esc", "F9"]);
        for key in KEYS {
            assert!(!cap(key, &w).contains('+') && cap(key, &w).len() < 9, "{key}");
        }
    }

    /// What `docs/devices.md` shows is what the settings take, and its keys are the usual ones.
    #[test]
    fn the_page_of_devices_shows_what_is_taken() {
        let page = include_str!("../../../docs/devices.md");
        let example = page
            .split("```")
            .find_map(|part| part.strip_prefix("toml\n").filter(|t| t.starts_with("[till]")));
        let settings: crate::settings::Settings = toml::from_str(example.unwrap()).unwrap();
        assert_eq!(settings.till.changed(), ["discount F9", "pay F8"]);
        for action in ACTIONS {
            let name = format!("`{}`", action.name);
            let mut keys = page.split(&name).skip(1).filter_map(|rest| rest.split('|').nth(1)).map(str::trim);
            assert!(keys.any(|key| key == action.key), "{}", action.name);
        }
    }
}
