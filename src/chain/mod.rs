//! The demo chain «Almacenes La Ceiba»: catalogue, members, stock and half a year of sales, made up from a
//! seed. Nobody in it exists.
//!
//! What a person should find is planted: each member has a rhythm of visits and a few usual products,
//! some pairs of products go together, some members stopped coming, and milk runs out at Centro. The same
//! seed and date give the same chain on every machine: whole numbers only, and a generator of our own.

mod assortment;
mod baskets;
mod calendar;
mod members;
mod random;
mod sales;
mod shelves;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::sale::Sale;
use domain::{CardNumber, MemberCode, Money, Quantity, Sku, StoreCode, TillCode};

pub use assortment::ean13;
pub use random::Random;

pub const NAME: &str = "Almacenes La Ceiba";
pub const CURRENCY: &str = "COP";
pub const LOCALE: &str = "es-CO";
/// Of all its stores.
pub const ZONE: Tz = chrono_tz::America::Bogota;
/// The seed of the demo that the README shows.
pub const SEED: u64 = 42;
/// Days of history; the last one is the day before the date asked for.
pub const DAYS: i64 = 180;
pub const MEMBERS: usize = 1_200;
/// Every so many members one has fewer than three visits, so that no rhythm can be told.
const NEWCOMER_EVERY: usize = 26;

/// A chain as a hub would be told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    pub stores: Vec<Store>,
    pub products: Vec<Product>,
    pub members: Vec<Member>,
    /// Counted at the end of the history.
    pub stock: Vec<StockLevel>,
    /// In the order in which they happened.
    pub sales: Vec<Sale>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    pub code: StoreCode,
    pub name: &'static str,
    pub tills: Vec<TillCode>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub sku: Sku,
    /// EAN-13 of the range that GS1 leaves to the shops themselves (20–29), so that it is nobody's.
    pub barcode: String,
    pub name: String,
    /// The wider group, such as dairy.
    pub line: String,
    /// The narrower one, such as milk.
    pub category: String,
    /// Tax included.
    pub price: Money,
    pub cost: Money,
    /// In 1/100 of a per cent.
    pub tax_rate: i64,
    pub supplier: String,
    /// Sold by weight; the price is that of one kilogram.
    pub weighed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub code: MemberCode,
    pub card: CardNumber,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    /// When the member allowed advertising; never assumed.
    pub consent_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLevel {
    pub store: StoreCode,
    pub sku: Sku,
    pub on_hand: Quantity,
    pub reorder_point: Quantity,
    pub reorder_qty: Quantity,
    pub lead_days: i64,
}

/// Why a chain could not be made. With the built-in catalogue this does not happen; a test makes one.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    #[error("products.csv, line {line}: {what}")]
    Catalogue { line: usize, what: String },
    #[error(transparent)]
    Code(#[from] domain::codes::CodeError),
    #[error(transparent)]
    Sale(#[from] domain::sale::SaleError),
    #[error(transparent)]
    Amount(#[from] domain::money::AmountError),
    #[error("{0} is outside the calendar")]
    Calendar(NaiveDate),
}

/// Makes the chain whose history ends on the day before `today`.
pub fn generate(seed: u64, today: NaiveDate) -> Result<Chain, ChainError> {
    let mut random = Random::new(seed);
    let stores = stores()?;
    let assortment = assortment::Assortment::read()?;
    let calendar = calendar::Calendar::ending_before(today, ZONE)?;
    let people = members::invite(&mut random.fork(), &assortment, &calendar, stores.len())?;
    let visits = members::visits(&mut random.fork(), &people, &stores);
    let sales = sales::ring_up(&mut random.fork(), &assortment, &calendar, &stores, &people, &visits)?;
    let stock = shelves::count(&mut random.fork(), &assortment, &stores, &sales, calendar.last_weeks())?;
    Ok(Chain {
        stores,
        products: assortment.products,
        members: people.into_iter().map(|person| person.member).collect(),
        stock,
        sales,
    })
}

fn stores() -> Result<Vec<Store>, ChainError> {
    let places = [("centro", "Centro"), ("ribera", "La Ribera"), ("prado", "El Prado")];
    places
        .into_iter()
        .map(|(code, name)| Ok(Store { code: code.parse()?, name, tills: vec!["1".parse()?, "2".parse()?] }))
        .collect()
}
