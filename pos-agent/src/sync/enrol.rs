//! Trades a one-time code for the right to push: asks which tills it is for, makes a key for each, sends
//! the public halves. Cut short before the hub has them, it can be done again with the same code; the keys
//! stay, so a new code enrols the same ones.

use domain::sync::{EnrolReply, EnrolRequest, TillKeyOffer};

use super::client::{CallError, HubClient};
use super::{SyncError, keys};
use crate::clock::Clock;
use crate::store::{Store, tills};

pub async fn enrol(store: &Store, clock: &Clock, url: &str, code: &str) -> Result<EnrolReply, SyncError> {
    let known = store.hub().await?;
    let client = HubClient::new(url, "", clock.clone())?;
    let asked = client.enrol(&EnrolRequest { code: code.to_owned(), keys: vec![] }).await?;
    if let Some(known) = known
        && known.hub_id != asked.hub_id
    {
        return Err(CallError::AnotherHub(asked.hub_id).into());
    }
    let reply = match offer(store, &client, code, &asked).await {
        Err(SyncError::Call(CallError::Refused(problem))) if problem.code == "key_revoked" => {
            // Whoever took a key away meant that key, and not this till.
            for till in &asked.tills {
                keys::put_away(store.folder(), till.till)?;
            }
            offer(store, &client, code, &asked).await?
        }
        other => other?,
    };
    let mut tx = store.begin().await?;
    tills::save_enrolment(&mut tx, url, &reply, clock.now()).await?;
    store.commit(tx).await?;
    Ok(reply)
}

/// Sends the public half of each till's key.
async fn offer(
    store: &Store,
    client: &HubClient,
    code: &str,
    asked: &EnrolReply,
) -> Result<EnrolReply, SyncError> {
    let mut offers = Vec::with_capacity(asked.tills.len());
    for till in &asked.tills {
        let key = keys::read_or_make(store.folder(), till.till)?;
        offers.push(TillKeyOffer { till: till.till, public_key: key.public().to_string() });
    }
    Ok(client.enrol(&EnrolRequest { code: code.to_owned(), keys: offers }).await?)
}
