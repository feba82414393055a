//! The application identifiers, as facts out of the GS1 Barcode Syntax Dictionary (GS1 AISBL, 2025; Apache
//! License 2.0, <https://github.com/gs1/gs1-syntax-dictionary>), in a notation of our own. The newest ones (717,
//! 8040 to 8043) are known by their format alone, from GS1's list of application identifiers.
//!
//! Two of its demands are not made here. A count of contents (37) may come without the number of the pallet
//! (00), and a price (392n, 393n) without the measure that led to it: pallet and measure may stand in
//! another symbol of the same goods, and what is to be paid is clear without them.

use super::part::Characters::{Base64Url, Set39};
use super::part::Test::{
    BirthSequence, CheckDigit, CompanyPrefix, Date, DateOrMonth, Flag, Hour, HourMinute, Hyphen,
    ImporterIndex, Latitude, LongDate, Longitude, MediaType, Minute, NoZeroFirst, NonZero, PercentEncoded,
    PieceOfTotal, Sex, Winding, Zero,
};
use super::part::{Part, digits, text};

#[derive(Debug)]
pub(super) struct Row {
    /// The AI, or what comes before its last digit where `last` says which digits that may be.
    ai: &'static str,
    last: Option<(u8, u8)>,
    /// Its length is known beforehand, so no separator is needed behind it.
    fixed: bool,
    pub parts: &'static [Part],
    /// Of each entry one group must be there: `01+21,02`.
    pub needs: &'static [&'static str],
    pub not_with: &'static str,
    /// The AIs that may follow it in the path of a web address, in this order, alternatives by `|`.
    pub key: Option<&'static str>,
    /// May stand behind the question mark of a web address.
    pub attribute: bool,
}

const fn row(ai: &'static str, parts: &'static [Part]) -> Row {
    Row { ai, last: None, fixed: false, parts, needs: &[], not_with: "", key: None, attribute: true }
}

