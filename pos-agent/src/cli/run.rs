//! `pos-agent run`.

use std::net::SocketAddr;

use clap::Args;
use kit::cli::{Exit, Failure};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{agent_failure, call_failure, token_failure};
use crate::server::{self, RunError};
use crate::settings::{DeviceSetting, Flags, Settings};

#[derive(Debug, Args)]
pub struct Run {
    /// Address of screens and local API; loopback only
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// A serial scanner and, behind a colon, the number of its till; may be given several times
    #[arg(long = "scanner", value_name = "PATH[:TILL]")]
    scanners: Vec<DeviceSetting>,
}

impl Run {
    pub fn add_to(&self, flags: &mut Flags) {
        flags.listen = self.listen;
        flags.scanners.clone_from(&self.scanners);
    }
}

pub async fn run(settings: Settings) -> Result<Exit, Failure> {
    let address = settings.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::new(Exit::Failed, "port_in_use", format!("{address}: {error}"))
            .fix("name another address with --listen, for example 127.0.0.1:0")
    })?;
    let bound = listener.local_addr().map_err(anyhow::Error::from)?;
    let (stop, stopped) = watch::channel(false);
    let serving = server::run(settings, listener, stopped, || println!("http://{bound}/till/1"));
    tokio::pin!(serving);
    let result = tokio::select! {
        result = &mut serving => result,
        () = asked_to_stop() => {
            // The receiver lives in `serving`.
            let _ = stop.send(true);
            serving.await
        }
    };
    if let Err(error @ RunError::Broken) = result {
        // As if power were cut: closing the file would sync once more what could not be synced.
        std::process::exit(failure(error).report() as i32);
    }
    result.map(|()| Exit::Ok).map_err(failure)
}

async fn asked_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without it Ctrl-C still works.
        return wait_for_ctrl_c().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        () = wait_for_ctrl_c() => {}
    }
}

async fn wait_for_ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn failure(error: RunError) -> Failure {
    match error {
        RunError::Agent(error) => agent_failure(error),
        RunError::Hub(error) => call_failure(&error),
        RunError::Device(_) => {
            Failure::new(Exit::Config, "bad_device", error.to_string()).fix("see [[device]] in the settings")
        }
        RunError::Printer(_) => Failure::new(Exit::Config, "bad_printer", error.to_string())
            .fix("see [[printers]] in the settings"),
        RunError::Token(error) => token_failure(error),
        RunError::Broken => Failure::new(Exit::Failed, "disk_failed", error.to_string())
            .fix("look after the disk, then start pos-agent again"),
        RunError::NotLoopback(_) => Failure::new(Exit::Config, "not_loopback", error.to_string())
            .fix("listen on 127.0.0.1 and let the till's own browser open it"),
        RunError::Serve(_) => Failure::new(Exit::Failed, "serve", error.to_string()),
    }
}
