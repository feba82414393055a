//! The ordered rules by which a chain reads its scans. The first rule that claims a text decides.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::carrier::{Carried, Content, content};
use super::gs1::Elements;
use super::pan::{PaymentCard, recognise};
use super::rule::{Charset, Check, Claimed, Kind, Rule, RuleError};
use super::{Barcode, CurrencyNumber, Label, Lookup, Meaning, Origin, Scan, Unreadable, ValuedCoupon};
use super::{coupon, expand_upc_e, has_check_digit};
use crate::codes::CodeError;
use crate::gift_card::{GiftCard, without_gaps};
use crate::open_page::OpenPage;

/// A table that holds together: names differ, every rule can match, no card range is one of payment
/// cards. In a settings file it is a list of tables, `[[rules]]`, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RuleList", into = "RuleList")]
pub struct RuleTable {
    currency: Option<CurrencyNumber>,
    rules: Vec<Rule>,
}

/// The table as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleList {
    /// The ISO 4217 number of the chain's currency: `"978"`. Prices on labels that name another one, or
    /// any if this is left out, are not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<CurrencyNumber>,
    #[serde(default = "default_rules")]
    rules: Vec<Rule>,
}

impl TryFrom<RuleList> for RuleTable {
    type Error = RuleError;

    fn try_from(list: RuleList) -> Result<Self, RuleError> {
        Ok(Self { currency: list.currency, ..Self::new(list.rules)? })
    }
}

impl From<RuleTable> for RuleList {
    fn from(table: RuleTable) -> Self {
        Self { currency: table.currency, rules: table.rules }
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
        for (place, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.meaning == Kind::GiftCard) {
            let mut others = rules.iter().enumerate().filter(|(at, _)| *at != place);
            if let Some((_, other)) = others.find(|(at, other)| rule.meets(other, *at < place)) {
                let (rule, other) = (rule.name.clone(), other.name.clone());
                return Err(RuleError::GiftCardShared { rule, other });
            }
        }
        Ok(Self { currency: None, rules })
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
        let text = content.text;
        if let Some(card) = self.typed_gift_card(scan)? {
            return Ok(Meaning::GiftCard(card));
        }
        match &content.carried {
            Carried::Elements(elements) => self.of_elements(scan, text, elements),
            Carried::Article => self.article(scan, text),
            Carried::Plain => match self.claimed(scan, text)? {
                Some(claimed) => Ok(claimed),
                None => eight_digits(scan, text).map_or_else(|| Ok(Meaning::Code(code(text)?)), Ok),
            },
            // Before any rule: one for all addresses would keep the key of the page.
            Carried::Address => match OpenPage::read(text) {
                Some(page) => Ok(Meaning::Page(page)),
                None => self.address(scan, text),
            },
        }
    }

    /// A chain may print addresses of its own on its cards.
    fn address(&self, scan: &Scan, text: &str) -> Result<Meaning, Unreadable> {
        match self.claimed(scan, text)? {
            Some(claimed) => Ok(claimed),
            None => match Elements::read_link(text)? {
                Some(elements) => self.of_elements(scan, text, &elements),
                None => Ok(Meaning::Code(code(text)?)),
            },
        }
    }

    /// A gift card's number as people type it off the card, in groups. One with a wrong digit is refused here, so that
    /// it is not kept as a code that nobody knows.
    fn typed_gift_card(&self, scan: &Scan) -> Result<Option<GiftCard>, Unreadable> {
        let rules = || self.rules.iter().filter(|rule| rule.meaning == Kind::GiftCard);
        if scan.origin != Origin::Typed || rules().next().is_none() {
            return Ok(None);
        }
        let digits = Zeroizing::new(without_gaps(&scan.text));
        if !rules().any(|rule| rule.is_like(scan, &digits)) {
            return Ok(None);
        }
        if has_check_digit(&digits) {
            Ok(Some(GiftCard::of_number(&digits)))
        } else {
            Err(Unreadable::CheckDigit)
        }
    }

    /// What the first rule makes of the text that claims it.
    fn claimed(&self, scan: &Scan, text: &str) -> Result<Option<Meaning>, Unreadable> {
        let claim = |rule| Some((rule, Rule::claim(rule, scan.origin, scan.aim, text)?));
        let Some((rule, claimed)) = self.rules.iter().find_map(claim) else { return Ok(None) };
        let meaning = match claimed {
            Claimed::Label(label) => Meaning::Labelled(label),
            Claimed::Refused(why) => return Err(why),
            Claimed::Expanded(text) => meaning_of(rule.meaning, &text)?,
            Claimed::Text(text) => {
                let eight = eight_digits(scan, text).filter(|_| rule.meaning == Kind::Product);
                eight.map_or_else(|| meaning_of(rule.meaning, text), Ok)?
            }
        };
        Ok(Some(meaning))
    }

