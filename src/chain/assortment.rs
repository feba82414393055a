//! What the chain sells, read from `products.csv` beside this file: the row's number is the article's.

use domain::{Money, Sku};

use super::random::running_totals;
use super::{ChainError, Product};

const CATALOGUE: &str = include_str!("products.csv");

/// A product that takes part in a planted effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    Milk,
    Bread,
    Coffee,
    Sugar,
    Nappies,
    Wipes,
}

pub struct Assortment {
    pub products: Vec<Product>,
    /// How often each is taken without being anybody's habit, as running totals.
    pub fancy: Vec<u64>,
    /// How likely each is to be a member's habit, as running totals.
    pub habit: Vec<u64>,
    planted: [usize; 6],
}

impl Assortment {
    pub fn read() -> Result<Self, ChainError> {
        let rows: Vec<Row> = CATALOGUE
            .lines()
            .enumerate()
            .skip(1)
            .map(|(number, text)| Row::read(number, text))
            .collect::<Result<_, _>>()?;
        let place = |name: &str| {
            let found = rows.iter().position(|row| row.product.name == name);
            found.ok_or_else(|| ChainError::Catalogue { line: 0, what: format!("{name} is missing") })
        };
        let planted = [
            place("Leche entera 1 L")?,
            place("Pan tajado 500 g")?,
            place("Café molido 500 g")?,
            place("Azúcar 1 kg")?,
            place("Pañales etapa 3 30 un")?,
            place("Toallitas húmedas 100 un")?,
        ];
        Ok(Self {
            fancy: running_totals(rows.iter().map(|row| row.weight)),
            habit: running_totals(rows.iter().map(|row| row.habit)),
            products: rows.into_iter().map(|row| row.product).collect(),
            planted,
        })
    }

    /// The product's place in `products`.
    pub fn place(&self, product: Planted) -> usize {
        self.planted[product as usize]
    }
}

struct Row {
    product: Product,
    weight: u64,
    habit: u64,
}

impl Row {
    fn read(number: usize, text: &str) -> Result<Self, ChainError> {
        let bad = |what: &str| ChainError::Catalogue { line: number + 1, what: what.to_owned() };
        let fields: Vec<&str> = text.split(',').collect();
        let [name, line, category, price, tax, supplier, weight, habit, sold_by] = fields[..] else {
            return Err(bad("needs nine fields"));
        };
        let price: Money = price.parse()?;
        let tax_rate: i64 = tax.parse().map_err(|_| bad("tax is a whole per cent"))?;
        let sku: Sku = format!("{}", 1_000 + number).parse()?;
        // Between 64 and 80 % of the price, the same for a product every time.
        let margin = i64::try_from(number % 17).unwrap_or(0);
        Ok(Self {
            product: Product {
                sku,
                barcode: ean13(&format!("200000000{number:03}")),
                name: name.to_owned(),
                line: line.to_owned(),
                category: category.to_owned(),
                price,
                cost: price.scaled(64 + margin, 100)?,
                tax_rate: tax_rate * 100,
                supplier: supplier.to_owned(),
                weighed: match sold_by {
                    "weight" => true,
                    "piece" => false,
                    _ => return Err(bad("sold_by is piece or weight")),
                },
            },
            weight: weight.parse().map_err(|_| bad("weight is a whole number"))?,
            habit: habit.parse().map_err(|_| bad("habit is a whole number"))?,
        })
    }
}

/// Twelve digits with their check digit behind them (GS1 General Specifications, 7.9.1).
pub fn ean13(twelve: &str) -> String {
    let sum: u32 = twelve
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, digit)| u32::from(digit.wrapping_sub(b'0')) * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{twelve}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_the_guide_prints_are_the_chains_own() {
        let assortment = Assortment::read().unwrap();
        for (product, barcode) in [(Planted::Milk, "2000000000176"), (Planted::Bread, "2000000000244")] {
            assert_eq!(assortment.products[assortment.place(product)].barcode, barcode);
        }
        assert_eq!(ean13("299000001042"), "2990000010421");
        assert_eq!(ean13("400638133393"), "4006381333931");
    }

    #[test]
    fn the_catalogue_is_whole() {
        let products = Assortment::read().unwrap().products;
        assert_eq!(products.len(), 147);
        let mut names: Vec<&str> = products.iter().map(|p| p.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), products.len(), "a name stands twice");
        assert!(products.iter().all(|p| p.cost < p.price && matches!(p.tax_rate, 0 | 500 | 1900)));
    }
}
