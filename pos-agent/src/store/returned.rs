//! What came back of which sale, as far as this agent took it back or the hub told of it.

use domain::ids::SaleId;
use domain::money::{Money, Quantity};
use domain::sale::{LineKind, Sale};
use domain::sync::ReturnedLine;

use super::{Store, StoreError, Tx};

/// What came back of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct ReturnedRow {
    pub line: u32,
    pub quantity: Quantity,
    pub paid: Money,
    /// Pieces more or less that points were taken of, by even exchanges.
    pub moved: Quantity,
}

impl ReturnedRow {
    /// How many pieces points were taken of.
    pub fn took_points(&self) -> Quantity {
        Quantity(self.quantity.0.saturating_add(self.moved.0))
    }
}

const OF_SALE: &str = "select line, sum(quantity) as quantity, sum(paid) as paid, sum(moved) as moved
    from returned_line where sale = $1 group by line";

impl Store {
    pub async fn returned_of(&self, sale: SaleId) -> Result<Vec<ReturnedRow>, StoreError> {
        Ok(sqlx::query_as(OF_SALE).bind(sale).fetch_all(self.reader()).await?)
    }

    /// What had come back of a sale before one of its returns.
    pub async fn returned_before(&self, sale: SaleId, by: SaleId) -> Result<Vec<ReturnedRow>, StoreError> {
        let sql = "select line, sum(quantity) as quantity, sum(paid) as paid, sum(moved) as moved
                   from returned_line
                   where sale = $1 and id < (select min(id) from returned_line where sale = $1 and by_sale = $2)
                   group by line";
        Ok(sqlx::query_as(sql).bind(sale).bind(by).fetch_all(self.reader()).await?)
    }
}

/// The same inside the commit that takes goods back: two tills may hold the same receipt.
pub async fn of_sale(tx: &mut Tx, sale: SaleId) -> Result<Vec<ReturnedRow>, StoreError> {
    Ok(sqlx::query_as(OF_SALE).bind(sale).fetch_all(&mut **tx).await?)
}

/// Notes the lines of a sale that undo earlier ones; nothing for sales that count for nothing.
pub async fn note(tx: &mut Tx, sale: &Sale) -> Result<(), StoreError> {
    for line in sale.counted_lines().filter(|line| line.kind == LineKind::Return) {
        let Some(origin) = line.origin else { continue };
        let paid = line.paid().map_err(|e| super::bad_row("returned line")(&e))?;
        let (by_sale, by_line, quantity) = (sale.id, line.number, line.quantity);
        let row = ReturnedLine { line: origin.line, by_sale, by_line, quantity, paid, moved: Quantity::ZERO };
        insert(tx, origin.sale, &row).await?;
    }
    for (of, moved) in sale.points_moved().map_err(|e| super::bad_row("returned line")(&e))? {
        let row = ReturnedLine {
            line: of.line,
            by_sale: sale.id,
            by_line: 0,
            quantity: Quantity::ZERO,
            paid: Money::ZERO,
            moved,
        };
        insert(tx, of.sale, &row).await?;
    }
    Ok(())
}

/// Notes what the hub says came back of a sale. What this agent took back itself it knows already.
pub async fn learn(tx: &mut Tx, sale: SaleId, told: &[ReturnedLine]) -> Result<(), StoreError> {
    for row in told {
        insert(tx, sale, row).await?;
    }
    Ok(())
}

/// One line of one ticket takes back of one line once.
async fn insert(tx: &mut Tx, sale: SaleId, row: &ReturnedLine) -> Result<(), StoreError> {
    sqlx::query(
        "insert into returned_line (sale, line, by_sale, by_line, quantity, paid, moved)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
    )
    .bind(sale)
    .bind(row.line)
    .bind(row.by_sale)
    .bind(row.by_line)
    .bind(row.quantity)
    .bind(row.paid)
    .bind(row.moved)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
