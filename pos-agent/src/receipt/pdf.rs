//! A receipt as a PDF of one page, as wide as the paper of a till and as long as it needs to be. Written in
//! Courier, one of the fonts that every reader of PDF has, in the encoding that is windows-1252.

use domain::sale::SaleStatus;
use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::escpos::Encoding;
use super::layout::{Look, Row, rows};
use super::{Slip, WIDE};

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const PLAIN: Ref = Ref::new(4);
const BOLD: Ref = Ref::new(5);
const CONTENT: Ref = Ref::new(6);
const INFO: Ref = Ref::new(7);

// In points, 72 to the inch; 80 mm are 226.77.
const WIDTH: f32 = 226.77;
const MARGIN: f32 = 11.4;
/// Every letter of Courier is 0.6 of its size wide.
const LETTER: f32 = 0.6;
const SPACING: f32 = 1.3;
const QR: f32 = 96.0;

/// `title` and `language` are for readers aloud and for file lists.
pub fn pdf(slip: &Slip, title: &str, language: &str) -> Vec<u8> {
    let rows = rows(&slip.parts, WIDE, |text| Encoding::Windows1252.writable(text));
    let size = (WIDTH - 2.0 * MARGIN) / (WIDE as f32 * LETTER);
    let heights: f32 = rows.iter().map(|row| height(row, size)).sum();
    let page = slip.page.as_ref().map(|page| (page, said(&slip.page_text)));
    let below = if page.is_some() { QR + MARGIN + size * SPACING } else { 0.0 };
    let length = heights + QR + 3.0 * MARGIN + below;
    let mut content = Content::new();
    let mut top = length - MARGIN;
    for row in &rows {
        top -= height(row, size);
        write(&mut content, row, size, top);
    }
    draw_code(&mut content, &slip.code, top - MARGIN);
    if let Some((page, said)) = page {
        top -= 2.0 * MARGIN + QR + height(&said, size);
        write(&mut content, &said, size, top);
        draw_code(&mut content, page, top);
    }

    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES).lang(TextStr(language));
    pdf.document_info(INFO).title(TextStr(title));
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let mut page = pdf.page(PAGE);
    page.parent(PAGES).media_box(Rect::new(0.0, 0.0, WIDTH, length)).contents(CONTENT);
    page.resources().fonts().pair(Name(b"F1"), PLAIN).pair(Name(b"F2"), BOLD);
    page.finish();
    for (id, name) in [(PLAIN, Name(b"Courier")), (BOLD, Name(b"Courier-Bold"))] {
        pdf.type1_font(id).base_font(name).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.stream(CONTENT, &content.finish());
    pdf.finish()
}

/// What stands over the code of the page.
fn said(text: &str) -> Row {
    Row { text: Encoding::Windows1252.writable(text), look: Look::Plain, centred: true }
}

/// The name under which a browser keeps it.
pub fn file_name(slip: &Slip) -> String {
    let what = match slip.status {
        SaleStatus::Training => "training",
        SaleStatus::Voided => "voided",
        SaleStatus::Completed => "receipt",
    };
    format!("{what}-{}.pdf", slip.number)
}

fn height(row: &Row, size: f32) -> f32 {
    let times = if matches!(row.look, Look::Tall | Look::Big) { 2.0 } else { 1.0 };
    size * SPACING * times
}

fn write(content: &mut Content, row: &Row, size: f32, bottom: f32) {
    let bytes: Vec<u8> = row.text.chars().filter_map(|c| Encoding::Windows1252.byte(c)).collect();
    let across = row.look.width() as f32;
    let up = if matches!(row.look, Look::Tall | Look::Big) { 2.0 } else { 1.0 };
    let taken = bytes.len() as f32 * size * LETTER * across;
    let left = if row.centred { (WIDTH - taken) / 2.0 } else { MARGIN };
    let font = if row.look == Look::Plain { Name(b"F1") } else { Name(b"F2") };
    content.begin_text();
    content.set_font(font, size).set_text_rendering_mode(TextRenderingMode::Fill);
    content.set_text_matrix([across, 0.0, 0.0, up, left, bottom + size * 0.3]);
    content.show(Str(&bytes));
    content.end_text();
}

/// The code as a QR symbol, centred, its upper edge at `top`.
fn draw_code(content: &mut Content, code: &str, top: f32) {
    // Receipt codes are 28 characters, addresses of pages some 120: always short enough.
    let Ok(modules) = kit::qr::modules(code) else { return };
    let side = QR / modules.len() as f32;
    let left = (WIDTH - QR) / 2.0;
    for (y, row) in modules.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            content.rect(left + x as f32 * side, top - (y + 1) as f32 * side, side, side);
        }
    }
    content.fill_nonzero();
}

#[cfg(test)]
mod tests {
    use kit::Lang;

    use super::*;
    use crate::receipt::kept::is_kept;
    use crate::ui::screen::tests::receipt;
    use crate::ui::words::Words;

    #[test]
    fn a_receipt_is_one_page_with_its_words_in_it() {
        let receipt = receipt();
        let zone = "America/Bogota".parse().unwrap();
        let slip = Slip::new(&receipt, &Words::new(&receipt.chain, zone, Some(Lang::Es)), true);
        let bytes = pdf(&slip, "Recibo 18", "es");
        assert!(bytes.starts_with(b"%PDF-1.") && bytes.ends_with(b"%%EOF"));
        let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        assert!(has(b"(COPIA)") && has(b"/Courier-Bold") && has(b"/WinAnsiEncoding") && has(b"/Count 1"));
        assert!(has(b"Puntos de esta compra") && has(b"YR01KAV9FT00EW3RE1R70W3GE1R7"));
        // Hexadecimal, because of the letter beyond ASCII.
        assert!(has(b"44657465726765") || has(b"(Detergente l"));
        assert_eq!(file_name(&slip), "receipt-18.pdf");
        is_kept("receipt.pdf", &bytes);
    }

    #[test]
    fn the_code_for_a_phone_stands_below_the_other_with_what_it_is() {
        let mut receipt = receipt();
        receipt.page = Some("https://hub.example/r/abcdefghijklmnopqrstuvwxyz234567".to_owned());
        let zone = "America/Bogota".parse().unwrap();
        let slip = Slip::new(&receipt, &Words::new(&receipt.chain, zone, Some(Lang::En)), true);
        is_kept("page.pdf", &pdf(&slip, "Receipt 18", "en"));
    }
}
