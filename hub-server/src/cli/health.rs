//! `hub-server health`.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use kit::cli::{Exit, Failure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::settings::Settings;

const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub struct Health {
    /// Where the hub listens, if not where the settings say
    #[arg(long, value_name = "ADDRESS")]
    at: Option<SocketAddr>,
}

/// Exit 0 where the hub is ready, 7 where it does not answer or is not.
pub async fn health(args: &Health, settings: &Settings) -> Result<Exit, Failure> {
    let address = args.at.unwrap_or(settings.listen);
    let unreachable = |why: String| {
        Failure::new(Exit::Unreachable, "hub_unreachable", format!("{address}: {why}"))
            .fix(format!("hub-server serve --listen {address}"))
    };
    let answer =
        timeout(PATIENCE, ask(address)).await.map_err(|_| unreachable("no answer in 2 s".to_owned()))?;
    let answer = answer.map_err(|e| unreachable(e.to_string()))?;
    let status = answer.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(unreachable(format!("not ready ({status})")));
    }
    println!("ok");
    Ok(Exit::Ok)
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = vec![];
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
