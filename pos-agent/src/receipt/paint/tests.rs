use domain::sale::{Sale, SaleStatus, Tender};
use kit::Lang;

use super::*;
use crate::receipt::kept::is_kept;
use crate::receipt::profile;
use crate::receipt::slip::printed_lines;
use crate::settings::ShopSetting;
use crate::ui::screen::tests::receipt as sample;
use crate::ui::view::Receipt;
use crate::ui::words::Words;

/// The sample with everything that a shop may say and names that no page can write.
fn full() -> Receipt {
    let mut receipt = sample();
    receipt.shop = ShopSetting {
        tax_id: "NIT 900.123.456-7".to_owned(),
        address: vec!["Cra. 7 # 12-30".to_owned(), "Bogotá".to_owned()],
        policy: "Cambios en 30 días con este recibo".to_owned(),
        footer: "¡Gracias y vuelva pronto!".to_owned(),
    };
    receipt.offline = true;
    receipt
}

fn slip(receipt: &Receipt, copy: bool) -> Slip {
    let zone = "America/Bogota".parse().unwrap();
    Slip::new(receipt, &Words::new(&receipt.chain, zone, Some(Lang::Es)), copy)
}

#[test]
fn a_whole_receipt_for_each_profile() {
    for profile in profile::all(None).unwrap() {
        let bytes = receipt(&slip(&full(), false), &profile, true);
        is_kept(&format!("{}.bin", profile.id), &bytes);
        let strip = calibration(&profile, "front", &["status: ok".to_owned()]);
        is_kept(&format!("{}-test.bin", profile.id), &strip);
    }
}

#[test]
fn copies_training_and_cancelled_sales_bear_stamps() {
    let narrow = profile::all(None).unwrap().remove(1);
    is_kept("copy.bin", &receipt(&slip(&full(), true), &narrow, false));
    let with = |status| {
        let mut receipt = full();
        let mut draft = (*receipt.sale).clone();
        draft.status = status;
        if status == SaleStatus::Voided {
            (draft.tenders, draft.change) = (vec![], domain::Money::ZERO);
        }
        receipt.sale = Sale::close(draft).unwrap();
        receipt.taxes = crate::receipt::taxes(printed_lines(&receipt.sale), |_| None);
        receipt
    };
    is_kept("training.bin", &receipt(&slip(&with(SaleStatus::Training), false), &narrow, false));
    is_kept("voided.bin", &receipt(&slip(&with(SaleStatus::Voided), false), &narrow, false));
}

#[test]
fn the_drawer_opens_before_the_paper_runs() {
    let profile = profile::all(None).unwrap().remove(0);
    let slip = slip(&full(), false);
    let opened = receipt(&slip, &profile, true);
    assert!(opened.starts_with(b"\x1B@\x1Bt\x10\x1Bp\x00\x32\x32"));
    let shut = receipt(&slip, &profile, false);
    assert_eq!(opened.len(), shut.len() + 5);
    let without = Profile { drawer_pin: None, ..profile };
    assert_eq!(receipt(&slip, &without, true), shut);
}

#[test]
fn no_line_is_wider_than_the_paper() {
    for profile in profile::all(None).unwrap() {
        for columns in [24, 32, 42, 48] {
            let encoding = profile.code_page.encoding;
            let mut receipt = full();
            receipt.shop.footer = "…".repeat(40);
            for row in rows(&slip(&receipt, true), columns, |text| encoding.writable(text)) {
                assert!(row.text.chars().count() * row.look.width() <= columns, "{columns}: {row:?}");
                assert!(row.text.chars().all(|c| encoding.byte(c).is_some()), "{row:?}");
            }
        }
    }
}

#[test]
fn points_that_paid_are_told() {
    let mut receipt = full();
    let mut draft = (*receipt.sale).clone();
    let points = domain::Money(500_000);
    draft.tenders[0].amount = draft.tenders[0].amount.minus(points).unwrap();
    draft.tenders.push(Tender::of_points(domain::Points(1_000_000), points));
    receipt.sale = Sale::close(draft).unwrap();
    let text = crate::receipt::plain(&slip(&receipt, false), 48);
    let line = text.lines().find(|line| line.starts_with("Puntos canjeados")).unwrap();
    assert!(line.ends_with(" 10.000"), "{line}");
}

#[test]
fn a_printer_without_qr_prints_the_code_in_letters() {
    let profile = Profile { qr_module: None, ..profile::all(None).unwrap().remove(0) };
    let bytes = receipt(&slip(&full(), false), &profile, false);
    let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    assert!(has(b"YR01KAV9FT00EW3RE1R70W3GE1R7") && !has(b"\x1D(k"));
}
