//! The columns of each master file, and what a row means.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::birthday::Birthday;
use domain::codes::{CardNumber, MemberCode, Sku, StoreCode};
use domain::money::Quantity;
use kit::table::{Column, Row, RowError, plain_decimal};

use super::absent::Absent;
use super::master::MasterRow;
use crate::app::App;
use crate::catalogue::{self, Product, Sold, Store, Turn};
use crate::db::{self, Tx, bulk};
use crate::error::Error;
use crate::members::{self, Consent, Profile};
use crate::stock::{self, Count};
use crate::{insights, intake};

/// Text that may be missing.
fn text(row: &Row, column: &str) -> String {
    row.optional(column).unwrap_or_default().to_owned()
}

pub(super) struct StoreRow(Store);

impl MasterRow for StoreRow {
    const COLUMNS: &'static [Column] = &[
        Column::required("store", &["tienda", "almacen", "almacén", "sucursal", "codigo", "código"]),
        Column::required("name", &["nombre"]),
        Column::optional("zone", &["zona"]),
        Column::required("timezone", &["huso", "zona_horaria"]),
    ];

    fn read(row: &Row) -> Result<Self, RowError> {
        let zone = row.parse("timezone")?;
        Ok(Self(Store {
            code: row.parse("store")?,
            name: row.text("name")?.to_owned(),
            area: text(row, "zone"),
            zone,
        }))
    }

    fn key(&self) -> String {
        self.0.code.to_string()
    }

    async fn keep(tx: &mut Tx, rows: &mut [Self], absent: Absent<'_>) -> Result<(), Error> {
        let known = catalogue::stores(tx).await?;
        for Self(row) in rows {
            if let Some(known) = known.iter().find(|known| known.code == row.code) {
                absent.keep_store(row, known);
            }
        }
        Ok(())
    }

    async fn write(app: &App, tx: &mut Tx, rows: &[Self]) -> Result<Vec<Turn>, Error> {
        let stores: Vec<Store> = rows.iter().map(|row| row.0.clone()).collect();
        Ok(catalogue::upsert_stores(tx, &stores, app.clock.now()).await?)
    }
}

pub(super) struct ProductRow(Product);

impl MasterRow for ProductRow {
    const COLUMNS: &'static [Column] = &[
        Column::required("sku", &["articulo", "artículo", "producto", "codigo", "código"]),
        Column::optional("barcode", &["codigo_de_barras", "código_de_barras", "ean", "gtin"]),
        Column::required("name", &["nombre", "descripcion", "descripción"]),
        Column::optional("line", &["linea", "línea"]),
        Column::optional("category", &["categoria", "categoría"]),
        Column::required("price", &["precio"]),
        Column::optional("cost", &["costo", "coste"]),
        Column::optional("tax_rate", &["impuesto", "iva"]),
        Column::optional("supplier", &["proveedor"]),
        Column::optional("sold_by", &["se_vende_por", "venta_por"]),
        Column::optional("open_price", &["precio_abierto"]),
        Column::optional("discreet", &["discreto"]),
        Column::optional("gift_card", &["tarjeta_regalo"]),
    ];

    fn read(row: &Row) -> Result<Self, RowError> {
        let mut barcodes: Vec<String> = row
            .optional("barcode")
            .unwrap_or_default()
            .split([' ', '|'])
            .filter(|b| !b.is_empty())
            .map(str::to_owned)
            .collect();
        barcodes.sort_unstable();
        barcodes.dedup();
        let (tax_rate, gift_card) = (tax_rate(row)?, yes_or_no(row, "gift_card")?);
        if gift_card && tax_rate != 0 {
            let why = "a gift card is no sale of goods and has no tax: what is bought with it has";
            return Err(row.error("tax_rate", "gift_card_tax", why));
        }
        Ok(Self(Product {
            sku: row.parse("sku")?,
            name: row.text("name")?.to_owned(),
            line: text(row, "line"),
            category: text(row, "category"),
            price: row.number("price")?,
            cost: row.number_optional("cost")?,
            tax_rate,
            supplier: text(row, "supplier"),
            active: true,
            sold: Sold {
                weighed: by_weight(row)?,
                open_price: yes_or_no(row, "open_price")?,
                discreet: yes_or_no(row, "discreet")?,
                gift_card,
            },
            barcodes,
        }))
    }

    fn key(&self) -> String {
        self.0.sku.to_string()
    }

    async fn keep(tx: &mut Tx, rows: &mut [Self], absent: Absent<'_>) -> Result<(), Error> {
        for part in rows.chunks_mut(bulk::ROWS) {
            let skus: Vec<Sku> = part.iter().map(|row| row.0.sku.clone()).collect();
            let known = catalogue::products_by_sku(tx, &skus).await?;
            for Self(row) in part {
                if let Some(known) = known.get(&row.sku) {
                    absent.keep_product(row, known);
                }
            }
        }
        Ok(())
    }

    async fn write(_: &App, tx: &mut Tx, rows: &[Self]) -> Result<Vec<Turn>, Error> {
        let products: Vec<Product> = rows.iter().map(|row| row.0.clone()).collect();
        let turns = catalogue::upsert_products(tx, &products).await?;
        // What must not be named any more goes from every snapshot now, not with the next day's.
        let hidden = products.iter().zip(&turns).any(|(row, turn)| row.sold.discreet && turn.writes());
        if hidden {
            insights::mark_all_stale(tx).await?;
        }
        Ok(turns)
    }
}

