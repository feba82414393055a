//! A running till looks whether its own file is sound: a damaged page may lie where nobody reads for weeks, and the
//! longer it lies the fewer sales a hub can give back.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::app::{Agent, Desk};

/// Screens come first.
const AFTER_START: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_hours(24);

/// What was found of the till's file, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChecked {
    pub at: DateTime<Utc>,
    pub damaged: bool,
}

/// Looks once after the start and once a day until `shutdown` turns true.
pub async fn run(agent: Agent, mut shutdown: watch::Receiver<bool>) {
    let mut pause = AFTER_START;
    loop {
        let looking = async {
            tokio::time::sleep(pause).await;
            look(&agent).await;
        };
        tokio::select! {
            () = looking => pause = EVERY,
            // An end of the sender is an end too.
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}

/// Reads the whole file beside whoever sells; every screen shows what was found.
pub async fn look(agent: &Agent) {
    let said = match agent.store().quick_check().await {
        Err(error) if !error.is_damage() => {
            tracing::warn!(code = "file_not_checked", %error, "whether the till's file is sound is not known");
            return;
        }
        Err(error) => error.to_string(),
        Ok(said) => said,
    };
    let damaged = said != "ok";
    if damaged {
        tracing::error!(code = "file_damaged", found = said, "the till's file is damaged: pos-agent salvage");
    }
    agent.set_file_checked(FileChecked { at: agent.now(), damaged });
    agent.desks().for_each(Desk::touch);
}
