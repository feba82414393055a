use domain::sale::{DiscountShare, Sale, SaleCoupon, SaleStatus};
use domain::{Money, Points};
use kit::{Lang, Locale};

use super::*;
use crate::receipt::{NARROW, WIDE};
use crate::ui::screen::tests::receipt;
use crate::ui::words::Words;

fn printed(lang: Lang, columns: usize, copy: bool) -> String {
    let receipt = receipt();
    let zone = "America/Bogota".parse().unwrap();
    plain(&Slip::new(&receipt, &Words::new(&receipt.chain, zone, Some(lang)), copy), columns)
}

#[test]
fn the_wide_receipt() {
    assert_eq!(
        printed(Lang::Es, WIDE, false),
        "               ALMACENES LA CEIBA
                     Centro
------------------------------------------------
Recibo                                        18
Fecha                     24/11/2025 10:42 a. m.
Caja                                  centro · 2
Atendió                                    marta
------------------------------------------------
Leche entera 1 L
  3 × 4.200                               12.600
Pan tajado                                 6.500
Descuento                                   -650
Detergente líquido concentrado para ropa blanca
y de color 3 L                            39.900
Devolución: Café 500 g                    -1.000
------------------------------------------------
TOTAL                                   $ 57.350
IVA                         Base        Impuesto
5 %                    54.619,05        2.730,95
Efectivo                                  60.000
Cambio                                     2.650
------------------------------------------------
Tarjeta                                 ••••0421
Puntos de esta compra                        +55
Saldo de las 10:42                        52.300
------------------------------------------------
       Código para cambios y devoluciones
          YR01KAV9FT00EW3RE1R70W3GE1R7
  Comprobante interno — no es documento fiscal
             Gracias por su compra
"
    );
}

#[test]
fn a_cancelled_sale_prints_that_nothing_was_charged() {
    let mut receipt = receipt();
    let mut draft = (*receipt.sale).clone();
    (draft.status, draft.tenders, draft.change) = (SaleStatus::Voided, vec![], Money::ZERO);
    (receipt.sale, receipt.earned) = (Sale::close(draft).unwrap(), None);
    for (lang, stamp) in [(Lang::Es, "*** VENTA ANULADA ***"), (Lang::En, "*** SALE CANCELLED ***")] {
        let zone = "America/Bogota".parse().unwrap();
        let slip = Slip::new(&receipt, &Words::new(&receipt.chain, zone, Some(lang)), false);
        let text = plain(&slip, WIDE);
        assert!(text.contains(stamp) && !text.contains("Pan tajado") && !text.contains("57"), "{text}");
        let total = text.lines().find(|line| line.starts_with("TOTAL")).unwrap();
        assert_eq!(total["TOTAL".len()..].replace(' ', ""), "$0");
        assert_eq!((slip.total, slip.is_cancelled), (Money::ZERO, true));
    }
}

#[test]
fn a_coupon_is_a_row_of_its_own_and_not_twice_in_the_discounts() {
    let mut receipt = receipt();
    let mut draft = (*receipt.sale).clone();
    draft.coupons = vec![SaleCoupon {
        code: "9813765030011".parse().unwrap(),
        name: "del fabricante".to_owned(),
        amount: Money(40_000),
        lines: vec![DiscountShare { line: 2, amount: Money(40_000) }],
    }];
    receipt.sale = Sale::close(draft.clone()).unwrap();
    let zone = "America/Bogota".parse().unwrap();
    let rows = |receipt: &crate::ui::view::Receipt, lang| {
        let text = plain(&Slip::new(receipt, &Words::new(&receipt.chain, zone, Some(lang)), false), WIDE);
        let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(squeezed).collect::<Vec<String>>()
    };
    for (lang, wanted) in [
        (Lang::Es, ["Descuento -250", "Cupón del fabricante -400"]),
        (Lang::En, ["Discount -250", "Coupon del fabricante -400"]),
    ] {
        let rows = rows(&receipt, lang);
        assert!(wanted.iter().all(|row| rows.iter().any(|found| found == row)), "{rows:?}");
    }
    (draft.status, draft.tenders, draft.change) = (SaleStatus::Voided, vec![], Money::ZERO);
    receipt.sale = Sale::close(draft).unwrap();
    assert!(!rows(&receipt, Lang::Es).iter().any(|row| row.contains("fabricante")));
}

