//! Settings of the companion.

use std::path::PathBuf;

use domain::money::Points;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// `[integration]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntegrationSetting {
    /// Folder in which a till software leaves POSLog files; without one none are read.
    pub poslog_dir: Option<PathBuf>,
    /// File with the token that callers of the local API must then show.
    pub token_file: Option<PathBuf>,
    /// Most points of one member that may be held or spent here before the hub has heard of it, as decimal
    /// text. 0, the default, switches holds off: how much to risk without the hub is the chain's to say.
    #[serde(serialize_with = "write_points", deserialize_with = "read_points")]
    pub hold_points_max: Points,
    /// A hold that no sale names ends after so many minutes; one that the hub has reserved after two at most.
    pub hold_minutes: u32,
    /// With cards and balances older than this many hours nothing is held.
    pub hold_snapshot_hours: u32,
}

impl Default for IntegrationSetting {
    fn default() -> Self {
        Self {
            poslog_dir: None,
            token_file: None,
            hold_points_max: Points::ZERO,
            hold_minutes: 15,
            hold_snapshot_hours: 7 * 24,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's serialize_with passes a reference")]
fn write_points<S: Serializer>(points: &Points, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(points)
}

fn read_points<'de, D: Deserializer<'de>>(from: D) -> Result<Points, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

impl IntegrationSetting {
    /// The token, if one is wanted.
    pub fn token(&self) -> Result<Option<String>, TokenError> {
        let Some(path) = &self.token_file else { return Ok(None) };
        let error = |why: String| TokenError { path: path.clone(), why };
        let text = std::fs::read_to_string(path).map_err(|e| error(e.to_string()))?;
        let token = text.trim();
        if token.len() < TOKEN_MIN {
            return Err(error(format!("a token has at least {TOKEN_MIN} characters")));
        }
        Ok(Some(token.to_owned()))
    }
}

/// Fewer characters could be tried out.
const TOKEN_MIN: usize = 16;

#[derive(Debug, thiserror::Error)]
#[error("the token of the local API, {}: {why}", path.display())]
pub struct TokenError {
    path: PathBuf,
    why: String,
}

/// `[[passthrough]]`: a scanner that this agent reads first and a till software second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassthroughSetting {
    /// The scanner's port, best a name below `/dev/serial/by-id`.
    pub scanner: PathBuf,
    /// Where the till software finds its port: a symbolic link that the agent makes and removes.
    pub link: PathBuf,
    /// The number of the till it scans for.
    #[serde(default = "crate::settings::first_till")]
    pub till: i64,
    /// How the device speaks: the id of a profile; that of a plain serial scanner if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Whether the till software sees loyalty cards too. Payment cards it never sees.
    #[serde(default)]
    pub pass_cards: bool,
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[test]
    fn the_settings_of_a_companion_are_read() {
        let text = r#"
            [integration]
            poslog_dir = "/var/spool/poslog"
            hold_points_max = "500.00"
            [[passthrough]]
            scanner = "/dev/ttyUSB0"
            link = "/run/pos-agent/scanner"
        "#;
        let settings: Settings = toml::from_str(text).unwrap();
        let passed = &settings.passthrough[0];
        assert_eq!((passed.till, passed.profile.as_deref(), passed.pass_cards), (1, None, false));
        assert_eq!(settings.integration.hold_points_max, domain::Points(50_000));
        let written = toml::to_string(&settings).unwrap();
        assert_eq!(toml::from_str::<Settings>(&written).unwrap().integration, settings.integration);
        for bad in ["hold_points_max = \"much\"", "hold_point_max = \"1\""] {
            assert!(toml::from_str::<Settings>(&format!("[integration]\n{bad}")).is_err(), "{bad}");
        }
    }
}
