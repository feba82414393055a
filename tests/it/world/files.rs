//! A small chain as the CSV files a shop would bring, and tickets as another till software exports them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

pub const STORES: &str = "store,name,zone,timezone\n\
    001,Centro,Andes,America/Bogota\n\
    002,Norte,Andes,America/Bogota\n";

pub const PRODUCTS: &str = "sku,barcode,name,line,category,price,cost,tax_rate,supplier\n\
    100,2000000000176,Leche entera 1 L,Lácteos,Alimentos,4200,3100,19,Alpina\n\
    200,2000000000244,Pan tajado,Panadería,Alimentos,6500,4000,19,Bimbo\n\
    300,2000000000312,Café 500 g,Bebidas,Alimentos,18900,12000,19,Sello\n\
    400,2000000000480,Cigarrillos,Tabaco,Estanco,9000,8000,19,Coltabaco\n";

/// So many products besides, with their codes in the order of their names.
pub fn more_products(count: usize) -> (String, Vec<String>) {
    let codes: Vec<String> = (0..count).map(|n| yapa::chain::ean13(&format!("20000001{n:04}"))).collect();
    let rows = codes.iter().enumerate().map(|(n, code)| {
        format!("9{n:03},{code},Artículo {n:03},Varios,Alimentos,{},500,19,Varios\n", 1_000 + n)
    });
    (PRODUCTS.lines().take(1).map(|head| format!("{head}\n")).chain(rows).collect(), codes)
}

pub const MEMBERS: &str = "member,first_name,last_name,email,phone,birthday,consent_marketing,consent_at,consent_source\n\
    M1,Ana,Morales,ana@example.org,3001234821,1990-02-28,yes,2025-01-10T10:00:00-05:00,web\n\
    M2,Luis,Paz,,,,no,,\n\
    M3,Eva,Ruiz,,,02-29,no,,\n";

pub const CARDS: &str = "card,member\n2990000000019,M1\n2990000000026,M2\n";

/// Ana's card, Luis's card, and one that no file names at first.
pub const ANA: &str = "2990000000019";
pub const LUIS: &str = "2990000000026";
pub const EVA: &str = "2990000000033";

pub const STOCK: &str = "store,sku,on_hand,reorder_point,reorder_qty,lead_days\n\
    001,100,50,20,60,3\n\
    001,200,8,10,40,2\n";

pub const SALES_HEADER: &str =
    "store,till,seq,business_date,occurred_at,cashier,card,line,sku,qty,unit_price,net,tax,discount,kind\n";

/// One ticket line; the rest of a row follows from it.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    pub till: (&'a str, &'a str),
    pub seq: i64,
    pub day: &'a str,
    pub card: &'a str,
    pub line: u32,
    pub sku: &'a str,
    pub cents: i64,
    pub kind: &'a str,
}

pub fn sales<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> String {
    let mut text = SALES_HEADER.to_owned();
    for row in rows {
        let Row { till: (store, till), seq, day, card, line, sku, cents, kind } = row;
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        writeln!(
            text,
            "{store},{till},{seq},{day},{day}T12:{:02}:00-05:00,rosa,{card},{line},{sku},1,{amount},{amount},0.00,0.00,{kind}",
            seq % 60
        )
        .expect("a string takes text");
    }
    text
}

pub fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the folder is writable");
    path
}