/// Figures of six digits whose AI ends with the number of decimals.
const fn measure(ai: &'static str, needs: &'static [&'static str]) -> Row {
    row(ai, SIX_DIGITS).fixed().last(b'0', b'5').needs(needs)
}

impl Row {
    const fn fixed(self) -> Self {
        Self { fixed: true, ..self }
    }

    const fn last(self, first: u8, last: u8) -> Self {
        Self { last: Some((first, last)), ..self }
    }

    const fn needs(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    const fn not_with(self, not_with: &'static str) -> Self {
        Self { not_with, ..self }
    }

    const fn key(self, followers: &'static str) -> Self {
        Self { key: Some(followers), ..self }
    }

    const fn no_attribute(self) -> Self {
        Self { attribute: false, ..self }
    }

    pub fn fixed_length(&self) -> Option<usize> {
        self.fixed.then(|| self.parts.iter().map(|part| part.longest).sum())
    }

    /// The same figure with another number of decimals: 3102 beside 3103.
    pub fn is_other_scale(&self, other: &str) -> bool {
        self.ai.len() == 3 && self.ai.starts_with('3') && self.length_of(other).is_some()
    }

    fn length_of(&self, text: &str) -> Option<usize> {
        let behind = text.strip_prefix(self.ai)?;
        match self.last {
            None => Some(self.ai.len()),
            Some((first, last)) => {
                (first..=last).contains(behind.as_bytes().first()?).then_some(self.ai.len() + 1)
            }
        }
    }
}

/// The AI that a text begins with. No AI begins with another one.
pub(super) fn leading(text: &str) -> Option<(&str, &'static Row)> {
    TABLE.iter().find_map(|row| row.length_of(text).map(|length| (&text[..length], row)))
}

pub(super) fn exact(ai: &str) -> Option<&'static Row> {
    leading(ai).filter(|(found, _)| found.len() == ai.len()).map(|(_, row)| row)
}

const GTIN_14: &[Part] = &[digits(14).is(CheckDigit)];
const GLN: &[Part] = &[digits(13).is(CheckDigit)];
const GSRN: &[Part] = &[digits(18).is(CheckDigit)];
const PIECE: &[Part] = &[digits(14).is(CheckDigit), digits(4).is(PieceOfTotal)];
const DAY_OR_MONTH: &[Part] = &[digits(6).is(DateOrMonth)];
const TIMED: &[Part] = &[digits(6).is(DateOrMonth), digits(4).is(HourMinute)];
const TEMPERATURE: &[Part] = &[digits(6), text(1).or_none().is(Hyphen)];
const SIX_DIGITS: &[Part] = &[digits(6)];
const COUNTRY: &[Part] = &[digits(3)];
const COUNTRIES: &[Part] =
    &[digits(3), digits(3).or_none(), digits(3).or_none(), digits(3).or_none(), digits(3).or_none()];
const IMEI: &[Part] = &[digits(15)];
const FLAG: &[Part] = &[digits(1).is(Flag)];
const UPTO_8_DIGITS: &[Part] = &[digits(8).or_less()];
const UPTO_15_DIGITS: &[Part] = &[digits(15).or_less()];
const CURRENCY_AND_UPTO_15: &[Part] = &[digits(3), digits(15).or_less()];
const UPTO_20: &[Part] = &[text(20).or_less()];
const UPTO_30: &[Part] = &[text(30).or_less()];
const KEY_30: &[Part] = &[text(30).or_less().is(CompanyPrefix)];
const ADDRESS_35: &[Part] = &[text(35).or_less().is(PercentEncoded)];
const ADDRESS_70: &[Part] = &[text(70).or_less().is(PercentEncoded)];
const NAME_40: &[Part] = &[text(40).or_less().is(PercentEncoded)];

/// An article, or the contents of a pallet.
const GOODS: &[&str] = &["01,02"];
const GOODS_OR_PIECES: &[&str] = &["01,02,8006,8026"];
const DATED_GOODS: &[&str] = &["01,02,03,8006,8026"];
const ARTICLE: &[&str] = &["01"];
const ARTICLE_OR_PIECE: &[&str] = &["01,8006"];
const LOGISTIC: &[&str] = &["00"];
const LOGISTIC_OR_ARTICLE: &[&str] = &["00,01"];
const SERVICE: &[&str] = &["8017,8018"];
const RECIPIENT: &[&str] = &["8018"];

static TABLE: &[Row] = &[
    row("00", GSRN).fixed().key(""),
    row("01", GTIN_14).fixed().not_with("255,37").key("22,10,21|235"),
    row("02", GTIN_14).fixed().not_with("01,03").needs(&["37"]),
    row("03", GTIN_14).fixed().not_with("01,02,37").no_attribute(),
    row("10", UPTO_20).needs(DATED_GOODS),
    row("11", DAY_OR_MONTH).fixed().needs(DATED_GOODS),
    row("12", DAY_OR_MONTH).fixed().needs(&["8020"]),
    row("13", DAY_OR_MONTH).fixed().needs(DATED_GOODS),
    row("15", DAY_OR_MONTH).fixed().needs(DATED_GOODS),
    row("16", DAY_OR_MONTH).fixed().needs(DATED_GOODS),
    row("17", DAY_OR_MONTH).fixed().needs(&["01,02,03,255,8006,8026"]),
    row("20", &[digits(2)]).fixed().needs(GOODS_OR_PIECES),
    row("21", UPTO_20).needs(&["01,03,8006"]).not_with("235").no_attribute(),
    row("22", UPTO_20).needs(ARTICLE).no_attribute(),
    row("235", &[text(28).or_less()]).needs(ARTICLE).no_attribute(),
    row("240", UPTO_30).needs(GOODS_OR_PIECES),
    row("241", UPTO_30).needs(GOODS_OR_PIECES),
    row("242", &[digits(6).or_less()]).needs(GOODS_OR_PIECES),
    row("243", UPTO_20).needs(ARTICLE),
    row("250", UPTO_30).needs(&["01,8006", "21"]),
    row("251", UPTO_30).needs(ARTICLE_OR_PIECE),
    row("253", &[digits(13).is(CheckDigit), text(17).or_less().or_none()]).key(""),
    row("254", UPTO_20).needs(&["414"]).no_attribute(),
    row("255", &[digits(13).is(CheckDigit), digits(12).or_less().or_none()])
        .not_with("01,02,415,8006,8020,8026")
        .key(""),
    row("30", UPTO_8_DIGITS).needs(GOODS),
    measure("310", GOODS),
    measure("311", GOODS),
    measure("312", GOODS),
    measure("313", GOODS),
    measure("314", GOODS),
    measure("315", GOODS),
    measure("316", GOODS),
    measure("320", GOODS),
    measure("321", GOODS),
    measure("322", GOODS),
    measure("323", GOODS),
    measure("324", GOODS),
    measure("325", GOODS),
    measure("326", GOODS),
    measure("327", GOODS),
    measure("328", GOODS),
    measure("329", GOODS),
    measure("330", LOGISTIC_OR_ARTICLE),
    measure("331", LOGISTIC_OR_ARTICLE),
    measure("332", LOGISTIC_OR_ARTICLE),
    measure("333", LOGISTIC_OR_ARTICLE),
    measure("334", LOGISTIC_OR_ARTICLE),
    measure("335", LOGISTIC_OR_ARTICLE),
    measure("336", LOGISTIC_OR_ARTICLE),
    measure("337", ARTICLE),
    measure("340", LOGISTIC_OR_ARTICLE),
    measure("341", LOGISTIC_OR_ARTICLE),
    measure("342", LOGISTIC_OR_ARTICLE),
    measure("343", LOGISTIC_OR_ARTICLE),
    measure("344", LOGISTIC_OR_ARTICLE),
    measure("345", LOGISTIC_OR_ARTICLE),
    measure("346", LOGISTIC_OR_ARTICLE),
    measure("347", LOGISTIC_OR_ARTICLE),
    measure("348", LOGISTIC_OR_ARTICLE),
    measure("349", LOGISTIC_OR_ARTICLE),
    measure("350", GOODS),
    measure("351", GOODS),
    measure("352", GOODS),
    measure("353", LOGISTIC_OR_ARTICLE),
    measure("354", LOGISTIC_OR_ARTICLE),
    measure("355", LOGISTIC_OR_ARTICLE),
    measure("356", GOODS),
    measure("357", GOODS),
    measure("360", GOODS),
    measure("361", GOODS),
    measure("362", LOGISTIC_OR_ARTICLE),
    measure("363", LOGISTIC_OR_ARTICLE),
    measure("364", GOODS),
    measure("365", GOODS),
    measure("366", GOODS),
    measure("367", LOGISTIC_OR_ARTICLE),
    measure("368", LOGISTIC_OR_ARTICLE),
    measure("369", LOGISTIC_OR_ARTICLE),
    row("37", UPTO_8_DIGITS).needs(&["02,8026"]),
    row("390", UPTO_15_DIGITS).last(b'0', b'9').needs(&["255,8020"]).not_with("391n,394n,8111"),
    row("391", CURRENCY_AND_UPTO_15).last(b'0', b'9').needs(&["8020"]),
    row("392", UPTO_15_DIGITS).last(b'0', b'9').needs(ARTICLE).not_with("393n"),
    row("393", CURRENCY_AND_UPTO_15).last(b'0', b'9').needs(ARTICLE),
    row("394", &[digits(4)]).last(b'0', b'3').needs(&["255"]).not_with("8111"),
    row("395", &[digits(6)]).last(b'0', b'5').needs(&["30,31nn,32nn,35nn,36nn"]).not_with("392n,393n,8005"),
    row("400", UPTO_30),
    row("401", KEY_30).key(""),
    row("402", &[digits(17).is(CheckDigit)]).key(""),
    row("403", UPTO_30).needs(LOGISTIC),
    row("410", GLN).fixed(),
    row("411", GLN).fixed(),
    row("412", GLN).fixed(),
    row("413", GLN).fixed(),
    row("414", GLN).fixed().key("254|7040"),
    row("415", GLN).fixed().needs(&["8020"]).key("8020"),
    row("416", GLN).fixed(),
    row("417", GLN).fixed().key("7040"),
    row("420", UPTO_20).not_with("421"),
    row("421", &[digits(3), text(9).or_less()]).not_with("4307"),
    row("422", COUNTRY).needs(GOODS_OR_PIECES).not_with("426"),
    row("423", COUNTRIES).needs(GOODS).not_with("426"),
    row("424", COUNTRY).needs(GOODS).not_with("426"),
    row("425", COUNTRIES).needs(GOODS).not_with("426"),
    row("426", COUNTRY).needs(GOODS),
    row("427", &[text(3).or_less()]).needs(&["01,02", "422"]),
    row("4300", ADDRESS_35).needs(LOGISTIC),
    row("4301", ADDRESS_35).needs(LOGISTIC),
    row("4302", ADDRESS_70).needs(LOGISTIC),
    row("4303", ADDRESS_70).needs(&["4302"]),
    row("4304", ADDRESS_70).needs(LOGISTIC),
    row("4305", ADDRESS_70).needs(LOGISTIC),
    row("4306", ADDRESS_70).needs(LOGISTIC),
    row("4307", &[text(2)]).needs(LOGISTIC),
    row("4308", UPTO_30).needs(LOGISTIC),
    row("4309", &[digits(10).is(Latitude), digits(10).is(Longitude)]).needs(LOGISTIC),
    row("4310", ADDRESS_35).needs(LOGISTIC),
    row("4311", ADDRESS_35).needs(LOGISTIC),
    row("4312", ADDRESS_70).needs(LOGISTIC),
    row("4313", ADDRESS_70).needs(&["4312"]),
    row("4314", ADDRESS_70).needs(LOGISTIC),
    row("4315", ADDRESS_70).needs(LOGISTIC),
    row("4316", ADDRESS_70).needs(LOGISTIC),
    row("4317", &[text(2)]).needs(LOGISTIC),
    row("4318", UPTO_20).needs(LOGISTIC),
    row("4319", UPTO_30).needs(LOGISTIC),
    row("4320", ADDRESS_35).needs(LOGISTIC),
    row("4321", FLAG).needs(LOGISTIC),
    row("4322", FLAG).needs(LOGISTIC),
    row("4323", FLAG).needs(LOGISTIC),
    row("4324", TIMED).needs(LOGISTIC),
    row("4325", TIMED).needs(LOGISTIC),
    row("4326", &[digits(6).is(Date)]).needs(LOGISTIC),
    row("4330", TEMPERATURE).needs(LOGISTIC).not_with("4331"),
    row("4331", TEMPERATURE).needs(LOGISTIC).not_with("4330"),
    row("4332", TEMPERATURE).needs(LOGISTIC).not_with("4333"),
    row("4333", TEMPERATURE).needs(LOGISTIC).not_with("4332"),
    row("7001", &[digits(13)]).needs(GOODS_OR_PIECES),
    row("7002", UPTO_30).needs(GOODS),
    row("7003", &[digits(6).is(Date), digits(4).is(HourMinute)]).needs(GOODS),
    row("7004", &[digits(4).or_less()]).needs(&["01", "10"]),
    row("7005", &[text(12).or_less()]).needs(GOODS),
    row("7006", &[digits(6).is(Date)]).needs(GOODS),
    row("7007", &[digits(6).is(Date), digits(6).or_none().is(Date)]).needs(GOODS),
    row("7008", &[text(3).or_less()]).needs(GOODS),
    row("7009", &[text(10).or_less()]).needs(GOODS),
    row("7010", &[text(2).or_less()]).needs(GOODS),
    row("7011", &[digits(6).is(Date), digits(4).or_none().is(HourMinute)]).needs(GOODS),
    row("7020", UPTO_20).needs(&["01,8006", "416"]),
    row("7021", UPTO_20).needs(ARTICLE_OR_PIECE),
    row("7022", UPTO_20).needs(&["7021"]),
    row("7023", KEY_30),
    row("703", &[digits(3), text(27).or_less()]).last(b'0', b'9').needs(GOODS),
    row("7040", &[digits(1), text(1), text(1), text(1).is(ImporterIndex)]).no_attribute(),
    row("7041", &[text(4).or_less()]).needs(LOGISTIC).no_attribute(),
    row("71", UPTO_20).last(b'0', b'7').needs(ARTICLE),
    row("723", &[text(2), text(28).or_less()]).last(b'0', b'9').needs(&["01,8004"]),
    row("7240", UPTO_20).needs(ARTICLE_OR_PIECE),
    row("7241", &[digits(2).is(MediaType)]).needs(SERVICE),
    row("7242", &[text(25).or_less()]).needs(SERVICE),
    row("7250", &[digits(8).is(LongDate)]).needs(RECIPIENT).not_with("7251"),
    row("7251", &[digits(8).is(LongDate), digits(4).is(HourMinute)]).needs(RECIPIENT).not_with("7250"),
    row("7252", &[digits(1).is(Sex)]).needs(RECIPIENT),
    row("7253", NAME_40).needs(SERVICE).not_with("7256,7259"),
    row("7254", NAME_40).needs(SERVICE).not_with("7256,7259"),
    row("7255", &[text(10).or_less()]).needs(SERVICE).not_with("7256,7259"),
    row("7256", &[text(90).or_less().is(PercentEncoded)]).needs(SERVICE),
    row("7257", ADDRESS_70).needs(RECIPIENT),
    row("7258", &[text(3).is(BirthSequence)]).needs(&["8018+7259"]),
    row("7259", NAME_40).needs(RECIPIENT).not_with("7256"),
    row(
        "8001",
        &[
            digits(4).is(NonZero),
            digits(5).is(NonZero),
            digits(3).is(NonZero),
            digits(1).is(Winding),
            digits(1),
        ],
    )
    .needs(ARTICLE),
    row("8002", UPTO_20),
    row("8003", &[digits(1).is(Zero), digits(13).is(CheckDigit), text(16).or_less().or_none()]).key(""),
    row("8004", KEY_30).key("7040"),
    row("8005", &[digits(6)]).needs(GOODS),
    row("8006", PIECE).not_with("01,37").key("22,10,21"),
    row("8007", &[text(34).or_less()]).needs(&["415"]),
    row(
        "8008",
        &[
            digits(6).is(Date),
            digits(2).is(Hour),
            digits(2).or_none().is(Minute),
            digits(2).or_none().is(Minute),
        ],
    )
    .needs(GOODS),
    row("8009", &[text(50).or_less()]).needs(LOGISTIC_OR_ARTICLE),
    row("8010", &[text(30).or_less().of(Set39).is(CompanyPrefix)]).key("8011"),
    row("8011", &[digits(12).or_less().is(NoZeroFirst)]).needs(&["8010"]).no_attribute(),
    row("8012", UPTO_20).needs(ARTICLE_OR_PIECE),
    row("8013", &[text(25).or_less().is(CompanyPrefix)]).key(""),
    row("8014", &[text(25).or_less().is(CompanyPrefix)]).needs(ARTICLE).no_attribute(),
    row("8017", GSRN).not_with("8018").key("8019"),
    row("8018", GSRN).not_with("8017").key("8019"),
    row("8019", &[digits(10).or_less()]).needs(SERVICE).no_attribute(),
    row("8020", &[text(25).or_less()]).needs(&["415"]).no_attribute(),
    row("8026", PIECE).needs(&["37"]).not_with("02,8006"),
    row("8030", &[text(90).or_less().of(Base64Url)])
        .needs(&["00,01+21,253,255,8003,8004,8006+21,8010+8011,8017,8018"]),
    row("8040", IMEI),
    row("8041", IMEI),
    row("8042", &[digits(32)]),
    row("8043", &[digits(18), digits(2).or_less().or_none()]),
    row("8110", &[text(70).or_less()]),
    row("8111", &[digits(4)]).needs(&["255"]),
    row("8112", &[text(70).or_less()]),
    row("8200", &[text(70).or_less()]).needs(ARTICLE).no_attribute(),
    // Company-internal; GS1's own engine lets them stand behind the question mark.
    row("90", UPTO_30),
    row("9", &[text(90).or_less()]).last(b'1', b'9'),
];
