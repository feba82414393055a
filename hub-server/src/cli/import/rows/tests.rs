use kit::table::TableReader;

use super::*;

fn first<R: MasterRow>(file: &str) -> Result<(R, Vec<&'static str>), RowError> {
    let mut table = TableReader::new(file.as_bytes(), R::COLUMNS).unwrap();
    let row = table.next_row().unwrap().unwrap().unwrap();
    Ok((R::read(&row)?, table.absent_columns().to_vec()))
}

fn product(tax: &str) -> Result<i64, &'static str> {
    let file = format!("sku;name;price;tax_rate\na;b;1,50;{tax}\n");
    first::<ProductRow>(&file).map(|(row, _)| row.0.tax_rate).map_err(|e| e.code)
}

#[test]
fn rates_are_shares_or_per_cent() {
    for (text, wanted) in [
        ("0.19", Ok(1900)),
        ("0,0825", Ok(825)),
        ("19", Ok(1900)),
        ("19%", Ok(1900)),
        ("8.25 %", Ok(825)),
        ("0.5%", Ok(50)),
        ("0", Ok(0)),
        ("", Ok(0)),
        ("1", Ok(100)),
        ("0.00825", Err("bad_number")),
        ("-5", Err("bad_number")),
        ("101", Err("bad_number")),
        ("x", Err("bad_number")),
    ] {
        assert_eq!(product(text), wanted, "{text:?}");
    }
}

#[test]
fn a_gift_card_has_no_tax() {
    let read = |gift_card: &str, tax: &str| {
        let file = format!("sku,name,price,gift_card,tax_rate\na,b,1,{gift_card},{tax}\n");
        let sold = |(row, _): (ProductRow, _)| row.0.sold.gift_card;
        first::<ProductRow>(&file).map(sold).map_err(|e| (e.code, e.column.unwrap_or_default()))
    };
    for (gift_card, tax, wanted) in [
        ("yes", "0", Ok(true)),
        ("yes", "", Ok(true)),
        ("no", "19", Ok(false)),
        ("yes", "19", Err(("gift_card_tax", "tax_rate".to_owned()))),
    ] {
        assert_eq!(read(gift_card, tax), wanted, "{gift_card} {tax}");
    }
}

#[test]
fn a_birthday_keeps_no_year() {
    let read = |cell: &str| {
        let file = format!("member,cumpleaños\nM1,{cell}\n");
        let day = |(row, _): (MemberRow, _)| row.0.birthday.map(|day| day.to_string());
        first::<MemberRow>(&file).map(day).map_err(|e| (e.code, e.column.unwrap_or_default()))
    };
    for (cell, wanted) in [
        ("1990-07-05", Ok(Some("07-05".to_owned()))),
        ("02-29", Ok(Some("02-29".to_owned()))),
        ("", Ok(None)),
        ("1990-02-30", Err(("bad_value", "birthday".to_owned()))),
        ("31/12/1990", Err(("bad_value", "birthday".to_owned()))),
    ] {
        assert_eq!(read(cell), wanted, "{cell}");
    }
}

#[test]
fn how_a_product_is_sold() {
    let sold = |cells: &str| {
        let file = format!("sku,name,price,se_vende_por,precio_abierto,discreto\na,b,1,{cells}\n");
        let flags =
            |(row, _): (ProductRow, _)| [row.0.sold.weighed, row.0.sold.open_price, row.0.sold.discreet];
        first::<ProductRow>(&file).map(flags).map_err(|e| (e.code, e.column.unwrap_or_default()))
    };
    for (cells, wanted) in [
        ("peso,sí,no", Ok([true, true, false])),
        ("Weight,no,yes", Ok([true, false, true])),
        ("pieza,,", Ok([false, false, false])),
        (",,", Ok([false, false, false])),
        ("litre,,", Err(("bad_value", "sold_by".to_owned()))),
        (",maybe,", Err(("bad_value", "open_price".to_owned()))),
        (",,perhaps", Err(("bad_value", "discreet".to_owned()))),
    ] {
        assert_eq!(sold(cells), wanted, "{cells}");
    }
}

