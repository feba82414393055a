//! One rule of the table that reads scans: its conditions, its meaning, and what makes it nonsense.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::aim::{is_modifier, is_symbology};
use super::gtin::{expand_upc_e, has_check_digit};
use super::layout::{Layout, Lookup};
use super::pan::{BARE_LENGTHS, ISSUERS};
use super::{AimId, Label, Origin, Unreadable, coupon};
use crate::codes::CODE_CHARS_MAX;
use crate::gift_card::GIFT_DIGITS_MIN;

/// `]E0`, or `]E` for every modifier of a symbology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AimPattern {
    pub symbology: u8,
    pub modifier: Option<u8>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charset {
    #[default]
    Any,
    Digits,
    /// ASCII letters and digits.
    Alphanumeric,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    #[default]
    None,
    /// The last digit is the GS1 check digit of the others.
    Gs1,
    /// Eight digits that stand for a UPC-A; the meaning is given the UPC-A. The same eight digits can be
    /// an EAN-8, so such a rule must name an origin or a symbol.
    UpcE,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Product,
    MemberCard,
    /// A card with a balance: digits with a check digit, too many to be guessed.
    GiftCard,
    Coupon,
    /// A common-currency coupon, which says its value: 981 or 982 and ten digits more.
    ValuedCoupon,
    Receipt,
}

/// Claims a text if every condition holds. A condition that is left out always holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: String,
    pub meaning: Kind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Holds only for reads that carry one of these identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aim: Vec<AimPattern>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
    /// In characters, prefix included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lengths: Vec<usize>,
    #[serde(default)]
    pub charset: Charset,
    /// Applies to what is left after `strip`.
    #[serde(default)]
    pub check: Check,
    /// Whether the prefix is taken off.
    #[serde(default)]
    pub strip: bool,
    /// Weight, price or count inside the number, for products. Says by itself which texts it claims: of
    /// the conditions only `origins` and `aim` may stand beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Under which number the catalogue knows the article of a layout.
    #[serde(default)]
    pub lookup: Lookup,
}

/// Why a rule is refused. `rule` names the culprit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("a rule has no name")]
    NoName,
    #[error("rule {rule:?} stands twice: give each rule its own name")]
    NameTwice { rule: String },
    #[error("rule {rule:?} can never match: {reason}")]
    NeverMatches { rule: String, reason: &'static str },
    #[error("rule {rule:?} can never match: rule {earlier:?} before it claims all that it could; move it up")]
    Shadowed { rule: String, earlier: String },
    #[error("rule {rule:?} claims every text: give it a prefix, lengths, characters or symbols")]
    ClaimsAll { rule: String },
    #[error("rule {rule:?}: a layout stands alone: {reason}")]
    Layout { rule: String, reason: &'static str },
    #[error("rule {rule:?}: a valued coupon needs prefixes 981 or 982, lengths [13] and check gs1")]
    ValuedCoupon { rule: String },
    #[error(
        "rule {rule:?}: a gift card needs prefixes, lengths of at least {GIFT_DIGITS_MIN}, charset digits and check gs1, \
         and keeps its prefix"
    )]
    GiftCard { rule: String },
    #[error(
        "rule {rule:?}: rule {other:?} may claim the same numbers: give the gift cards another prefix or length"
    )]
    GiftCardShared { rule: String, other: String },
    #[error("rule {rule:?}: upc_e needs origins or aim, because eight digits alone may be an EAN-8")]
    UpcEByText { rule: String },
    #[error(
        "rule {rule:?}: numbers of {length} digits with prefix {prefix:?} can be payment cards ({brand}); \
         give it another prefix or length, or name GS1 symbols in aim"
    )]
    PaymentCards { rule: String, prefix: String, length: usize, brand: String },
}

