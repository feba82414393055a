//! A receipt, a report or a test strip in the commands of one printer.

use super::escpos::{Align, EcLevel, Encoder, Size};
use super::layout::{Look, Row, rows};
use super::profile::Profile;
use super::{Part, Slip};

/// The whole job for a receipt. The drawer opens first: change is given while the paper runs.
pub fn receipt(slip: &Slip, profile: &Profile, opens_drawer: bool) -> Vec<u8> {
    let mut job = begin(&slip.parts, profile, opens_drawer);
    code(&mut job, profile, &slip.code);
    if let Some(page) = &slip.page {
        phone(&mut job, profile, page, &slip.page_text);
    }
    end(job, profile)
}

/// The whole job for an X or Z report.
pub fn report(parts: &[Part], profile: &Profile, opens_drawer: bool) -> Vec<u8> {
    end(begin(parts, profile, opens_drawer), profile)
}

/// The drawer alone: no paper moves.
pub fn drawer(profile: &Profile) -> Vec<u8> {
    begin(&[], profile, true).finish()
}

fn begin(parts: &[Part], profile: &Profile, opens_drawer: bool) -> Encoder {
    let encoding = profile.code_page.encoding;
    let mut job = Encoder::start(profile.code_page);
    if let Some(pin) = profile.drawer_pin.filter(|_| opens_drawer) {
        job.drawer(pin);
    }
    for row in rows(parts, profile.columns, |text| encoding.writable(text)) {
        draw(&mut job, &row);
    }
    job
}

fn draw(job: &mut Encoder, row: &Row) {
    job.align(if row.centred { Align::Centre } else { Align::Left });
    let size = match row.look {
        Look::Plain => {
            job.line(&row.text);
            return;
        }
        Look::Bold => Size::NORMAL,
        Look::Tall => Size::TALL,
        Look::Big => Size::DOUBLE,
    };
    job.bold(true).size(size).line(&row.text).size(Size::NORMAL).bold(false);
}

/// The code as a QR symbol, where the printer can draw one; it stands in letters above in any case.
fn code(job: &mut Encoder, profile: &Profile, text: &str) {
    let Some(module) = profile.qr_module else { return };
    job.align(Align::Centre).feed(1);
    // Receipt codes are 28 characters, addresses of pages some 120: always short enough.
    if job.qr(text, module, EcLevel::M).is_ok() {
        job.align(Align::Left);
    }
}

/// The page of the receipt for a phone, with what it is: the other code is for the till. A printer that draws no codes
/// leaves it out, as nobody types such an address.
fn phone(job: &mut Encoder, profile: &Profile, page: &str, said: &str) {
    if profile.qr_module.is_none() {
        return;
    }
    job.align(Align::Centre).feed(1).line(said);
    code(job, profile, page);
}

fn end(mut job: Encoder, profile: &Profile) -> Vec<u8> {
    job.align(Align::Left).feed(profile.feed_before_cut).cut(profile.cut);
    job.finish()
}

/// The characters by which a wrong code page is seen at once.
pub const SAMPLE: &str = "ñ Ñ á é í ó ú ü ¿ ¡ €";

/// A strip that shows whether the profile fits: page, columns, sizes, QR code and knife. `printer` and
/// `said` go on it, so that strips are not mixed up.
pub fn calibration(profile: &Profile, printer: &str, said: &[String]) -> Vec<u8> {
    let columns = profile.columns;
    let mut job = Encoder::start(profile.code_page);
    draw(&mut job, &Row { text: "PRINT TEST".to_owned(), look: Look::Big, centred: true });
    job.align(Align::Left).line(printer).line(&format!("{} / {columns}", profile.id));
    job.line(SAMPLE);
    let ruler: String = (1..=columns).map(|n| char::from(b'0' + u8::try_from(n % 10).unwrap_or(0))).collect();
    job.line(&ruler).line(&"-".repeat(columns));
    for (look, text) in [(Look::Bold, "Año 1.234,50 €"), (Look::Tall, "TOTAL"), (Look::Big, "¡Ñandú!")]
    {
        draw(&mut job, &Row { text: text.to_owned(), look, centred: false });
    }
    for (align, word) in [(Align::Left, "<"), (Align::Centre, "^"), (Align::Right, ">")] {
        job.align(align).line(word);
    }
    code(&mut job, profile, &format!("YAPA {printer}"));
    for line in said {
        job.line(line);
    }
    end(job, profile)
}

#[cfg(test)]
mod tests;
