//! What only the hub knows is asked when somebody wants to know. Whether there is more of a product changes with
//! each sale of every till, and a copy of yesterday would send a customer across the town for nothing; by whose
//! phone a member is found stays at the hub, so that a till that is stolen has no list of people; and no till has the
//! receipts of a whole chain.

use std::sync::Arc;
use std::time::Duration;

use domain::gift_card::GiftBalanceRequest;
use domain::ids::SaleId;
use domain::sync::redemption::{ReserveReply, ReserveRequest};
use domain::sync::{FindMembers, ReceiptReply, ReceiptRequest, StockRequest, TakeHeld};
use futures::future::join_all;
use tokio::sync::watch;
use tokio::time::timeout;

use super::client::{CallError, HubClient, Signer};
use super::holding;
use crate::app::{Agent, Desk};
use crate::till::{AskHeld, Found, GiftAnswer, GiftNews, HeldAnswer, ReceiptNews, ReserveAnswer, Stock};

/// A customer does not wait longer for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);
/// What a hub of the release before says to a question that it does not know.
const NO_SUCH_PAGE: u16 = 404;
const DIFFERS: u16 = 409;

/// Answers one till's questions until `shutdown` turns true; no kind waits for another.
pub(super) async fn run(
    agent: Agent,
    client: Arc<HubClient>,
    signer: Signer,
    n: i64,
    mut shutdown: watch::Receiver<bool>,
) {
    let Ok(desk) = agent.desk(n) else { return };
    let of_stock = async {
        loop {
            desk.stock_asked.notified().await;
            stock(desk, &client, &signer).await;
        }
    };
    let of_members = async {
        loop {
            desk.members_asked.notified().await;
            members(desk, &client, &signer).await;
        }
    };
    let of_receipts = async {
        loop {
            desk.receipt_asked.notified().await;
            receipt(&agent, desk, &client, &signer).await;
        }
    };
    let of_software = async {
        loop {
            desk.question_asked.notified().await;
            let answers = desk.questions().into_iter().map(|question| {
                let (agent, client, signer) = (&agent, &client, &signer);
                async move {
                    let news = ask(agent, client, signer, question.sale).await;
                    question.answer(news);
                }
            });
            join_all(answers).await;
        }
    };
    let of_held = async {
        loop {
            desk.held_asked.notified().await;
            held(&agent, desk, &client, &signer).await;
        }
    };
    let of_takes = async {
        loop {
            desk.take_asked.notified().await;
            while let Some(request) = desk.asks_take() {
                take(desk, &client, &signer, request).await;
            }
        }
    };
    let of_gift_cards = of_gift_cards(desk, &client, &signer);
    let of_points = of_points(desk, &client, &signer);
    tokio::select! {
        () = of_points => {}
        () = of_gift_cards => {}
        () = of_stock => {}
        () = of_held => {}
        () = of_takes => {}
        () = of_receipts => {}
        () = of_software => {}
        () = of_members => {}
        _ = shutdown.wait_for(|stop| *stop) => {}
    }
}

async fn stock(desk: &Desk, client: &HubClient, signer: &Signer) {
    let Some(sku) = desk.asks_stock_of() else { return };
    let request = StockRequest { sku };
    let found = match timeout(PATIENCE, client.stock(signer, &request)).await {
        Ok(Ok(reply)) if reply.levels.is_empty() => Stock::NotKept,
        Ok(Ok(reply)) => Stock::Known(reply.levels),
        // The pull says on every page whether the hub is there.
        Ok(Err(_)) | Err(_) => Stock::Away,
    };
    desk.tell_stock(&request.sku, found);
}

async fn members(desk: &Desk, client: &HubClient, signer: &Signer) {
    let Some(contacts) = desk.asks_for() else { return };
    let request = FindMembers { contacts };
    let found = match timeout(PATIENCE, client.find_members(signer, &request)).await {
        Ok(Ok(reply)) => Found::Known(reply),
        Ok(Err(CallError::Refused(problem))) if problem.code == "too_many_misses" => Found::TooMany,
        Ok(Err(_)) | Err(_) => Found::Away,
    };
    desk.tell_found(&request.contacts, found);
}

