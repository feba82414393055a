//! Statements over many rows at once: a round trip a row would be most of an import's time.

/// Rows of one statement. With at most a dozen columns this stays far below SQLite's 32,766 parameters.
pub const ROWS: usize = 500;

use super::Tx;

/// The placeholders of a statement whose only parameters are these rows, for an insert's `values`.
///
/// PostgreSQL takes `($1,$2),($3,$4)`. SQLite takes that too, but keeps the numbers as names and looks each
/// one up among all before it; half of an import's time went there. So it gets `(?,?),(?,?)`.
pub fn values(tx: &Tx, rows: usize, columns: usize) -> String {
    if tx.is_postgres() { numbered(rows, columns) } else { plain(rows, columns) }
}

fn plain(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    vec![row; rows].join(",")
}

fn numbered(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 1..=columns {
            if column > 1 {
                text.push(',');
            }
            text.push('$');
            text.push_str(&(row * columns + column).to_string());
        }
        text.push(')');
    }
    text
}

/// `($1,$2,$3)`: placeholders of a list.
pub fn list(length: usize) -> String {
    numbered(1, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_row_by_row() {
        assert_eq!(numbered(2, 2), "($1,$2),($3,$4)");
        assert_eq!(plain(2, 2), "(?,?),(?,?)");
        assert_eq!(list(3), "($1,$2,$3)");
    }
}
