//! Between hubs, through Redis: the only place that knows it. It makes pages faster and nothing else;
//! while it is away the watcher finds the same changes two seconds later.

use std::time::Duration;

use futures::StreamExt;
use redis::AsyncCommands;
use redis::aio::ConnectionManager;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;

use super::{Live, News};

/// Before another try, doubling up to the second of these.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// For somebody who only asks whether it is there.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Serialize, Deserialize)]
struct Message {
    /// Which hub process it came from: its own messages come back to it too.
    from: u64,
    news: News,
}

/// Exchanges news with the other hubs of this chain until the process ends. `hub` keeps chains that share
/// one Redis apart; `me` is random.
pub async fn run(live: Live, address: String, hub: String, me: u64) {
    let channel = format!("yapa:{hub}:news");
    let mut pause = PAUSES.0;
    loop {
        let outcome = tokio::select! {
            outcome = exchange(&live, &address, &channel, me) => outcome,
            () = live.closed() => return,
        };
        live.redis.send_replace(false);
        match outcome {
            Ok(()) => pause = PAUSES.0,
            Err(error) => {
                tracing::warn!(
                    code = "redis_away",
                    %error,
                    retry_s = pause.as_secs(),
                    "no Redis: pages renew a little later"
                )
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSES.1),
            () = live.closed() => return,
        }
    }
}

/// Asks a Redis whether it is there; why not, otherwise.
pub async fn reach(address: &str) -> Result<(), String> {
    let asked = async {
        let client = redis::Client::open(address)?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<String>(&mut connection).await
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer".to_owned()),
    }
}

/// One connection's life.
async fn exchange(live: &Live, address: &str, channel: &str, me: u64) -> redis::RedisResult<()> {
    let client = redis::Client::open(address)?;
    let mut listening = client.get_async_pubsub().await?;
    listening.subscribe(channel).await?;
    let sending = client.get_connection_manager().await?;
    live.redis.send_replace(true);
    tracing::info!(code = "redis_connected", "news go through Redis");
    tokio::select! {
        () = hear(live, listening, me) => Ok(()),
        outcome = say(live, sending, channel, me) => outcome,
    }
}

async fn hear(live: &Live, listening: redis::aio::PubSub, me: u64) {
    let mut messages = listening.into_on_message();
    while let Some(message) = messages.next().await {
        match serde_json::from_slice::<Message>(message.get_payload_bytes()) {
            Ok(message) if message.from != me => live.tell_here(message.news),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(
                    code = "news_unreadable",
                    %error,
                    "a message from another hub could not be read"
                )
            }
        }
    }
}

async fn say(live: &Live, mut sending: ConnectionManager, channel: &str, me: u64) -> redis::RedisResult<()> {
    let mut news = live.out.subscribe();
    loop {
        let news = match news.recv().await {
            Ok(news) => news,
            // What was missed is found by the watcher of the other hub.
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return Ok(()),
        };
        let Ok(text) = serde_json::to_string(&Message { from: me, news }) else { continue };
        let _: i64 = sending.publish(channel, text).await?;
    }
}
