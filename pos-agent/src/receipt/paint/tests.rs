use domain::ids::ShiftId;
use domain::sale::{Sale, SaleStatus, Tender, TenderKind};
use domain::shift::{ShiftClosed, ShiftOpened, ShiftTotals, TaxTotal, TenderTotal};
use domain::{Money, Points};
use kit::Lang;

use super::*;
use crate::receipt::kept::is_kept;
use crate::receipt::printed_lines;
use crate::receipt::profile;
use crate::receipt::report::{Place, x_report, z_report};
use crate::settings::ShopSetting;
use crate::shifts::OpenShift;
use crate::ui::screen::tests::receipt as sample;
use crate::ui::view::{Receipt, TillPlate};
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
            (draft.tenders, draft.change) = (vec![], Money::ZERO);
        }
        receipt.sale = Sale::close(draft).unwrap();
        receipt.taxes = crate::receipt::taxes(printed_lines(&receipt.sale), |_| None);
        receipt
    };
    is_kept("training.bin", &receipt(&slip(&with(SaleStatus::Training), false), &narrow, false));
    is_kept("voided.bin", &receipt(&slip(&with(SaleStatus::Voided), false), &narrow, false));
}

#[test]
fn a_page_has_a_code_of_its_own_where_the_printer_draws_codes() {
    let mut with = full();
    with.page = Some("https://hub.example/r/abcdefghijklmnopqrstuvwxyz234567".to_owned());
    let narrow = profile::all(None).unwrap().remove(1);
    is_kept("page.bin", &receipt(&slip(&with, false), &narrow, false));
    let letters = Profile { qr_module: None, ..narrow };
    assert_eq!(
        receipt(&slip(&with, false), &letters, false),
        receipt(&slip(&full(), false), &letters, false)
    );
}

/// A shift with every kind of row that a report can have.
fn shift() -> ShiftClosed {
    let money = |whole: i64| Money(whole * 100);
    let tender = |kind, count, whole| TenderTotal { kind, count, amount: money(whole) };
    let tax = |rate, net, tax| TaxTotal { rate, net: money(net), tax: money(tax) };
    ShiftClosed {
        shift: ShiftId::new(1, [5; 10]),
        number: 41,
        business_date: "2025-11-24".parse().unwrap(),
        opened_at: "2025-11-24T08:00:00-05:00".parse().unwrap(),
        closed_at: "2025-11-24T20:14:00-05:00".parse().unwrap(),
        opened_by: Some("marta".parse().unwrap()),
        closed_by: Some("jorge".parse().unwrap()),
        counted: money(812_350),
        totals: ShiftTotals {
            tickets: 1_284,
            returns: 3,
            voids: 12,
            sold: money(12_345_600),
            returned: money(18_900),
            discount: money(210_000),
            coupons: 4,
            coupon_discount: money(8_000),
            taxes: vec![tax(Some(1_900), 9_000_000, 1_710_000), tax(Some(500), 1_000_000, 50_000)],
            tenders: vec![
                tender(TenderKind::Cash, 900, 8_000_000),
                tender(TenderKind::Card, 380, 4_000_000),
                tender(TenderKind::Points, 20, 345_600),
            ],
            change: money(800_000),
            rounding: money(-150),
            float: money(200_000),
            cash_in: Money::ZERO,
            cash_out: money(6_600_000),
            cash_expected: money(812_500),
            drawer_openings: 2,
            drawer_counts: 1,
            points_given: Points(1_234_500),
            points_redeemed: Points(345_600),
        },
    }
}

#[test]
fn a_shift_s_reports() {
    let chain = full().chain;
    let zone = "America/Bogota".parse().unwrap();
    let till = TillPlate {
        n: 1,
        store: "centro".parse().unwrap(),
        store_name: "Centro".to_owned(),
        code: "1".parse().unwrap(),
        cashier: None,
        zone,
    };
    let (place, w) = (Place { chain: &chain, till: &till }, Words::new(&chain, zone, Some(Lang::Es)));
    let profiles = profile::all(None).unwrap();
    let z = shift();
    is_kept("z.bin", &report(&z_report(&z, place, &w, false), &profiles[0], true));
    is_kept("z-copy.bin", &report(&z_report(&z, place, &w, true), &profiles[1], false));
    let opened = ShiftOpened {
        shift: z.shift,
        business_date: z.business_date,
        at: z.opened_at,
        cashier: z.opened_by,
        float: z.totals.float,
    };
    let x = OpenShift { opened, moves: vec![], totals: z.totals, seen_at: z.closed_at };
    is_kept("x.bin", &report(&x_report(&x, place, &w), &profiles[1], false));
    let drawer = drawer(&profiles[0]);
    assert_eq!(drawer, b"\x1B@\x1Bt\x10\x1Bp\x00\x32\x32", "no line and no knife");
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
            for row in rows(&slip(&receipt, true).parts, columns, |text| encoding.writable(text)) {
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
    let points = Money(500_000);
    draft.tenders[0].amount = draft.tenders[0].amount.minus(points).unwrap();
    draft.tenders.push(Tender::of_points(Points(1_000_000), points));
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