#[test]
fn no_line_is_wider_than_the_paper_and_nothing_is_cut() {
    for lang in Lang::ALL {
        for columns in [NARROW, WIDE] {
            let text = printed(lang, columns, true);
            for line in text.lines() {
                assert!(line.chars().count() <= columns, "{columns}: {line:?}");
            }
            let joined: String = text.split_whitespace().collect();
            assert!(joined.contains("Detergentelíquidoconcentradopararopablancaydecolor3L"), "{text}");
            assert!(text.contains(if lang == Lang::Es { "*** COPIA ***" } else { "*** COPY ***" }));
            assert!(!text.contains("Nunca impreso") && !text.contains('\u{A0}'));
        }
    }
    assert!(!printed(Lang::Es, NARROW, false).contains("COPIA"));
}

#[test]
fn long_words_go_on_in_the_next_line() {
    for (text, columns, wanted) in [
        ("uno dos tres", 8, vec!["uno dos", "tres"]),
        ("abcdefghij k", 4, vec!["abcd", "efgh", "ij k"]),
        ("ab abcdefgh", 4, vec!["ab", "abcd", "efgh"]),
        ("exact", 5, vec!["exact"]),
        ("", 5, vec![]),
    ] {
        assert_eq!(wrapped(text, columns), wanted, "{text:?}");
    }
    assert_eq!(Locale::default(), Locale::EsCo);
}

#[test]
fn a_code_that_nobody_knew_is_on_the_receipt() {
    let mut receipt = receipt();
    let mut draft = (*receipt.sale).clone();
    let code = "2000000009995";
    draft.lines[1].read_code = Some(code.parse().unwrap());
    // Without a name of its own the code is the name, and stands there once.
    draft.lines[2].read_code = Some("2000000009988".parse().unwrap());
    draft.lines[2].name = "2000000009988".to_owned();
    receipt.sale = Sale::close(draft).unwrap();
    let zone = "America/Bogota".parse().unwrap();
    for (lang, label) in [(Lang::Es, "Código"), (Lang::En, "Code")] {
        let words = Words::new(&receipt.chain, zone, Some(lang));
        let text = plain(&Slip::new(&receipt, &words, false), WIDE);
        let line = text.lines().find(|line| line.ends_with(code)).unwrap();
        assert!(line.starts_with(label), "{text}");
        assert_eq!(text.matches("2000000009988").count(), 1, "{text}");
    }
}

#[test]
fn a_ticket_of_two_rates_says_which_line_has_which() {
    let mut receipt = receipt();
    let mut draft = (*receipt.sale).clone();
    // Bread at 19 % in the place of 5 %.
    let bread = &mut draft.lines[1];
    (bread.net, bread.tax) = domain::pricing::TaxMode::Inclusive.split(Money(585_000), 1_900).unwrap();
    receipt.sale = Sale::close(draft).unwrap();
    receipt.taxes = crate::receipt::taxes(crate::receipt::printed_lines(&receipt.sale), |_| None);
    let zone = "America/Bogota".parse().unwrap();
    let slip = Slip::new(&receipt, &Words::new(&receipt.chain, zone, Some(Lang::Es)), false);
    for columns in [NARROW, WIDE] {
        let text = plain(&slip, columns);
        let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let rows: Vec<String> = text.lines().map(squeezed).collect();
        for wanted in [
            "3 × 4.200 12.600 A",
            "Pan tajado 6.500 B",
            "Descuento -650 B",
            "Devolución: Café 500 g -1.000 A",
        ] {
            assert!(rows.iter().any(|row| row == wanted), "{wanted}: {rows:?}");
        }
        assert!(rows.iter().any(|row| row.starts_with("A 5 %")), "{rows:?}");
        assert!(rows.iter().any(|row| row.starts_with("B 19 %")), "{rows:?}");
    }
}

#[test]
fn what_a_return_took_and_the_gift_to_save_for_are_said() {
    let mut receipt = receipt();
    receipt.taken_back = Points(1_250);
    receipt.next_gift =
        Some(crate::ui::view::NextGift { name: "Termo de acero".to_owned(), points: Points(6_000_000) });
    let zone = "America/Bogota".parse().unwrap();
    for (lang, taken, gift) in [
        (Lang::Es, "Puntos que se retiran", "Con 60.000 puntos: Termo de acero"),
        (Lang::En, "Points taken back", "With 60.000 points: Termo de acero"),
    ] {
        let text = plain(&Slip::new(&receipt, &Words::new(&receipt.chain, zone, Some(lang)), false), WIDE);
        let row = text.lines().find(|line| line.starts_with(taken)).unwrap();
        assert!(row.ends_with("-12,5") || row.ends_with("-12.5"), "{row}");
        assert!(text.replace(',', ".").contains(gift), "{text}");
    }
}
