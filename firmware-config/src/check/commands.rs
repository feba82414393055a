//! Checks of what a profile says about programming.

use super::ensure;
use crate::dialect::{Dialect, Request, Storage, Unsayable};
use crate::profile::{Profile, Transport};
use crate::programming::{Command, Programming};
use crate::setting::Setting;

pub fn usb(profile: &Profile) -> Result<(), String> {
    let hex = |text: &str| text.len() == 4 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let fits = |id: &str| id.split_once(':').is_some_and(|(v, p)| hex(v) && (p == "*" || hex(p)));
    match profile.usb.iter().find(|id| !fits(id)) {
        Some(id) => {
            Err(format!("{id:?}: vendor and product in small hexadecimal digits, 0c2e:0720 or 0c2e:*"))
        }
        None => Ok(()),
    }
}

pub fn programming(profile: &Profile) -> Result<(), String> {
    let Some(programming) = &profile.programming else {
        return ensure(profile.settings.is_empty(), || {
            "[settings] need [programming] with a dialect to be said in".to_owned()
        });
    };
    let Programming { timeout_ms, retries, reply_max, pause_ms, wake, wake_ms, .. } = programming;
    ensure(profile.transport.has_line(), || format!("{:?} has no line to program over", profile.transport))?;
    timeout(*timeout_ms)?;
    reply(*reply_max)?;
    ensure(*retries <= 5, || format!("{retries} retries: at most 5"))?;
    ensure(*pause_ms <= 10_000 && *wake_ms <= 10_000, || "pauses are at most 10000 ms".to_owned())?;
    ensure(wake.len() <= 16, || format!("{} bytes to wake it: at most 16", wake.len()))
}

fn timeout(ms: u16) -> Result<(), String> {
    ensure((20..=10_000).contains(&ms), || format!("timeout_ms is {ms}: from 20 to 10000"))
}

fn reply(bytes: u16) -> Result<(), String> {
    ensure((16..=32_768).contains(&bytes), || format!("reply_max is {bytes}: from 16 to 32768 bytes"))
}

pub fn settings(profile: &Profile) -> Result<(), String> {
    let Some(programming) = &profile.programming else { return Ok(()) };
    for (setting, command) in &profile.settings {
        let named = |reason: String| format!("{setting}: {reason}");
        of_setting(*setting, command, programming.dialect).map_err(named)?;
        ensure(*setting != Setting::Baud || profile.transport == Transport::Serial, || {
            named(format!("{:?} has no speed", profile.transport))
        })?;
    }
    Ok(())
}

fn of_setting(setting: Setting, command: &Command, dialect: Dialect) -> Result<(), String> {
    ensure(!command.values.is_empty(), || "no values".to_owned())?;
    ensure(!command.source.trim().is_empty(), || "say in source where its bytes are published".to_owned())?;
    command.timeout_ms.map_or(Ok(()), timeout)?;
    command.reply_max.map_or(Ok(()), reply)?;
    for (word, phrase) in &command.values {
        setting.word(word).map_err(|error| error.to_string())?;
        ensure(command.word(phrase) == Some(word), || format!("{phrase:?} stands for two values"))?;
        sayable(dialect, phrase)?;
    }
    for (word, text) in &command.sheet {
        setting.word(word).map_err(|error| error.to_string())?;
        ensure(!text.is_empty(), || format!("the code on paper for {word} is empty"))?;
    }
    match &command.ask {
        Some(ask) => answered(dialect, ask, command),
        None => Ok(()),
    }
}

/// What is set can be told apart by what is asked.
fn answered(dialect: Dialect, ask: &str, command: &Command) -> Result<(), String> {
    let speech = dialect.speech();
    speech.say(&Request::Ask(ask)).map_err(|error| error.to_string())?;
    match command.values.values().find(|phrase| !speech.may_answer(ask, phrase)) {
        Some(phrase) => {
            Err(format!("{phrase:?} is never the answer to {ask:?}: ask for what it sets, or take ask out"))
        }
        None => Ok(()),
    }
}

/// In one of the forms that the dialect has.
fn sayable(dialect: Dialect, phrase: &str) -> Result<(), String> {
    let say = |storage| dialect.speech().say(&Request::Write(phrase, storage));
    match say(Storage::Volatile) {
        Ok(_) => Ok(()),
        Err(Unsayable::NoForm(_)) => say(Storage::Stored).map(drop).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
