//! What tills ask of gift cards.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::gift_card::{GiftBalance, GiftBalanceRequest, GiftHold, GiftHoldRequest};
use domain::money::Money;
use domain::sale::FIELD_MAX;

use crate::access::{Sent, SignedTill};
use crate::app::App;
use crate::error::Error;

/// `POST /sync/v1/gift-cards/balance`
pub async fn balance(
    State(app): State<App>,
    _signed: SignedTill,
    Sent(request): Sent<GiftBalanceRequest>,
) -> Result<Json<GiftBalance>, Error> {
    let mut tx = app.db.read().await?;
    Ok(Json(super::balance(&mut tx, &request.card).await?))
}

/// `POST /sync/v1/gift-cards/hold`: the same again is answered the same; another amount or card under its id is refused.
pub async fn hold(
    State(app): State<App>,
    signed: SignedTill,
    Sent(request): Sent<GiftHoldRequest>,
) -> Result<Json<GiftHold>, Error> {
    if request.amount <= Money::ZERO || request.amount.0 > FIELD_MAX {
        return Err(Error::bad_request("gift_card_amount", "What is to be held must be above zero."));
    }
    let mut tx = app.db.begin().await?;
    let Some(answer) = super::hold(&mut tx, &signed, &request, app.clock.now()).await? else {
        let problem = "Another amount, sale or card was asked for under this id: make a new one.";
        return Err(Error::refused(StatusCode::CONFLICT, "gift_card_hold_differs", problem));
    };
    tx.commit().await?;
    Ok(Json(answer))
}
