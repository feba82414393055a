//! Reads scans from standard input and says what they mean, for the comparison in `tests/oracles`.
//!
//! A line is `origin TAB aim TAB text`: the origin as in settings files; the AIM identifier, nothing, or `?`
//! if the text begins with one; the text with `\xHH` for bytes that do not print and for backslashes. The
//! answer is `meaning TAB elements`:
//! the elements as they are printed below a symbol, `!` and a reason, or `-` where there are none.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufWriter, Write as _};

use domain::scan::gs1::{ElementError, Elements};
use domain::scan::{AimId, CouponValue, Label, Meaning, Measure, Origin, RuleTable, Scan};
use serde::Deserialize as _;
use serde::de::value::{Error, StrDeserializer};

fn main() -> io::Result<()> {
    // Prices on labels that name the euro are taken.
    let rules = toml::from_str(r#"currency = "978""#).map_err(io::Error::other)?;
    let mut answers = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = answer(&rules, &line);
        let answer = answer.ok_or_else(|| io::Error::other(format!("this is no scan: {line}")))?;
        writeln!(answers, "{answer}")?;
    }
    answers.flush()
}

fn answer(rules: &RuleTable, line: &str) -> Option<String> {
    let mut fields = line.split('\t');
    let origin = Origin::deserialize(StrDeserializer::<Error>::new(fields.next()?)).ok()?;
    let tag = fields.next()?;
    let text = plain(fields.next()?)?;
    let (aim, text): (Option<AimId>, &str) = match tag {
        "" => (None, &text),
        "?" => match AimId::split(&text) {
            Ok((aim, rest)) => (Some(aim), rest),
            Err(_) => return Some("no identifier\t-".to_owned()),
        },
        _ => (Some(tag.parse().ok()?), &text),
    };
    let elements = elements(aim, text);
    let meaning = match rules.classify(Scan::new(origin, aim, text)) {
        Ok(meaning) => written(&meaning),
        Err(_) => "payment card".to_owned(),
    };
    Some(format!("{meaning}\t{elements}"))
}

fn plain(text: &str) -> Option<String> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

fn elements(aim: Option<AimId>, text: &str) -> String {
    let found = if aim.is_some_and(AimId::is_gs1) {
        Elements::read(text).map(Some)
    } else {
        Elements::read_link(text)
    };
    match found {
        Ok(Some(elements)) => elements.to_string(),
        Ok(None) => "-".to_owned(),
        Err(error) => reason(error),
    }
}

fn reason(error: ElementError) -> String {
    format!("!{}", error.code().trim_start_matches("scan_element_"))
}

fn written(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Product(barcode) => format!("product {barcode}"),
        Meaning::Labelled(label) => label_written(label),
        Meaning::EightDigits { read, upc_a } => format!("eight digits {read} {upc_a}"),
        Meaning::MemberCard(number) => format!("member {number}"),
        Meaning::GiftCard(card) => format!("gift card {}", card.shown()),
        Meaning::Coupon(code) => format!("coupon {code}"),
        Meaning::ValuedCoupon(coupon) => match coupon.value {
            CouponValue::Off(money) => format!("coupon {} {money}", coupon.code),
            CouponValue::FreeGoods => format!("coupon {} free", coupon.code),
        },
        Meaning::Receipt(code) => format!("receipt {code}"),
        Meaning::Page(page) => format!("page {page:?}"),
        Meaning::Code(code) => format!("code {code}"),
        Meaning::Unknown(why) => format!("unknown {}", why.code()),
    }
}

fn label_written(label: &Label) -> String {
    let mut text = format!("product {}", label.barcode);
    // Writing to a text cannot fail.
    let _ = match label.measure {
        Some(Measure::Quantity(quantity)) => write!(text, " quantity {quantity}"),
        Some(Measure::Price(price)) => write!(text, " price {price}"),
        Some(Measure::Count(count)) => write!(text, " pieces {count}"),
        None => Ok(()),
    };
    text
}
