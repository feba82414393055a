//! T10: what waits to be sent, whether the hub answers, which devices are there, and how loud the till is.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::Ui;
use super::beside::STATUS;
use super::guard::Order;
use super::orders::Nothing;
use super::problem::Refusal;
use super::screen::Screen;
use super::view::{DeviceState, HealthView, HubState};
use super::words::{Preferences, VOLUMES};

#[derive(Template)]
#[template(path = "till/status.html")]
struct StatusPage<'a> {
    s: &'a Screen,
    h: HealthView,
}

#[derive(Template)]
#[template(path = "till/part_status.html")]
struct StatusPart<'a> {
    s: &'a Screen,
    h: HealthView,
}

impl StatusPage<'_> {
    /// The choices of loudness, with whether each is the present one.
    fn volumes(&self) -> Vec<(u8, String, bool)> {
        let name = |volume: u8| self.s.w.t(&format!("volume-{volume}"));
        (0..)
            .zip(VOLUMES)
            .map(|(volume, _)| (volume, name(volume), volume == self.s.prefs.volume()))
            .collect()
    }

    /// Whether a reader that types is heard in every field, as a choice of the same kind.
    fn captures(&self) -> [(u8, String, bool); 2] {
        let off = self.s.prefs.capture_off;
        [(1, self.s.w.t("capture-on"), !off), (0, self.s.w.t("capture-off"), off)]
    }
}

impl Screen {
    pub fn hub_words(&self) -> String {
        self.w.t(match self.v.hub.state {
            HubState::Unknown => "status-hub-unknown",
            HubState::Online => "status-hub-online",
            HubState::Offline => "status-hub-offline",
            HubState::Refused => "status-hub-refused",
        })
    }

    /// When something that is not well was well, for who looks for what happened then.
    pub fn last_good(&self, at: Option<&DateTime<Utc>>) -> String {
        match at {
            Some(at) => self.w.with("status-last-good", "when", self.w.moment(at, &self.v.now)),
            None => self.w.t("status-never-good"),
        }
    }
}

impl Ui {
    pub(super) async fn status_part(&self, n: i64, prefs: Preferences) -> Result<String, Refusal> {
        let screen = self.screen(n, prefs, STATUS).await?;
        Ok(StatusPart { s: &screen, h: self.agent.health(n).await? }.render()?)
    }
}

pub async fn show(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    let screen = ui.screen(n, prefs, STATUS).await?;
    ui.agent.disarm(n)?;
    Ok(Html(StatusPage { s: &screen, h: ui.agent.health(n).await? }.render()?).into_response())
}

/// Sends at once instead of when the pause is over.
pub async fn send(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Response, Refusal> {
    ui.agent.send_now(order.n)?;
    Ok(Redirect::to(&format!("/till/{}/status", order.n)).into_response())
}

#[derive(Debug, Deserialize)]
pub struct DevicePath {
    path: String,
}

/// Has a device that is away opened at once; the page tells how that ended.
pub async fn try_device(State(ui): State<Ui>, order: Order<DevicePath>) -> Result<Redirect, Refusal> {
    ui.agent.open_device_now(order.n, &order.fields.path);
    Ok(Redirect::to(&format!("/till/{}/status", order.n)))
}

/// Tries the printer at once instead of when the pause is over.
pub async fn try_printer(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Redirect, Refusal> {
    ui.agent.print_now(order.n)?;
    Ok(Redirect::to(&format!("/till/{}/status", order.n)))
}

/// A label that shows whether the label printer is well.
pub async fn test_labels(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Redirect, Refusal> {
    let name = ui.words(order.n, order.prefs)?.t("label-test");
    ui.agent.print_test_label(order.n, &name).await?;
    Ok(Redirect::to(&format!("/till/{}/status", order.n)))
}

/// A strip on paper that shows whether the printer is well.
pub async fn test_printer(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Redirect, Refusal> {
    ui.agent.print_test(order.n).await?;
    Ok(Redirect::to(&format!("/till/{}/status", order.n)))
}