impl Rule {
    /// The text that the meaning is made of, if the rule claims the read.
    pub(super) fn claim<'t>(&self, origin: Origin, aim: Option<AimId>, text: &'t str) -> Option<Claimed<'t>> {
        let from = self.origins.is_empty() || self.origins.contains(&origin);
        let carried = self.aim.is_empty() || aim.is_some_and(|aim| self.aim.iter().any(|p| p.holds(aim)));
        if let Some(layout) = &self.layout {
            let read = layout.read(text, self.lookup).filter(|_| from && carried)?;
            return Some(read.map_or_else(Claimed::Refused, Claimed::Label));
        }
        let long = self.lengths.is_empty() || self.lengths.contains(&text.chars().count());
        if !from || !carried || !long || !self.charset.holds(text) {
            return None;
        }
        let prefix = self.prefix_of(text)?;
        let rest = if self.strip { &text[prefix.len()..] } else { text };
        match self.check {
            _ if rest.is_empty() => None,
            Check::None => Some(Claimed::Text(rest)),
            Check::Gs1 => has_check_digit(rest).then_some(Claimed::Text(rest)),
            Check::UpcE => expand_upc_e(rest).map(Claimed::Expanded),
        }
    }

    fn prefix_of(&self, text: &str) -> Option<&str> {
        if self.prefixes.is_empty() {
            return Some("");
        }
        self.prefixes.iter().map(String::as_str).find(|prefix| text.starts_with(prefix))
    }

    /// What can be seen by looking at the rule alone.
    pub(super) fn validate(&self) -> Result<(), RuleError> {
        if self.name.trim().is_empty() {
            return Err(RuleError::NoName);
        }
        let rule = self.name.clone();
        if let Some(reason) = self.beside_layout() {
            return Err(RuleError::Layout { rule, reason });
        }
        if self.layout.is_some() {
            return Ok(());
        }
        if let Some(reason) = self.never_matches() {
            return Err(RuleError::NeverMatches { rule, reason });
        }
        let free = self.prefixes.is_empty() && self.lengths.is_empty() && self.aim.is_empty();
        if free && self.charset == Charset::Any && self.check == Check::None {
            return Err(RuleError::ClaimsAll { rule });
        }
        if self.check == Check::UpcE && self.origins.is_empty() && self.aim.is_empty() {
            return Err(RuleError::UpcEByText { rule });
        }
        if self.meaning == Kind::ValuedCoupon && !self.is_valued_coupon() {
            return Err(RuleError::ValuedCoupon { rule });
        }
        if self.meaning == Kind::GiftCard && !self.is_gift_card() {
            return Err(RuleError::GiftCard { rule });
        }
        self.refuse_payment_cards()
    }

    /// What may not stand beside a layout, or not without one.
    fn beside_layout(&self) -> Option<&'static str> {
        if self.layout.is_none() {
            let alone = self.lookup != Lookup::default();
            return alone.then_some("lookup belongs to a layout");
        }
        let said_twice = !self.prefixes.is_empty() || !self.lengths.is_empty() || self.strip;
        if self.meaning != Kind::Product {
            Some("its meaning is product")
        } else if said_twice || self.charset != Charset::Any || self.check != Check::None {
            Some("leave out prefixes, lengths, charset, check and strip")
        } else {
            None
        }
    }

    fn is_valued_coupon(&self) -> bool {
        let prefixed = |prefix: &String| coupon::PREFIXES.iter().any(|known| prefix.starts_with(known));
        !self.prefixes.is_empty()
            && self.prefixes.iter().all(prefixed)
            && self.lengths == [coupon::LENGTH]
            && self.check == Check::Gs1
            && !self.strip
    }

    fn never_matches(&self) -> Option<&'static str> {
        let each = |holds: &dyn Fn(&str) -> bool| self.prefixes.iter().all(|prefix| holds(prefix));
        let checked = self.check != Check::None;
        let remaining = |length: usize, prefix: &str| {
            length.saturating_sub(if self.strip { prefix.chars().count() } else { 0 })
        };
        let fits = |length: usize, prefix: &str| {
            let rest = remaining(length, prefix);
            length <= CODE_CHARS_MAX
                && length >= prefix.chars().count()
                && match self.check {
                    Check::None => rest >= 1,
                    Check::Gs1 => rest >= 2,
                    Check::UpcE => rest == 8,
                }
        };
        if !each(&|prefix| !prefix.is_empty()) {
            return Some("a prefix is empty; leave prefixes out instead");
        }
        if !each(&|prefix| prefix.chars().count() <= CODE_CHARS_MAX) {
            return Some("a prefix is longer than a code may be");
        }
        if !each(&|prefix| self.charset.holds(prefix)) {
            return Some("a prefix has characters that charset excludes");
        }
        if checked && !self.strip && !each(&|prefix| Charset::Digits.holds(prefix)) {
            return Some("a check digit is asked for, and a prefix is not digits");
        }
        let prefixes = if self.prefixes.is_empty() { vec![""] } else { self.prefix_texts() };
        if self.lengths.iter().any(|length| !prefixes.iter().any(|prefix| fits(*length, prefix))) {
            return Some("one of its lengths does not fit its prefixes, its check or the longest code");
        }
        let promised = |pattern: &AimPattern| match (pattern.symbology, pattern.modifier) {
            (b'E', Some(b'0' | b'3')) => self.lengths.is_empty() || self.lengths.contains(&13),
            (b'E', Some(b'4')) => self.lengths.is_empty() || self.lengths.contains(&8),
            (b'E', Some(b'1' | b'2')) => false,
            _ => true,
        };
        (!self.aim.iter().all(promised)).then_some("a symbol in aim never carries such a text")
    }

    fn prefix_texts(&self) -> Vec<&str> {
        self.prefixes.iter().map(String::as_str).collect()
    }

    /// Payment cards are dropped before rules are asked, so a card range among them would sometimes be
    /// dropped too. Only symbols that never carry payment cards are free of that.
    fn refuse_payment_cards(&self) -> Result<(), RuleError> {
        let gs1_only = !self.aim.is_empty() && self.aim.iter().all(|p| p.is_gs1_carrier());
        if self.meaning != Kind::MemberCard || gs1_only || self.origins == [Origin::Rfid] {
            return Ok(());
        }
        let prefixes = if self.prefixes.is_empty() { vec![""] } else { self.prefix_texts() };
        let lengths = BARE_LENGTHS.filter(|l| self.lengths.is_empty() || self.lengths.contains(l));
        for length in lengths {
            for prefix in prefixes.iter().filter(|prefix| Charset::Digits.holds(prefix)) {
                let issuer = ISSUERS.iter().find(|r| r.lengths.contains(&length) && r.meets(prefix));
                if let Some(issuer) = issuer {
                    return Err(RuleError::PaymentCards {
                        rule: self.name.clone(),
                        prefix: (*prefix).to_owned(),
                        length,
                        brand: issuer.brand.to_string(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether every text that `later` could claim is claimed by this rule.
    pub(super) fn covers(&self, later: &Self) -> bool {
        if self.layout.is_some() {
            let same = self.layout == later.layout;
            return same
                && Self { layout: None, ..self.clone() }.covers(&Self { layout: None, ..later.clone() });
        }
        if let Some(layout) = &later.layout {
            let check = if layout.has_check_digit() { Check::Gs1 } else { Check::None };
            let (prefixes, lengths) = (vec![layout.prefix()], vec![layout.length()]);
            let plain =
                Self { layout: None, prefixes, lengths, charset: Charset::Digits, check, ..later.clone() };
            return self.covers(&plain);
        }
        let origins = contains_all(&self.origins, &later.origins, |own, other| own == other);
        let aim = contains_all(&self.aim, &later.aim, |own, other| own.covers(*other));
        let prefixes =
            contains_all(&self.prefixes, &later.prefixes, |own, other| other.starts_with(own.as_str()));
        let lengths = contains_all(&self.lengths, &later.lengths, |own, other| own == other);
        let charset = self.charset == Charset::Any
            || self.charset == later.charset
            || (self.charset == Charset::Alphanumeric && later.charset == Charset::Digits);
        let check = self.check == Check::None || (self.check == later.check && !self.strip && !later.strip);
        origins && aim && prefixes && lengths && charset && check
    }
}

/// Whether each of `inner` is in `outer` somewhere; an empty list means everything.
fn contains_all<T>(outer: &[T], inner: &[T], covers: impl Fn(&T, &T) -> bool) -> bool {
    outer.is_empty() || (!inner.is_empty() && inner.iter().all(|i| outer.iter().any(|o| covers(o, i))))
}

/// What a rule makes of a text.
#[derive(Debug)]
pub(super) enum Claimed<'t> {
    Text(&'t str),
    Expanded(String),
    Label(Label),
    Refused(Unreadable),
}

impl Charset {
    fn holds(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Digits => text.bytes().all(|b| b.is_ascii_digit()),
            Self::Alphanumeric => text.bytes().all(|b| b.is_ascii_alphanumeric()),
        }
    }
}

impl AimPattern {
    fn holds(self, aim: AimId) -> bool {
        self.symbology == aim.symbology && self.modifier.is_none_or(|modifier| modifier == aim.modifier)
    }

    fn covers(self, other: Self) -> bool {
        self.symbology == other.symbology && (self.modifier.is_none() || self.modifier == other.modifier)
    }

    fn is_gs1_carrier(self) -> bool {
        let aim = AimId { symbology: self.symbology, modifier: self.modifier.unwrap_or(b'F') };
        aim.is_gs1_carrier()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an AIM identifier such as ]E0, nor a symbology such as ]E")]
pub struct AimPatternError;

impl FromStr for AimPattern {
    type Err = AimPatternError;

    fn from_str(text: &str) -> Result<Self, AimPatternError> {
        match text.as_bytes() {
            [b']', symbology] if is_symbology(*symbology) => {
                Ok(Self { symbology: *symbology, modifier: None })
            }
            [b']', symbology, modifier] if is_symbology(*symbology) && is_modifier(*modifier) => {
                Ok(Self { symbology: *symbology, modifier: Some(*modifier) })
            }
            _ => Err(AimPatternError),
        }
    }
}

impl TryFrom<String> for AimPattern {
    type Error = AimPatternError;

    fn try_from(text: String) -> Result<Self, AimPatternError> {
        text.parse()
    }
}

impl From<AimPattern> for String {
    fn from(pattern: AimPattern) -> Self {
        pattern.to_string()
    }
}

impl fmt::Display for AimPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "]{}", char::from(self.symbology))?;
        self.modifier.map_or(Ok(()), |modifier| write!(f, "{}", char::from(modifier)))
    }
}
