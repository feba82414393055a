//! Pure rules: identities, what a role may see, what an incoming card means.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::{CardNumber, MemberCode};
use domain::ids::{AccountId, MemberId};
use domain::snapshot::phone_end;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Member, Profile};
use crate::catalogue::Turn;

/// A member of whom nothing was known. The ids take their entropy from the chain's own number, so that
/// this room needs no random source.
pub(super) fn new_member(profile: Profile, now: DateTime<Utc>) -> Member {
    let at = now.timestamp_millis();
    let id = MemberId::new(at, entropy("member", &profile.code));
    let account = AccountId::new(at, entropy("account", &profile.code));
    Member { id, account, profile, created_at: now }
}

/// What a file says of a member, unless they said no since: a yes that the file dates before that, or not at all, was
/// taken back. A no is never asked for its date.
pub(super) fn as_said_last(known: Option<&Profile>, row: &Profile) -> Profile {
    let Some(known) = known else { return row.clone() };
    let was_taken_back = row.consent.marketing
        && !known.consent.marketing
        && known.consent.at.is_some_and(|no| row.consent.at.is_none_or(|yes| yes <= no));
    let consent = if was_taken_back { &known.consent } else { &row.consent };
    Profile { consent: consent.clone(), ..row.clone() }
}

fn entropy(kind: &str, code: &MemberCode) -> [u8; 10] {
    let digest: [u8; 32] = Sha256::digest(format!("yapa-{kind}\n{code}")).into();
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&digest[..10]);
    entropy
}

pub(super) fn settle_card(
    card: &CardNumber,
    code: &MemberCode,
    member_exists: bool,
    owners: &mut HashMap<CardNumber, MemberCode>,
) -> Turn {
    if !member_exists {
        return Turn::Rejected(format!("member {code} is not known; import members first"));
    }
    match owners.get(card) {
        Some(owner) if owner == code => Turn::Same,
        Some(owner) => Turn::Rejected(format!("card {card} belongs to member {owner}")),
        None => {
            owners.insert(card.clone(), code.clone());
            Turn::New
        }
    }
}

/// What a till says aloud: first name and the initial of the surname, or the code where no name is known.
pub fn greeting(profile: &Profile) -> String {
    let initial = profile.last_name.chars().next();
    match (profile.first_name.trim(), initial) {
        ("", _) => profile.code.to_string(),
        (first, Some(initial)) => format!("{first} {}.", initial.to_uppercase()),
        (first, None) => first.to_owned(),
    }
}

/// Lower case without the accents of Spanish and its neighbours, so that "Muñoz" is found by "munoz".
pub fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' | 'ä' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    };
    text.to_lowercase().chars().map(plain).collect()
}

/// Everything a search looks at, folded: first what every reader may search by, then the contacts.
pub(super) fn search_key(profile: &Profile) -> String {
    let digits: String = profile.phone.chars().filter(char::is_ascii_digit).collect();
    let Profile { code, first_name, last_name, email, .. } = profile;
    fold(&format!("{first_name} {last_name} {code} {email} {digits}"))
}

/// `+57 300 123 4567` becomes `••• 4567`.
pub fn mask_phone(phone: &str) -> String {
    match phone_end(phone) {
        end if end.is_empty() => String::new(),
        end => format!("••• {end}"),
    }
}

/// `ana@example.org` becomes `a•••@example.org`.
pub fn mask_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, host)) => format!("{}•••@{host}", name.chars().take(1).collect::<String>()),
        None if email.is_empty() => String::new(),
        None => "•••".to_owned(),
    }
}

/// The last four characters, as on a receipt.
pub fn mask_card(card: &CardNumber) -> String {
    kit::format::masked(card.as_str())
}

/// A member as somebody may see them. Masking happens here, so that a page cannot leak by oversight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MemberView {
    #[schema(value_type = uuid::Uuid)]
    pub id: MemberId,
    pub code: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// Day and month as `MM-DD`; null where nobody told it or contacts may not be seen.
    pub birthday: Option<String>,
    pub cards: Vec<String>,
    pub consent_marketing: bool,
    pub consent_at: Option<DateTime<Utc>>,
    pub consent_source: String,
    pub created_at: DateTime<Utc>,
    /// Numbers of members who may be the same person; nobody has looked at it yet.
    pub possible_duplicates: Vec<String>,
}

