//! What the symbols of each maker look like, as far as there is a public source, and the maker's own tool
//! where the contents are not public.

use super::super::code::Symbology;

/// How a maker's scanners are programmed from paper.
#[derive(Debug)]
pub struct Vendor {
    /// As profiles name the vendor.
    pub name: &'static str,
    pub symbols: &'static [Symbology],
    /// Whether its scanners obey only symbols with FNC3, or only plain ones.
    pub reader_init: bool,
    /// Contents that a public source gives. Others need whoever prints them to name his.
    pub known: fn(&str) -> bool,
    /// What prints sheets for it.
    pub tool: &'static str,
}

pub const VENDORS: &[Vendor] = &[
    // Code 128 with FNC3 for single settings; what its tool makes of many is an Aztec code that is no ordinary
    // one (metafloor/bwip-js issue 34). The content of a single symbol stands in no source that we could read.
    Vendor {
        name: "Honeywell",
        symbols: &[Symbology::Code128],
        reader_init: true,
        known: nothing,
        tool: "EZConfig-Scanning by Honeywell",
    },
    // FNC3 behind the start character (lindell/JsBarcode issues 162 and 198).
    Vendor {
        name: "Zebra",
        symbols: &[Symbology::Code128],
        reader_init: true,
        known: nothing,
        tool: "123Scan by Zebra",
    },
    // Code 128 with FNC3 (Magellan 3200VSi manual, page 201).
    Vendor {
        name: "Datalogic",
        symbols: &[Symbology::Code128],
        reader_init: true,
        known: nothing,
        tool: "Aladdin by Datalogic, or the codes in the scanner's manual",
    },
    // Plain text behind an @ in QR or Code 128, tag and value as in the maker's host commands (HR52 user guide,
    // page 35). Its NLS-WD4 is set up by such codes, each group of settings between the two that enter and
    // leave (maxirmx/logibooks.ui, src/views/Wd4Scanner_View.vue).
    Vendor {
        name: "Newland",
        symbols: &[Symbology::Code128, Symbology::Qr],
        reader_init: false,
        known: newland_code,
        tool: "EasySet by Newland, or the codes in the scanner's manual",
    },
];

impl Vendor {
    pub fn named(name: &str) -> Option<&'static Self> {
        VENDORS.iter().find(|vendor| vendor.name.eq_ignore_ascii_case(name.trim()))
    }

    /// What prints sheets for a maker, known or not.
    pub fn tool_of(name: &str) -> &'static str {
        Self::named(name).map_or("the codes in the maker's manual", |vendor| vendor.tool)
    }
}

/// Symbols between which a Newland scanner takes settings.
pub const NEWLAND_ENTER: &str = "@SETUPE1";
pub const NEWLAND_LEAVE: &str = "@SETUPE0";

fn nothing(_: &str) -> bool {
    false
}

/// Configuration entered and left, CR LF behind each read. What other codes do depends on the model, and needs
/// the page of its manual that says so.
fn newland_code(text: &str) -> bool {
    matches!(text, NEWLAND_ENTER | NEWLAND_LEAVE | "@TSUSET0D0A")
}
