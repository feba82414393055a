//! What a read was, byte by byte and in meaning. A payment card appears by its brand alone: not one of its
//! bytes is shown, nor of anything that might be one.

use domain::open_page::OpenPage;
use domain::scan::{Label, Meaning, Measure, RuleTable, holds_payment_card};
use firmware_config::Layout;
use serde::Serialize;
use zeroize::Zeroizing;

use super::watch::{Heard, Seen};
use crate::device::decode::{How, decode};
use crate::device::frame::Read;
use crate::device::wedge::keymap;
use crate::device::wedge::records::{Event, RECORD_BYTES, Record, Stroke};
use crate::ui::keys::BURST_GAP_LEAST;

#[derive(Debug, Serialize)]
pub struct Report {
    /// `whole`, `too_long`, `unended`, `cut_off`, `garbage`.
    pub read: &'static str,
    pub bytes: Vec<Row>,
    /// Bytes or keys that are not shown, because they are or may be a payment card's.
    pub hidden: usize,
    /// The AIM identifier that came first, such as `]E0`.
    pub symbol: Option<String>,
    /// `product`, `labelled`, `eight_digits`, `member_card`, `gift_card`, `coupon`, `receipt`, `receipt_page`, `member_page`,
    /// `code`, `unreadable`, `payment_card`, `weight`, `none`.
    pub meaning: &'static str,
    /// The code, the weight, the reason's stable name, or the payment card's brand.
    pub text: String,
    /// Of a device that types.
    pub key_gaps: Option<Gaps>,
}

/// A byte, or a key that went down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub gap_ms: u64,
    pub hex: String,
    pub name: String,
}

/// Milliseconds between keys going down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gaps {
    pub shortest_ms: u64,
    pub median_ms: u64,
    pub longest_ms: u64,
    /// The least `burst_gap_ms` of `[till]` with which a page in the browser takes this reader, with half as much
    /// again to spare.
    pub burst_gap_ms: u64,
}

/// The keyboard that is set in a reader that types; none for bytes on a line.
pub fn report(seen: &Seen, how: How, rules: &RuleTable, layout: Option<Layout>) -> Report {
    let rows = match layout {
        Some(layout) => keys(&seen.heard, layout),
        None => seen.heard.iter().map(row).collect(),
    };
    let key_gaps = layout.and_then(|_| gaps(&rows));
    let (read, (symbol, meaning, text)) = match &seen.read {
        Read::Whole(bytes) => ("whole", understood(bytes, how, rules)),
        Read::TooLong => ("too_long", none()),
        Read::Unended => ("unended", none()),
        Read::CutOff => ("cut_off", none()),
        Read::Garbage => ("garbage", none()),
    };
    let (hidden, bytes) = match &seen.read {
        Read::Whole(bytes) if meaning == "payment_card" || may_be_card(bytes, symbol.as_deref()) => {
            (rows.len(), vec![])
        }
        Read::Whole(_) => (0, rows),
        _ => masked(rows),
    };
    let text = if hidden > 0 && meaning != "payment_card" { String::new() } else { text };
    Report { read, bytes, hidden, symbol, meaning, text, key_gaps }
}

type Understood = (Option<String>, &'static str, String);

fn none() -> Understood {
    (None, "none", String::new())
}

fn understood(bytes: &[u8], how: How, rules: &RuleTable) -> Understood {
    let scan = match decode(bytes, how) {
        Ok(scan) => scan,
        Err(why) => return (None, "unreadable", why.code().to_owned()),
    };
    let symbol = scan.aim().map(|aim| aim.to_string());
    let (meaning, text) = match rules.classify(scan) {
        Err(card) => return (None, "payment_card", card.brand.to_string()),
        Ok(Meaning::Product(code)) => ("product", code.to_string()),
        Ok(Meaning::MemberCard(number)) => ("member_card", number.to_string()),
        Ok(Meaning::GiftCard(card)) => ("gift_card", card.shown()),
        Ok(Meaning::Coupon(code)) => ("coupon", code.to_string()),
        Ok(Meaning::Labelled(label)) => ("labelled", labelled(&label)),
        Ok(Meaning::EightDigits { read, upc_a }) => ("eight_digits", format!("{read} | {upc_a}")),
        Ok(Meaning::ValuedCoupon(coupon)) => ("coupon", coupon.code.to_string()),
        Ok(Meaning::Receipt(code)) => ("receipt", code.to_string()),
        // Whoever has the key opens the page.
        Ok(Meaning::Page(OpenPage::Receipt(_))) => ("receipt_page", "/r/…".to_owned()),
        Ok(Meaning::Page(OpenPage::Member)) => ("member_page", "/c/…".to_owned()),
        Ok(Meaning::Code(code)) => ("code", code.to_string()),
        Ok(Meaning::Unknown(why)) => ("unreadable", why.code().to_owned()),
    };
    (symbol, meaning, text)
}

/// An article with what its label says of the package.
fn labelled(label: &Label) -> String {
    let measure = label.measure.map(|measure| match measure {
        Measure::Quantity(quantity) | Measure::Count(quantity) => format!(" × {}", quantity.plain()),
        Measure::Price(price) => format!(" = {price}"),
    });
    format!("{}{}", label.barcode, measure.unwrap_or_default())
}

/// As many digits in one run may be two cards without an end between them.
const TWO_CARDS: usize = 28;

/// Whether what is no payment card by the rules may have been one before the line or the profile spoilt it.
fn may_be_card(bytes: &[u8], symbol: Option<&str>) -> bool {
    if symbol.is_some() {
        return false;
    }
    // A wrong parity leaves the highest bit set on some of the digits.
    let text: Zeroizing<String> = Zeroizing::new(bytes.iter().map(|byte| char::from(byte & 0x7F)).collect());
    let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    longest >= TWO_CARDS || holds_payment_card(&text)
}

/// So many digits are most of a payment card's number.
const CARD_DIGITS: usize = 12;

/// What is no whole read cannot be told from part of a card: where there are many digits, none is shown.
fn masked(mut rows: Vec<Row>) -> (usize, Vec<Row>) {
    let mut digits: Vec<&mut Row> = rows.iter_mut().filter(|row| row.is_digit()).collect();
    let many = digits.len() >= CARD_DIGITS;
    if many {
        for row in &mut digits {
            "··".clone_into(&mut row.hex);
            "•".clone_into(&mut row.name);
        }
    }
    (if many { digits.len() } else { 0 }, rows)
}

impl Row {
    /// Also one whose highest bit a wrong parity has set.
    fn is_digit(&self) -> bool {
        let spoilt =
            u8::from_str_radix(&self.hex, 16).is_ok_and(|b| b >= 0x80 && (b & 0x7F).is_ascii_digit());
        spoilt || matches!(self.name.as_bytes(), [digit] if digit.is_ascii_digit())
    }
}

pub fn row(heard: &Heard) -> Row {
    Row { gap_ms: heard.gap_ms, hex: format!("{:02X}", heard.byte), name: name(heard.byte) }
}

const CONTROLS: [&str; 33] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS",
    "US", "SP",
];

