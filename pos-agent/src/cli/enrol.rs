//! `pos-agent enrol`.

use clap::Args;
use kit::cli::{Exit, Failure};

use super::{open_store, sync_failure};
use crate::clock::Clock;
use crate::settings::Settings;
use crate::sync;

#[derive(Debug, Args)]
pub struct Enrol {
    /// The hub's address, such as <https://hub.example>
    #[arg(long, value_name = "URL")]
    hub: String,
    /// The one-time code from the hub; it may cover several tills
    #[arg(long)]
    code: String,
}

pub async fn enrol(args: &Enrol, settings: &Settings) -> Result<Exit, Failure> {
    if !args.hub.starts_with("https://") && !args.hub.starts_with("http://") {
        let wrong = format!("{:?} is no address of a hub", args.hub);
        return Err(Failure::new(Exit::Usage, "bad_hub_url", wrong).fix("begin it with https://"));
    }
    let store = open_store(settings).await?;
    let reply = sync::enrol::enrol(&store, &Clock::system(), &args.hub, &args.code).await;
    let reply = reply.map_err(sync_failure)?;
    for till in &reply.tills {
        println!("enrolled  store {}  till {}  {}", till.store, till.code, till.store_name);
    }
    eprintln!("{} at {}: next, pos-agent run", reply.chain, args.hub);
    store.close().await;
    Ok(Exit::Ok)
}
