//! Keys, as a person's hand or a scanner sends them to a browser.
//!
//! Each goes to the browser as an event of its own. The driver's own chains of keys do not do: where a key leads to another
//! page, the driver presses it once more on that page.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::browser::Browser;

/// More than any page has fields and buttons.
const TABS: usize = 80;
const TAB: &str = "\u{E004}";
/// From key to key where nobody pauses, as scanners do.
const AT_ONCE: Duration = Duration::from_millis(2);
/// What the protocol calls keys that are held.
const CONTROL: u8 = 2;
const SHIFT: u8 = 8;

/// A key as the protocol names it.
#[derive(Debug, PartialEq, Eq)]
struct Stroke {
    key: String,
    virtual_code: u32,
    /// What it writes.
    text: Option<String>,
}

impl Stroke {
    /// Of a character, or of the private character by which `WebDriver` names a key.
    fn of(char: char) -> Self {
        let named = |key: &str, virtual_code, text: Option<&str>| Self {
            key: key.to_owned(),
            virtual_code,
            text: text.map(ToOwned::to_owned),
        };
        match char {
            '\u{E003}' => named("Backspace", 8, None),
            '\u{E004}' | '\t' => named("Tab", 9, None),
            '\u{E007}' | '\n' => named("Enter", 13, Some("\r")),
            '\u{E008}' => named("Shift", 16, None),
            '\u{E009}' => named("Control", 17, None),
            '\u{E00C}' => named("Escape", 27, None),
            '\u{E012}' => named("ArrowLeft", 37, None),
            '\u{E014}' => named("ArrowRight", 39, None),
            '\u{E015}' => named("ArrowDown", 40, None),
            '\u{E017}' => named("Delete", 46, None),
            '\u{E031}'..='\u{E03C}' => {
                let n = u32::from(char) - 0xE030;
                named(&format!("F{n}"), 111 + n, None)
            }
            '\u{E000}'..='\u{E0FF}' => panic!("{char:?} is a key that no test pressed so far"),
            _ => {
                let text = char.to_string();
                named(&text, if char == ' ' { 32 } else { 0 }, Some(&text))
            }
        }
    }

    fn event(&self, going: Going, held: u8) -> Value {
        let Self { key, virtual_code, text } = self;
        let mut event = json!({ "key": key, "windowsVirtualKeyCode": virtual_code, "modifiers": held });
        event["code"] = if *virtual_code > 0 { json!(key) } else { json!("") };
        event["type"] = match going {
            Going::Up => json!("keyUp"),
            // A shortcut writes nothing.
            Going::Down if held & CONTROL != 0 || text.is_none() => json!("rawKeyDown"),
            Going::Down => {
                event["text"] = json!(text);
                json!("keyDown")
            }
        };
        event
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Going {
    Down,
    Up,
}

impl Browser {
    /// Keys as a scanner in keyboard mode sends them, two milliseconds apart and then Enter. The times are those of
    /// the keys and not of the driver, which on a busy machine pauses longer than any scanner.
    pub async fn burst(&self, code: &str) {
        self.paced_burst(code, AT_ONCE).await;
    }

    /// The same with so long from key to key, however busy the machine is.
    pub async fn paced_burst(&self, code: &str, pace: Duration) {
        let keys = format!("{code}\n");
        // A person does not scan within a quarter of a second of typing; the page tells the two apart by that.
        tokio::time::sleep(span(&keys, pace) + Duration::from_millis(250)).await;
        self.together(&keys, pace).await;
    }

    /// Keys to whatever has the focus without a pause between them, so that one key is a shortcut and many are a burst.
    pub async fn press(&self, keys: &str) {
        self.together(keys, AT_ONCE).await;
    }

    /// Keys whose times end at this moment.
    async fn together(&self, keys: &str, pace: Duration) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        let mut at = now.saturating_sub(span(keys, pace)).as_secs_f64();
        for key in keys.chars() {
            let stroke = Stroke::of(key);
            for (going, behind) in [(Going::Down, 0.0), (Going::Up, 0.001)] {
                let mut event = stroke.event(going, 0);
                event["timestamp"] = json!(at + behind);
                self.key_event(event).await;
            }
            at += pace.as_secs_f64();
        }
    }

    async fn key_event(&self, event: Value) {
        let sent = self.driver.cdp().send_raw("Input.dispatchKeyEvent", event).await;
        sent.expect("a known command");
    }

    /// Keys to whatever has the focus, each so long behind the one before. The driver's own delay does not part keys.
    pub async fn keys(&self, text: &str, pace: Duration) {
        for key in text.chars() {
            let next = tokio::time::Instant::now() + pace;
            self.press(&key.to_string()).await;
            tokio::time::sleep_until(next).await;
        }
    }

    /// Two keys, the first held while the second is pressed.
    pub async fn chord(&self, held: char, key: char) {
        let (first, second) = (Stroke::of(held), Stroke::of(key));
        let holds = if first.key == "Shift" { SHIFT } else { CONTROL };
        for event in [
            first.event(Going::Down, holds),
            second.event(Going::Down, holds),
            second.event(Going::Up, holds),
            first.event(Going::Up, 0),
        ] {
            self.key_event(event).await;
        }
    }

    /// Goes by the Tab key to what a selector names, as somebody without a mouse does.
    pub async fn tab_to(&self, css: &str) {
        let there = format!("return document.activeElement.matches({css:?})");
        for _ in 0..TABS {
            if self.run(&there, vec![]).await == json!(true) {
                return;
            }
            self.press(TAB).await;
        }
        panic!("{TABS} times Tab do not lead to {css}\n{}", self.text().await);
    }
}

/// From the first of the keys to the last.
fn span(keys: &str, pace: Duration) -> Duration {
    pace * u32::try_from(keys.chars().count().saturating_sub(1)).expect("a short text")
}

#[test]
fn a_key_that_writes_is_told_from_one_that_does_not() {
    assert_eq!(Stroke::of('7').event(Going::Down, 0)["text"], "7");
    assert_eq!(Stroke::of('\u{E007}').event(Going::Down, 0)["text"], "\r");
    assert_eq!(Stroke::of('\u{E007}').event(Going::Down, CONTROL)["type"], "rawKeyDown");
    assert_eq!(Stroke::of('\u{E03A}').key, "F10");
    assert_eq!(Stroke::of('\u{E03A}').event(Going::Down, SHIFT)["windowsVirtualKeyCode"], 121);
}