    /// A number of which the symbol says that it is an article's; the chain may use it for its cards.
    fn article(&self, scan: &Scan, number: &str) -> Result<Meaning, Unreadable> {
        Ok(self.claimed(scan, number)?.unwrap_or(Meaning::Product(code(number)?)))
    }

    fn of_elements(&self, scan: &Scan, text: &str, elements: &Elements) -> Result<Meaning, Unreadable> {
        if let Some(gtin) = elements.value("01").or_else(|| elements.value("02")) {
            return match self.article(scan, gtin)? {
                Meaning::Product(barcode) => {
                    let label = Label::of_elements(barcode, elements, self.currency)?;
                    Ok(if label.is_bare() {
                        Meaning::Product(label.barcode)
                    } else {
                        Meaning::Labelled(label)
                    })
                }
                other => Ok(other),
            };
        }
        if let Some(number) = elements.value("8018") {
            return match self.claimed(scan, &format!("8018{number}"))? {
                Some(claimed) => Ok(claimed),
                None => meaning_of(Kind::MemberCard, number),
            };
        }
        if let Some(number) = ["255", "8110", "8112"].iter().find_map(|ai| elements.value(ai)) {
            return meaning_of(Kind::Coupon, number);
        }
        match self.claimed(scan, text)? {
            Some(claimed) => Ok(claimed),
            None => text.parse().map(Meaning::Code).map_err(|_| Unreadable::NotSold),
        }
    }
}

fn code(text: &str) -> Result<Barcode, Unreadable> {
    Ok(text.parse::<Barcode>()?)
}

/// Eight digits that can be a UPC-E, whatever else they can be, and no word of the reader what it saw.
fn eight_digits(scan: &Scan, text: &str) -> Option<Meaning> {
    if scan.aim.is_some() {
        return None;
    }
    let upc_a = expand_upc_e(text)?.parse().ok()?;
    Some(Meaning::EightDigits { read: text.parse().ok()?, upc_a })
}

fn meaning_of(kind: Kind, text: &str) -> Result<Meaning, Unreadable> {
    Ok(match kind {
        Kind::Product => Meaning::Product(text.parse()?),
        Kind::MemberCard => Meaning::MemberCard(text.parse()?),
        Kind::GiftCard => Meaning::GiftCard(GiftCard::of_number(text)),
        Kind::Coupon => Meaning::Coupon(text.parse()?),
        Kind::ValuedCoupon => Meaning::ValuedCoupon(ValuedCoupon::read(text.parse()?)?),
        Kind::Receipt => Meaning::Receipt(text.parse()?),
    })
}

impl From<CodeError> for Unreadable {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::Empty => Self::Empty,
            CodeError::TooLong => Self::TooLong,
            CodeError::Invisible | CodeError::OtherDigits => Self::Character,
            CodeError::PaymentCard => Self::CardNumber,
        }
    }
}

/// Our receipts carry this prefix before the receipt's own code.
pub const RECEIPT_PREFIX: &str = "YR";

/// What a chain starts with: member cards are EAN-13 with prefix 299 (inside the range that GS1 leaves to
/// shops), gift cards 20 digits with prefix 298, our receipts, GS1's coupon and refund prefixes, and article numbers. Chains with other cards
/// put their own rules first; a card that no rule claims is still found as a [`Meaning::Code`]. Layouts of
/// weights and prices differ from country to country and chain to chain: there is none here.
impl Default for RuleTable {
    fn default() -> Self {
        Self { currency: None, rules: default_rules() }
    }
}

fn default_rules() -> Vec<Rule> {
    let ean_13 = |name: &str, meaning, prefixes: &[&str]| Rule {
        prefixes: prefixes.iter().map(|&p| p.to_owned()).collect(),
        lengths: vec![13],
        charset: Charset::Digits,
        check: Check::Gs1,
        ..Rule::named(name, meaning)
    };
    // Longer than a payment card, so that none is taken for the other, and 16 digits that nobody guesses.
    let gift_card = Rule { lengths: vec![20], ..ean_13("gift-card", Kind::GiftCard, &["298"]) };
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
    vec![
        ean_13("member-card", Kind::MemberCard, &["299"]),
        gift_card,
        receipt,
        ean_13("refund-receipt", Kind::Receipt, &["980"]),
        ean_13("valued-coupon", Kind::ValuedCoupon, &coupon::PREFIXES),
        ean_13("coupon", Kind::Coupon, &["983", "99"]),
        article,
        short_number,
    ]
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
            layout: None,
            lookup: Lookup::default(),
        }
    }
}