impl MemberView {
    /// `full` is whether the reader may see names and contacts.
    pub fn of(member: &Member, cards: &[CardNumber], full: bool) -> Self {
        let Profile { code, first_name, last_name, email, phone, birthday, consent } = &member.profile;
        let card = |card: &CardNumber| if full { card.to_string() } else { mask_card(card) };
        Self {
            id: member.id,
            code: code.to_string(),
            name: if full {
                format!("{first_name} {last_name}").trim().to_owned()
            } else {
                greeting(&member.profile)
            },
            email: if full { email.clone() } else { mask_email(email) },
            phone: if full { phone.clone() } else { mask_phone(phone) },
            birthday: birthday.filter(|_| full).map(|day| day.to_string()),
            cards: cards.iter().map(card).collect(),
            consent_marketing: consent.marketing,
            consent_at: consent.at,
            consent_source: consent.source.clone(),
            created_at: member.created_at,
            possible_duplicates: vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::Consent;

    fn profile(first: &str, last: &str) -> Profile {
        Profile {
            code: "M1".parse().unwrap(),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            email: "ana@example.org".to_owned(),
            phone: "+57 300-123".to_owned(),
            birthday: None,
            consent: Consent::default(),
        }
    }

    #[test]
    fn greetings() {
        for (first, last, wanted) in
            [("Ana", "muñoz", "Ana M."), ("Ana", "", "Ana"), ("", "Muñoz", "M1"), ("Íñigo", "ñu", "Íñigo Ñ.")]
        {
            assert_eq!(greeting(&profile(first, last)), wanted);
        }
    }

    #[test]
    fn masks_hide_at_least_half() {
        for (phone, wanted) in [("+57 300 123 4567", "••• 4567"), ("123", "••• 23"), ("", ""), ("1", "••• 1")]
        {
            assert_eq!(mask_phone(phone), wanted);
        }
        for (email, wanted) in [("ana@x.org", "a•••@x.org"), ("", ""), ("nonsense", "•••")] {
            assert_eq!(mask_email(email), wanted);
        }
        for (card, wanted) in
            [("2990000010421", "••••0421"), ("29900104", "••••0104"), ("12345", "••••45"), ("7", "••••")]
        {
            assert_eq!(mask_card(&card.parse().unwrap()), wanted);
        }
    }

    #[test]
    fn a_search_finds_without_accents_and_by_digits() {
        assert_eq!(search_key(&profile("José", "Muñoz")), "jose munoz m1 ana@example.org 57300123");
    }

    #[test]
    fn a_masked_view_holds_nothing_to_leak() {
        let member = new_member(profile("Ana", "Muñoz"), DateTime::UNIX_EPOCH);
        let view = MemberView::of(&member, &["2990000010421".parse().unwrap()], false);
        let text = serde_json::to_string(&view).unwrap();
        for secret in ["Muñoz", "ana@", "300", "2990000"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }

    #[test]
    fn cards_of_others_are_refused() {
        let mut owners = HashMap::from([("c1".parse().unwrap(), "M1".parse().unwrap())]);
        let mut settle = |card: &str, code: &str, exists| {
            settle_card(&card.parse().unwrap(), &code.parse().unwrap(), exists, &mut owners)
        };
        assert_eq!(settle("c1", "M1", true), Turn::Same);
        assert!(
            matches!(settle("c1", "M2", true), Turn::Rejected(why) if why.contains("belongs to member M1"))
        );
        assert!(matches!(settle("c2", "M9", false), Turn::Rejected(why) if why.contains("not known")));
        assert_eq!(settle("c2", "M2", true), Turn::New);
        assert!(matches!(settle("c2", "M1", true), Turn::Rejected(_)));
    }

    #[test]
    fn a_file_of_before_does_not_undo_a_no() {
        let at = |day: Option<i64>| day.and_then(|day| DateTime::from_timestamp(day * 86_400, 0));
        let consent = |(marketing, day)| Consent { marketing, at: at(day), source: String::new() };
        for (known, row, wanted) in [
            ((false, Some(5)), (true, Some(4)), (false, Some(5))),
            ((false, Some(5)), (true, Some(5)), (false, Some(5))),
            ((false, Some(5)), (true, None), (false, Some(5))),
            ((false, Some(5)), (true, Some(6)), (true, Some(6))),
            ((false, None), (true, Some(4)), (true, Some(4))),
            ((true, Some(5)), (false, None), (false, None)),
            ((true, Some(5)), (true, Some(4)), (true, Some(4))),
            ((false, Some(5)), (false, Some(4)), (false, Some(4))),
        ] {
            let known_as = Profile { consent: consent(known), ..profile("Ana", "") };
            let said = Profile { consent: consent(row), ..profile("Ana María", "") };
            let kept = as_said_last(Some(&known_as), &said);
            assert_eq!(kept, Profile { consent: consent(wanted), ..said.clone() }, "{known:?} {row:?}");
            assert_eq!(as_said_last(None, &said), said);
        }
    }

    #[test]
    fn an_undated_yes_is_no_consent() {
        let at = Some(DateTime::UNIX_EPOCH);
        for (marketing, at, may) in [(true, at, true), (true, None, false), (false, at, false)] {
            assert_eq!(Consent { marketing, at, source: String::new() }.may_target(), may);
        }
    }
}
