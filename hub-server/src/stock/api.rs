//! What a till is told of stock.

use axum::Json;
use axum::extract::State;
use domain::sync::{StockReply, StockRequest};

use super::store;
use crate::access::{Sent, SignedTill};
use crate::app::App;
use crate::error::Error;

/// Who has a product, the asking till's own store first.
pub async fn asked(
    State(app): State<App>,
    signed: SignedTill,
    Sent(request): Sent<StockRequest>,
) -> Result<Json<StockReply>, Error> {
    let mut tx = app.db.read().await?;
    let levels = store::levels_of(&mut tx, &request.sku, &signed.store).await?;
    Ok(Json(StockReply { levels }))
}