/// In 1/100 of a per cent. `19 %` and `19` are nineteen per cent, and so is `0.19`: a bare number below 1
/// is a share, because no tax in use is below one per cent and above none.
fn tax_rate(row: &Row) -> Result<i64, RowError> {
    let Some(cell) = row.optional("tax_rate") else { return Ok(0) };
    let bad = |why: &str| row.error("tax_rate", "bad_number", format!("{cell:?}: {why}"));
    let (number, percent) = match cell.strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (cell, false),
    };
    let plain = plain_decimal(number).ok_or_else(|| bad("is not a number"))?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_share = !percent && whole.chars().all(|c| c == '0') && !fraction.is_empty();
    let decimals = if is_share { 4 } else { 2 };
    if fraction.len() > decimals {
        return Err(bad("has too many decimals"));
    }
    let digits = format!("{whole}{fraction:0<decimals$}");
    let rate: i64 = digits.parse().map_err(|_| bad("is not a rate such as 19 or 0.19"))?;
    if (0..=10_000).contains(&rate) { Ok(rate) } else { Err(bad("must lie between 0 and 100 %")) }
}

pub(super) struct MemberRow(Profile);

impl MasterRow for MemberRow {
    const COLUMNS: &'static [Column] = &[
        Column::required("member", &["cliente", "socio", "miembro"]),
        Column::optional("first_name", &["nombre"]),
        Column::optional("last_name", &["apellido", "apellidos"]),
        Column::optional("email", &["correo"]),
        Column::optional("phone", &["telefono", "teléfono", "celular"]),
        Column::optional("birthday", &["cumpleaños", "cumpleanos", "fecha_nacimiento"]),
        Column::optional("consent_marketing", &["consentimiento"]),
        Column::optional("consent_at", &["consentimiento_fecha"]),
        Column::optional("consent_source", &["consentimiento_origen"]),
    ];

    fn read(row: &Row) -> Result<Self, RowError> {
        let consent = Consent {
            marketing: yes_or_no(row, "consent_marketing")?,
            at: instant(row)?,
            source: text(row, "consent_source"),
        };
        Ok(Self(Profile {
            code: row.parse("member")?,
            first_name: text(row, "first_name"),
            last_name: text(row, "last_name"),
            email: text(row, "email"),
            phone: text(row, "phone"),
            birthday: birthday(row)?,
            consent,
        }))
    }

    fn key(&self) -> String {
        self.0.code.to_string()
    }

    async fn keep(tx: &mut Tx, rows: &mut [Self], absent: Absent<'_>) -> Result<(), Error> {
        for part in rows.chunks_mut(bulk::ROWS) {
            let codes: Vec<MemberCode> = part.iter().map(|row| row.0.code.clone()).collect();
            let known = members::by_codes(tx, &codes).await?;
            for Self(row) in part {
                if let Some(known) = known.get(&row.code) {
                    absent.keep_member(row, &known.profile);
                }
            }
        }
        Ok(())
    }

    async fn write(app: &App, tx: &mut Tx, rows: &[Self]) -> Result<Vec<Turn>, Error> {
        let profiles: Vec<Profile> = rows.iter().map(|row| row.0.clone()).collect();
        let written = members::upsert_members(tx, &profiles, app.clock.now()).await?;
        insights::mark_stale(tx, &written.accounts).await?;
        Ok(written.turns)
    }
}

/// A whole date is taken too; its year is not kept.
fn birthday(row: &Row) -> Result<Option<Birthday>, RowError> {
    let Some(said) = row.optional("birthday") else { return Ok(None) };
    let read = match said.parse::<NaiveDate>() {
        Ok(date) => Ok(Birthday::of(date)),
        Err(_) => said.parse::<Birthday>(),
    };
    read.map(Some).map_err(|error| row.error("birthday", "bad_value", format!("{said:?}: {error}")))
}

/// By the piece, unless the cell says by weight.
fn by_weight(row: &Row) -> Result<bool, RowError> {
    match row.optional("sold_by").map(str::to_lowercase).as_deref() {
        None | Some("piece" | "unit" | "pieza" | "unidad") => Ok(false),
        Some("weight" | "kg" | "peso") => Ok(true),
        Some(other) => Err(row.error("sold_by", "bad_value", format!("{other:?}: say piece or weight"))),
    }
}