/// The row of `file` after what it lacks was taken over from that of `known`; and the row as it was read.
fn kept<R: MasterRow>(known: &str, file: &str, keep: impl Fn(Absent<'_>, &mut R, &R)) -> (R, R) {
    let (known, _) = first::<R>(known).unwrap();
    let (mut row, absent) = first::<R>(file).unwrap();
    keep(Absent(&absent), &mut row, &known);
    (known, row)
}

/// `file` names required columns alone, and `empty` every column with empty cells in the optional ones.
fn says_nothing_of_what_it_lacks<R: MasterRow, T: PartialEq + std::fmt::Debug>(
    [known, file, empty]: [&str; 3],
    inner: impl Fn(R) -> T,
    keep: impl Fn(Absent<'_>, &mut R, &R) + Copy,
) {
    let (before, after) = kept(known, file, keep);
    assert_eq!(inner(before), inner(after), "{file}");
    let (_, after) = kept(known, empty, keep);
    assert_eq!(inner(after), inner(first::<R>(file).unwrap().0), "{empty}");
}

#[test]
fn a_column_that_is_not_there_keeps_what_is_known_and_an_empty_cell_clears_it() {
    says_nothing_of_what_it_lacks(
        [
            "store,name,zone,timezone\n1,Centro,Andes,America/Bogota\n",
            "store,name,timezone\n1,Centro,America/Bogota\n",
            "store,name,zone,timezone\n1,Centro,,America/Bogota\n",
        ],
        |row: StoreRow| row.0,
        |absent, row, known| absent.keep_store(&mut row.0, &known.0),
    );
    says_nothing_of_what_it_lacks(
        [
            &format!("{PRODUCT}a,Leche,Fresco,Comida,5,3,19,Alpina,weight,yes,yes\n"),
            "sku,name,price\na,Leche,5\n",
            &format!("{PRODUCT}a,Leche,,,5,,,,,,\n"),
        ],
        |row: ProductRow| row.0,
        |absent, row, known| absent.keep_product(&mut row.0, &known.0),
    );
    says_nothing_of_what_it_lacks(
        [
            &format!("{MEMBER}M1,Ana,Paz,a@b,300,02-29,yes,2026-01-01,web\n"),
            "member\nM1\n",
            &format!("{MEMBER}M1,,,,,,,,\n"),
        ],
        |row: MemberRow| row.0,
        |absent, row, known| absent.keep_member(&mut row.0, &known.0),
    );
    says_nothing_of_what_it_lacks(
        [
            "store,sku,on_hand,reorder_point,reorder_qty,lead_days\n1,a,5,3,40,2\n",
            "store,sku,on_hand,reorder_point\n1,a,5,3\n",
            "store,sku,on_hand,reorder_point,reorder_qty,lead_days\n1,a,5,3,,\n",
        ],
        |row: StockRow| row.0,
        |absent, row, known| absent.keep_count(&mut row.0, &known.0),
    );
}

const PRODUCT: &str = "sku,name,line,category,price,cost,tax_rate,supplier,sold_by,open_price,discreet\n";
const MEMBER: &str =
    "member,first_name,last_name,email,phone,birthday,consent_marketing,consent_at,consent_source\n";

#[test]
fn a_consent_keeps_its_evidence_and_takes_none_from_a_refusal() {
    for (before, answer, wanted) in [
        ("yes", "yes", (true, true, "web")),
        ("yes", "no", (false, true, "web")),
        ("no", "no", (false, true, "web")),
        ("no", "yes", (true, false, "")),
    ] {
        let known = format!("{MEMBER}M1,Ana,Paz,a@b,300,,{before},2026-01-01,web\n");
        let file = format!("member,consent_marketing\nM1,{answer}\n");
        let keep = |absent: Absent<'_>, row: &mut MemberRow, known: &MemberRow| {
            absent.keep_member(&mut row.0, &known.0);
        };
        let Consent { marketing, at, source } = kept(&known, &file, keep).1.0.consent;
        assert_eq!((marketing, at.is_some(), source.as_str()), wanted, "{before} then {answer}");
    }
}
