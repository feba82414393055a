//! Whether a till reads a device that is set so. The till cuts and names reads by the device's profile: what a
//! chain wants set must not contradict it, or every device of the chain is set up and none can be read.

use crate::profile::{CodeId, Profile, Suffix, Transport};
use crate::setting::{Setting, Wanted, Word};

/// Why a till that uses this profile would not read a device that is set to this word.
pub fn misfit(profile: &Profile, setting: Setting, word: &Word) -> Option<String> {
    let said = match setting {
        Setting::Suffix => suffix(profile.frame.suffix, word.as_str()),
        Setting::CodeId => code_id(profile.code_id, word.as_str()),
        Setting::DecodePackets if word.as_str() == "on" => Some("reads plain text, not packets".to_owned()),
        Setting::Baud => baud(profile, word),
        _ => None,
    }?;
    Some(format!("a till with the profile {} {said}", profile.id))
}

/// All that does not fit.
pub fn misfits(profile: &Profile, wanted: &Wanted) -> Vec<(Setting, String)> {
    let of = |(setting, word): (&Setting, &Word)| Some((*setting, misfit(profile, *setting, word)?));
    wanted.iter().filter_map(of).collect()
}

fn suffix(frame: Suffix, word: &str) -> Option<String> {
    let (understood, name): (&[&str], _) = match frame {
        Suffix::Cr => (&["cr"], "CR"),
        Suffix::Lf => (&["lf"], "LF"),
        // Adjacent ones are one end.
        Suffix::CrLf => (&["cr", "lf", "cr_lf"], "CR, LF or both"),
        Suffix::Tab => (&["tab"], "TAB"),
        Suffix::Etx => (&[], "ETX"),
        Suffix::None => (&["none"], "silence"),
    };
    (!understood.contains(&word)).then(|| format!("ends a read at {name}"))
}

fn code_id(own: CodeId, word: &str) -> Option<String> {
    let (understood, name) = match own {
        CodeId::None => ("none", "no identifier"),
        CodeId::Aim => ("aim", "AIM identifiers"),
        CodeId::Honeywell | CodeId::Symbol => ("vendor", "the maker's identifiers"),
    };
    (word != understood).then(|| format!("expects {name}"))
}

fn baud(profile: &Profile, word: &Word) -> Option<String> {
    let line = profile.line.filter(|_| profile.transport == Transport::Serial)?;
    (word.number() != Some(line.baud)).then(|| format!("opens the line at {} baud", line.baud))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;

    #[test]
    fn what_a_till_would_not_read_is_named() {
        let registry = Registry::built_in().unwrap();
        let own = |id: &str| registry.get(id).unwrap().clone();
        let with = |suffix| {
            let mut profile = own("generic-serial");
            profile.frame.suffix = suffix;
            profile
        };
        for (profile, setting, word, wanted) in [
            (with(Suffix::CrLf), Setting::Suffix, "cr", None),
            (with(Suffix::CrLf), Setting::Suffix, "cr_lf", None),
            (with(Suffix::CrLf), Setting::Suffix, "tab", Some("ends a read at CR, LF or both")),
            (with(Suffix::Cr), Setting::Suffix, "cr_lf", Some("ends a read at CR")),
            (with(Suffix::Lf), Setting::Suffix, "lf", None),
            (with(Suffix::Tab), Setting::Suffix, "tab", None),
            (with(Suffix::Etx), Setting::Suffix, "none", Some("ETX")),
            (with(Suffix::None), Setting::Suffix, "none", None),
            (with(Suffix::None), Setting::Suffix, "cr", Some("silence")),
            (own("generic-serial"), Setting::CodeId, "aim", None),
            (own("generic-serial"), Setting::CodeId, "none", Some("expects AIM identifiers")),
            (own("rdm6300"), Setting::CodeId, "none", None),
            (own("generic-serial"), Setting::DecodePackets, "on", Some("reads plain text")),
            (own("generic-serial"), Setting::DecodePackets, "off", None),
            (own("generic-serial"), Setting::Baud, "9600", None),
            (
                own("generic-serial"),
                Setting::Baud,
                "19200",
                Some("generic-serial opens the line at 9600 baud"),
            ),
            (own("generic-cdc"), Setting::Baud, "19200", None),
            (own("generic-serial"), Setting::Ocr, "on", None),
        ] {
            let said = misfit(&profile, setting, &setting.word(word).unwrap());
            match wanted {
                Some(wanted) => assert!(said.as_ref().is_some_and(|said| said.contains(wanted)), "{said:?}"),
                None => assert_eq!(said, None),
            }
        }
        let mut vendor = own("generic-serial");
        vendor.code_id = CodeId::Symbol;
        assert_eq!(misfit(&vendor, Setting::CodeId, &Setting::CodeId.word("vendor").unwrap()), None);
    }
}
