//! The ordered rules by which a chain reads its scans. The first rule that claims a text decides.

use serde::{Deserialize, Serialize};

use super::carrier::{Content, content};
use super::pan::{PaymentCard, recognise};
use super::rule::{AimPattern, Charset, Check, Claimed, Kind, Rule, RuleError};
use super::{Meaning, Origin, Scan, Unreadable};
use crate::codes::CodeError;

/// A table that holds together: names differ, every rule can match, no card range is one of payment
/// cards. In a settings file it is a list of tables, `[[rules]]`, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RuleList", into = "RuleList")]
pub struct RuleTable {
    rules: Vec<Rule>,
}

/// The table as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleList {
    rules: Vec<Rule>,
}

impl TryFrom<RuleList> for RuleTable {
    type Error = RuleError;

    fn try_from(list: RuleList) -> Result<Self, RuleError> {
        Self::new(list.rules)
    }
}

impl From<RuleTable> for RuleList {
    fn from(table: RuleTable) -> Self {
        Self { rules: table.rules }
    }
}

impl RuleTable {
    pub fn new(rules: Vec<Rule>) -> Result<Self, RuleError> {
        for (place, rule) in rules.iter().enumerate() {
            rule.validate()?;
            let earlier = &rules[..place];
            if earlier.iter().any(|other| other.name == rule.name) {
                return Err(RuleError::NameTwice { rule: rule.name.clone() });
            }
            if let Some(earlier) = earlier.iter().find(|earlier| earlier.covers(rule)) {
                let (rule, earlier) = (rule.name.clone(), earlier.name.clone());
                return Err(RuleError::Shadowed { rule, earlier });
            }
        }
        Ok(Self { rules })
    }

    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What the scan means. Takes it, so that its text is erased when this returns.
    #[expect(clippy::needless_pass_by_value, reason = "the text must not outlive the reading of it")]
    pub fn classify(&self, scan: Scan) -> Result<Meaning, PaymentCard> {
        match recognise(&scan) {
            Some(card) => Err(card),
            None => Ok(content(&scan).and_then(|c| self.meaning(&scan, &c)).unwrap_or_else(Meaning::Unknown)),
        }
    }

    fn meaning(&self, scan: &Scan, content: &Content<'_>) -> Result<Meaning, Unreadable> {
        let claim = |rule: &Rule| rule.claim(scan.origin, scan.aim, content.text).map(|c| (rule.meaning, c));
        let meaning = match self.rules.iter().find_map(claim) {
            Some((kind, claimed)) => meaning_of(kind, &claimed),
            None if content.is_article => content.text.parse().map(Meaning::Product),
            None => content.text.parse().map(Meaning::Code),
        };
        meaning.map_err(|error| match error {
            CodeError::Empty => Unreadable::Empty,
            CodeError::TooLong => Unreadable::TooLong,
            // The second: an article's symbol that a card rule claims and that is no card's number.
            CodeError::Invisible | CodeError::PaymentCard => Unreadable::Character,
        })
    }
}

fn meaning_of(kind: Kind, claimed: &Claimed<'_>) -> Result<Meaning, CodeError> {
    let text = claimed.as_str();
    match kind {
        Kind::Product => text.parse().map(Meaning::Product),
        Kind::MemberCard => text.parse().map(Meaning::MemberCard),
        Kind::Coupon => text.parse().map(Meaning::Coupon),
        Kind::Receipt => text.parse().map(Meaning::Receipt),
    }
}

/// Our receipts carry this prefix before the receipt's own code.
pub const RECEIPT_PREFIX: &str = "YR";

/// What a chain starts with: member cards are EAN-13 with prefix 299 (inside the range that GS1 leaves to
/// shops), our receipts, GS1's coupon and refund prefixes, and article numbers. Chains with other cards
/// put their own rules first; a card that no rule claims is still found as a [`Meaning::Code`].
impl Default for RuleTable {
    fn default() -> Self {
        let ean_13 = |name: &str, meaning, prefixes: &[&str]| Rule {
            prefixes: prefixes.iter().map(|&p| p.to_owned()).collect(),
            lengths: vec![13],
            charset: Charset::Digits,
            check: Check::Gs1,
            ..Rule::named(name, meaning)
        };
        let gsrn = Rule {
            aim: [(b'C', b'1'), (b'd', b'2'), (b'Q', b'3'), (b'e', b'0'), (b'J', b'1')]
                .map(|(symbology, modifier)| AimPattern { symbology, modifier: Some(modifier) })
                .to_vec(),
            prefixes: vec!["8018".to_owned()],
            lengths: vec![22],
            charset: Charset::Digits,
            check: Check::Gs1,
            strip: true,
            ..Rule::named("service-relation-number", Kind::MemberCard)
        };
        // The prefix and 26 characters; people put blanks or hyphens between them, and type small letters.
        let receipt = Rule {
            prefixes: vec![RECEIPT_PREFIX.to_owned(), RECEIPT_PREFIX.to_lowercase()],
            lengths: (28..=36).collect(),
            ..Rule::named("receipt", Kind::Receipt)
        };
        let article = Rule {
            lengths: vec![8, 12, 13, 14],
            charset: Charset::Digits,
            check: Check::Gs1,
            ..Rule::named("article", Kind::Product)
        };
        let short_number = Rule {
            origins: vec![Origin::Typed],
            lengths: (1..=5).collect(),
            charset: Charset::Digits,
            ..Rule::named("short-number", Kind::Product)
        };
        Self {
            rules: vec![
                ean_13("member-card", Kind::MemberCard, &["299"]),
                gsrn,
                receipt,
                ean_13("refund-receipt", Kind::Receipt, &["980"]),
                ean_13("coupon", Kind::Coupon, &["981", "982", "983", "99"]),
                article,
                short_number,
            ],
        }
    }
}

impl Rule {
    /// A rule with no condition yet.
    pub fn named(name: &str, meaning: Kind) -> Self {
        Self {
            name: name.to_owned(),
            meaning,
            origins: vec![],
            aim: vec![],
            prefixes: vec![],
            lengths: vec![],
            charset: Charset::Any,
            check: Check::None,
            strip: false,
        }
    }
}
