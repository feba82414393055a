//! SQL of what was told of the readers.

use domain::sync::Hash;

use super::{StoreError, Tx};

/// Whether this report was taken up already.
pub async fn is_told(tx: &mut Tx, digest: Hash) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from readers_told where digest = $1)";
    Ok(sqlx::query_scalar(sql).bind(digest.0.as_slice()).fetch_one(&mut **tx).await?)
}

pub async fn note_told(tx: &mut Tx, digest: Hash) -> Result<(), StoreError> {
    let sql = "insert into readers_told (only_one, digest) values (true, $1)
        on conflict (only_one) do update set digest = excluded.digest";
    sqlx::query(sql).bind(digest.0.as_slice()).execute(&mut **tx).await?;
    Ok(())
}