/// The character, or the name that ASCII gives it.
fn name(byte: u8) -> String {
    match byte {
        0x7F => "DEL".to_owned(),
        0x80.. => "—".to_owned(),
        _ => {
            CONTROLS.get(usize::from(byte)).map_or_else(|| char::from(byte).to_string(), |n| (*n).to_owned())
        }
    }
}

/// The keys that went down, with the times that the device's records give.
fn keys(heard: &[Heard], layout: Layout) -> Vec<Row> {
    let mut rows = vec![];
    let mut before = None;
    for record in heard.chunks_exact(RECORD_BYTES) {
        let mut bytes = [0; RECORD_BYTES];
        bytes.iter_mut().zip(record).for_each(|(byte, heard)| *byte = heard.byte);
        let Record { at, event } = Record::read(&bytes);
        let Event::Key { code, stroke: Stroke::Down } = event else { continue };
        let gap = before.map_or(0, |before| at.saturating_sub(before).as_millis());
        before = Some(at);
        let gap_ms = u64::try_from(gap).unwrap_or(u64::MAX);
        rows.push(Row { gap_ms, hex: format!("{code:02X}"), name: key_name(code, layout) });
    }
    rows
}

fn key_name(code: u16, layout: Layout) -> String {
    let named = match code {
        keymap::ENTER => "Enter",
        keymap::KEYPAD_ENTER => "KP Enter",
        keymap::TAB => "Tab",
        keymap::SPACE => "SP",
        keymap::LEFT_SHIFT | keymap::RIGHT_SHIFT => "Shift",
        keymap::LEFT_CTRL | keymap::RIGHT_CTRL => "Ctrl",
        keymap::ALT_GR => "AltGr",
        keymap::CAPS_LOCK => "Caps",
        _ => "",
    };
    match keymap::typed(layout, code, keymap::Level::default()) {
        Some(typed) if named.is_empty() => typed.to_string(),
        None if named.is_empty() => "—".to_owned(),
        _ => named.to_owned(),
    }
}

fn gaps(rows: &[Row]) -> Option<Gaps> {
    let mut all: Vec<u64> = rows.iter().skip(1).map(|row| row.gap_ms).collect();
    all.sort_unstable();
    let (shortest_ms, longest_ms) = (*all.first()?, *all.last()?);
    Some(Gaps { shortest_ms, median_ms: all[all.len() / 2], longest_ms, burst_gap_ms: burst_gap(rows) })
}

/// The page looks at the mean time a sign, and in a field it parts signs between which there is twice as much. It
/// reads over keys that only change others.
fn burst_gap(rows: &[Row]) -> u64 {
    let (mut longest, mut since, mut total, mut signs) = (0, 0, 0_u64, 0_u64);
    for row in rows.iter().skip(1) {
        since = row.gap_ms.saturating_add(since);
        if matches!(row.name.as_str(), "Shift" | "AltGr" | "Caps") {
            continue;
        }
        (longest, total, signs) = (since.max(longest), total.saturating_add(since), signs + 1);
        since = 0;
    }
    let needed = total.div_ceil(signs.max(1)).max(longest.div_ceil(2));
    needed.saturating_add(needed / 2).div_ceil(5).saturating_mul(5).max(BURST_GAP_LEAST.into())
}
