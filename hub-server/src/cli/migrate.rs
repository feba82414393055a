//! `hub-server migrate`.

use kit::cli::{Exit, Failure};

use crate::settings::Settings;

/// Opening brings the schema up to date; this does it without serving.
pub async fn migrate(settings: Settings) -> Result<Exit, Failure> {
    super::open(settings).await?;
    eprintln!("the database's schema is up to date");
    Ok(Exit::Ok)
}
