//! One error for every handler. A refusal carries a stable code and what to do next; what broke inside
//! is logged once, at the edge, and answered with nothing but a code and a request id.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::sync::{FieldProblem, Problem};

use crate::db::DbError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be carried out, and the asker is told why.
    #[error("{}: {}", .0.code, .0.title)]
    Refused(Box<Problem>),
    /// The database is busy or away: the same request may succeed in a moment.
    #[error("busy: {0}")]
    Busy(DbError),
    #[error(transparent)]
    Db(DbError),
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// Seconds after which a caller may try again when there was too much to do. Tills add a pause of their own choice,
/// so that they do not all come back in the same moment.
const RETRY_AFTER_S: u16 = 2;
/// What passes by itself so soon, beside every 503. Other refusals for asking too often hold for minutes, and say so.
const SOON_OVER: [&str; 2] = ["too_often", "login_queue_full"];

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        if error.is_passing() { Self::Busy(error) } else { Self::Db(error) }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl Error {
    pub fn refused(status: StatusCode, code: &str, title: &str) -> Self {
        Problem::new(status.as_u16(), code, title).into()
    }

    pub fn bad_request(code: &str, title: &str) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, code, title)
    }

    /// Also the answer for things outside the asker's scope, in the same words.
    pub fn not_found(code: &str, title: &str) -> Self {
        Self::refused(StatusCode::NOT_FOUND, code, title)
    }

    pub fn unauthorized(code: &str, title: &str) -> Self {
        Self::refused(StatusCode::UNAUTHORIZED, code, title)
    }

    pub fn forbidden(code: &str, title: &str) -> Self {
        Self::refused(StatusCode::FORBIDDEN, code, title)
    }

    pub fn conflict(code: &str, title: &str) -> Self {
        Self::refused(StatusCode::CONFLICT, code, title)
    }

    /// Input whose fields do not pass their checks.
    pub fn invalid(code: &str, title: &str, errors: Vec<FieldProblem>) -> Self {
        let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY.as_u16(), code, title);
        problem.errors = errors;
        problem.into()
    }

    #[must_use]
    pub fn detail(mut self, detail: impl ToString) -> Self {
        if let Self::Refused(problem) = &mut self {
            problem.detail = Some(detail.to_string());
        }
        self
    }

    /// The stable code that the asker is told.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(problem) => &problem.code,
            Self::Busy(_) => "busy",
            Self::Db(_) | Self::Internal(_) => "internal",
        }
    }

    fn into_fault(self) -> Fault {
        match self {
            Self::Refused(problem) => Fault { problem: *problem, cause: None },
            Self::Busy(error) => Fault {
                problem: Problem::new(503, "busy", "The hub is busy; try again in a moment."),
                cause: Some(error.to_string()),
            },
            Self::Db(error) => Fault::internal(format!("{error:?}")),
            Self::Internal(error) => Fault::internal(format!("{error:#}")),
        }
    }
}

/// What a failed request says, kept beside the response so that the gate can log it and, for a page,
/// say it in the reader's language.
#[derive(Debug, Clone)]
pub struct Fault {
    pub problem: Problem,
    /// For the log alone.
    pub cause: Option<String>,
}

impl Fault {
    pub(crate) fn internal(cause: String) -> Self {
        let problem = Problem::new(500, "internal", "Something broke on our side.");
        Self { problem, cause: Some(cause) }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE || SOON_OVER.contains(&self.problem.code.as_str()) {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.into_fault().into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_come_again_before_it_helps() {
        for (status, code, wanted) in [
            (503, "busy", Some("2")),
            (503, "overloaded", Some("2")),
            (429, "too_often", Some("2")),
            (429, "login_queue_full", Some("2")),
            (429, "login_locked", None),
            (429, "too_many_misses", None),
            (409, "gap", None),
        ] {
            let answer = Error::from(Problem::new(status, code, "")).into_response();
            let told = answer.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap());
            assert_eq!(told, wanted, "{code}");
        }
    }
}