/// Consent is never guessed, nor is a product's flag: only a plain yes is one.
fn yes_or_no(row: &Row, column: &'static str) -> Result<bool, RowError> {
    match row.optional(column).map(str::to_lowercase).as_deref() {
        None | Some("false" | "0" | "no" | "n" | "falso") => Ok(false),
        Some("true" | "1" | "yes" | "y" | "si" | "sí" | "s" | "verdadero") => Ok(true),
        Some(other) => Err(row.error(column, "bad_value", format!("{other:?}: say yes or no"))),
    }
}

/// An instant with its offset, or a date, which then means the beginning of that day in UTC.
fn instant(row: &Row) -> Result<Option<DateTime<Utc>>, RowError> {
    let Some(cell) = row.optional("consent_at") else { return Ok(None) };
    if let Ok(at) = DateTime::parse_from_rfc3339(cell) {
        return Ok(Some(at.to_utc()));
    }
    let day: NaiveDate = row.parse("consent_at")?;
    Ok(Some(day.and_time(NaiveTime::MIN).and_utc()))
}

pub(super) struct CardRow(CardNumber, MemberCode);

impl MasterRow for CardRow {
    const COLUMNS: &'static [Column] = &[
        Column::required("card", &["tarjeta"]),
        Column::required("member", &["cliente", "socio", "miembro"]),
    ];

    fn read(row: &Row) -> Result<Self, RowError> {
        Ok(Self(row.parse("card")?, row.parse("member")?))
    }

    fn key(&self) -> String {
        self.0.to_string()
    }

    /// Both columns are required.
    async fn keep(_: &mut Tx, _: &mut [Self], _: Absent<'_>) -> Result<(), Error> {
        Ok(())
    }

    async fn write(app: &App, tx: &mut Tx, rows: &[Self]) -> Result<Vec<Turn>, Error> {
        let cards: Vec<_> = rows.iter().map(|CardRow(card, member)| (card.clone(), member.clone())).collect();
        let now = app.clock.now();
        // Nobody is merged between the look at whose number it is and the card.
        tx.order(db::Turn::Alone).await?;
        let written = members::add_cards(tx, &cards, now).await?;
        // Sales may have come before their card.
        intake::attribute_cards(tx, &written.cards, now).await?;
        insights::mark_stale(tx, &written.accounts).await?;
        Ok(written.turns)
    }
}

pub(super) struct StockRow(Count);

impl MasterRow for StockRow {
    const COLUMNS: &'static [Column] = &[
        Column::required("store", &["tienda", "almacen", "almacén", "sucursal"]),
        Column::required("sku", &["articulo", "artículo", "producto"]),
        Column::required("on_hand", &["existencia", "existencias"]),
        Column::required("reorder_point", &["minimo", "mínimo", "punto_de_pedido"]),
        Column::optional("reorder_qty", &["cantidad_de_pedido"]),
        Column::optional("lead_days", &["dias_de_entrega", "días_de_entrega"]),
    ];

    fn read(row: &Row) -> Result<Self, RowError> {
        let not_negative = |column: &'static str, quantity: Quantity| {
            if quantity.is_negative() {
                Err(row.error(column, "bad_value", "must not be negative"))
            } else {
                Ok(quantity)
            }
        };
        let store: StoreCode = row.parse("store")?;
        let sku: Sku = row.parse("sku")?;
        Ok(Self(Count {
            store,
            sku,
            // A count below zero is wrong on the shelf, but it is what many stock files say.
            on_hand: row.number("on_hand")?,
            reorder_point: not_negative("reorder_point", row.number("reorder_point")?)?,
            reorder_qty: not_negative(
                "reorder_qty",
                row.number_optional("reorder_qty")?.unwrap_or_default(),
            )?,
            lead_days: row.parse_optional("lead_days")?.unwrap_or(0),
        }))
    }

    fn key(&self) -> String {
        format!("{}\n{}", self.0.store, self.0.sku)
    }

    async fn keep(tx: &mut Tx, rows: &mut [Self], absent: Absent<'_>) -> Result<(), Error> {
        let mut known = HashMap::new();
        for Self(row) in rows {
            if !known.contains_key(&row.store) {
                known.insert(row.store.clone(), stock::counts(tx, &row.store).await?);
            }
            if let Some(known) = known.get(&row.store).and_then(|counts| counts.get(&row.sku)) {
                absent.keep_count(row, known);
            }
        }
        Ok(())
    }

    async fn write(app: &App, tx: &mut Tx, rows: &[Self]) -> Result<Vec<Turn>, Error> {
        let counts: Vec<Count> = rows.iter().map(|row| row.0.clone()).collect();
        Ok(stock::count(tx, &counts, app.clock.now()).await?)
    }
}

#[cfg(test)]
mod tests;