/// What is to be held comes before what somebody only looks at.
async fn gift_cards(desk: &Desk, client: &HubClient, signer: &Signer) {
    while let Some(request) = desk.asks_gift_hold() {
        let answer = match timeout(PATIENCE, client.hold_gift_card(signer, &request)).await {
            Ok(Ok(said)) => GiftAnswer::Said(said),
            Ok(Err(_)) | Err(_) => GiftAnswer::Away,
        };
        desk.tell_gift_hold(request.hold, answer);
    }
    if let Some(card) = desk.asks_gift_balance() {
        let request = GiftBalanceRequest { card };
        let news = match timeout(PATIENCE, client.gift_balance(signer, &request)).await {
            Ok(Ok(said)) => GiftNews::Said(said),
            Ok(Err(_)) | Err(_) => GiftNews::Away,
        };
        desk.tell_gift_balance(&request.card, news);
    }
}

/// Never ends.
async fn of_gift_cards(desk: &Desk, client: &HubClient, signer: &Signer) {
    loop {
        desk.gift_asked.notified().await;
        gift_cards(desk, client, signer).await;
    }
}

/// Never ends.
async fn of_points(desk: &Desk, client: &HubClient, signer: &Signer) {
    loop {
        desk.reserve_asked.notified().await;
        let asked = desk.asks_reserve().into_iter();
        join_all(asked.map(|request| points(desk, client, signer, request))).await;
    }
}

async fn points(desk: &Desk, client: &HubClient, signer: &Signer, request: ReserveRequest) {
    let answer = match timeout(PATIENCE, client.reserve_points(signer, &request)).await {
        Ok(Ok(said)) => ReserveAnswer::Said(said),
        Ok(Err(CallError::Refused(problem))) if problem.status == NO_SUCH_PAGE => ReserveAnswer::Older,
        // Something else was asked for under this name: it serves for nothing more.
        Ok(Err(CallError::Refused(problem))) if problem.status == DIFFERS => {
            ReserveAnswer::Said(ReserveReply::Ended)
        }
        Ok(Err(_)) | Err(_) => ReserveAnswer::Away,
    };
    desk.tell_reserve(request.redemption, answer);
}

async fn receipt(agent: &Agent, desk: &Desk, client: &HubClient, signer: &Signer) {
    let Some(sale) = desk.asks_of_receipt() else { return };
    let news = ask(agent, client, signer, sale).await;
    agent.tell_of_receipt(desk, sale, news);
}

/// What the hub says of a receipt; what it tells is kept here.
async fn ask(agent: &Agent, client: &HubClient, signer: &Signer, sale: SaleId) -> ReceiptNews {
    let answer = timeout(PATIENCE, client.receipt(signer, &ReceiptRequest { sale })).await;
    match answer {
        Ok(Ok(ReceiptReply { found: Some(found) })) if found.sale.id == sale => {
            match agent.learn_receipt(&found).await {
                Ok(()) => ReceiptNews::Known,
                Err(error) => {
                    tracing::warn!(code = error.code(), %error, "what the hub said of a receipt could not be kept");
                    ReceiptNews::Away
                }
            }
        }
        Ok(Ok(_)) => ReceiptNews::Nobodys,
        Ok(Err(_)) | Err(_) => ReceiptNews::Away,
    }
}

async fn held(agent: &Agent, desk: &Desk, client: &HubClient, signer: &Signer) {
    if !desk.asks_list() {
        return;
    }
    let answer = match timeout(PATIENCE, holding::list(agent, desk, client, signer)).await {
        Ok(Ok(())) => HeldAnswer::Listed,
        Ok(Err(error)) => {
            tracing::debug!(%error, "what other agents hold is not known");
            HeldAnswer::Away
        }
        Err(_) => HeldAnswer::Away,
    };
    desk.tell_held(&AskHeld::List, answer);
}

async fn take(desk: &Desk, client: &HubClient, signer: &Signer, request: TakeHeld) {
    let answer = match timeout(PATIENCE, client.take_held(signer, &request)).await {
        Ok(Ok(taken)) => HeldAnswer::Took(taken.outcome),
        Ok(Err(_)) | Err(_) => HeldAnswer::Away,
    };
    desk.tell_held(&AskHeld::Take(request), answer);
}
