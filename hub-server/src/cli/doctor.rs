//! `hub-server doctor`: one line a check, and what to do about it.

use kit::cli::{Exit, Failure};
use kit::doctor::{Check, report};

use super::Shaped;
use crate::app::Clock;
use crate::doctor;
use crate::settings::Settings;

pub async fn doctor(shape: Shaped, settings: &Settings) -> Result<Exit, Failure> {
    report(&doctor::examine(settings, &Clock::System).await, shape.json)
}

/// Settings that cannot be read are a finding too: nothing else can be looked at then.
pub fn without_settings(shape: Shaped, failure: Failure) -> Result<Exit, Failure> {
    report(&[Check::failure("settings", failure)], shape.json)
}
