//! Why an order was not carried out, as the cashier reads it.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use chrono_tz::Tz;
use domain::ids::SaleId;

use super::guard::{LIVE, preferences};
use super::words::Words;
use super::{Ui, assets};
use crate::error::AgentError;

#[derive(Debug, Clone)]
pub enum Refusal {
    /// The page is from before the agent's last start.
    Token,
    Origin,
    Host,
    /// Fields that no page of ours sends.
    Form,
    NotFound,
    NoTill(i64),
    /// The sale was closed before, as something else than what was asked for.
    Closed {
        text: &'static str,
        sale: SaleId,
        receipt_no: i64,
    },
    Agent {
        code: &'static str,
        status: u16,
    },
}

#[derive(Template)]
#[template(path = "till/problem.html")]
struct ProblemPage {
    w: Words,
    css: String,
    text: String,
    /// Where the receipt is that this is about.
    receipt: Option<String>,
    back: String,
}

impl From<AgentError> for Refusal {
    fn from(error: AgentError) -> Self {
        let (code, status) = (error.code(), error.status());
        if status >= 500 {
            tracing::error!(code, %error, "the till could not do this");
        }
        match error {
            AgentError::NoSuchTill(n) => Self::NoTill(n),
            AgentError::AlreadyPaid { sale, receipt_no } => {
                Self::Closed { text: "problem-already-paid", sale, receipt_no }
            }
            AgentError::AlreadyCancelled { sale, receipt_no } => {
                Self::Closed { text: "problem-already-cancelled", sale, receipt_no }
            }
            _ => Self::Agent { code, status },
        }
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Self {
        tracing::error!(code = "page", %error, "a page could not be rendered");
        Self::Agent { code: "page", status: 500 }
    }
}

/// Carries itself to [`super::guard::guard`], which knows the reader's language and makes the page.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            // The script, which never closes a sale, takes this one for "ask again with the new token".
            Self::Token | Self::Closed { .. } => StatusCode::CONFLICT,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Form => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound | Self::NoTill(_) => StatusCode::NOT_FOUND,
            Self::Agent { status, .. } => {
                StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    fn text(&self, w: &Words) -> String {
        match self {
            Self::Token => w.t("problem-token"),
            Self::Origin => w.t("problem-origin"),
            Self::Host => w.t("problem-host"),
            Self::Form => w.with("problem-other", "code", "bad_form"),
            Self::NotFound => w.with("problem-other", "code", "not_found"),
            Self::NoTill(n) => w.with("problem-no-till", "n", n.to_string()),
            Self::Closed { text, receipt_no, .. } => w.with(text, "number", receipt_no.to_string()),
            Self::Agent { code: "no_such_sale", .. } => w.t("problem-no-sale"),
            Self::Agent { code: "partly_paid", .. } => w.t("problem-partly-paid"),
            Self::Agent { code: "basket_under_way", .. } => w.t("problem-under-way"),
            Self::Agent { code: "held_in_training", .. } => w.t("problem-held-in-training"),
            Self::Agent { code: "held_while_selling", .. } => w.t("problem-held-while-selling"),
            Self::Agent { code: "in_training", .. } => w.t("problem-in-training"),
            Self::Agent { code: "not_held", .. } => w.t("problem-not-held"),
            Self::Agent { code: "no_printer", .. } => w.t("problem-no-printer"),
            Self::Agent { code: "no_drawer", .. } => w.t("problem-no-drawer"),
            Self::Agent { code: "shift_needed", .. } => w.t("problem-shift-needed"),
            Self::Agent { code: "not_permitted" | "denied", .. } => w.t("approve-denied"),
            Self::Agent { code: "disk_full", .. } => w.t("problem-disk-full"),
            Self::Agent { code, status } if *status >= 500 => w.with("problem-storage", "code", *code),
            Self::Agent { code, .. } => w.with("problem-other", "code", *code),
        }
    }

    /// The page in the reader's language; for the script the bare text.
    pub(super) fn dressed(&self, ui: &Ui, path: &str, headers: &HeaderMap) -> Response {
        let w = Words::new(&ui.agent.chain(), Tz::UTC, preferences(headers).lang);
        let text = self.text(&w);
        if headers.contains_key(LIVE) {
            return (self.status(), text).into_response();
        }
        let till = path.strip_prefix("/till/").and_then(|rest| rest.split('/').next());
        let known = till.and_then(|n| n.parse().ok()).filter(|n| ui.agent.tills().iter().any(|t| t.n == *n));
        let back = known.map_or_else(|| "/".to_owned(), |n: i64| format!("/till/{n}"));
        let receipt = match (self, known) {
            (Self::Closed { sale, .. }, Some(n)) => Some(format!("/till/{n}/receipt/{sale}")),
            _ => None,
        };
        let page = ProblemPage { w, css: assets::CSS.url(), text: text.clone(), receipt, back };
        (self.status(), page.render().map(Html).map_err(|_| text)).into_response()
    }
}
