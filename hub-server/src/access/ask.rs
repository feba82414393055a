//! What a program asks and sends, read so that a mistake is answered as a problem that names it.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::codes::StoreCode;
use serde::de::DeserializeOwned;

use super::actor::{Actor, Scope};
use crate::error::Error;

/// The query of an address.
#[derive(Debug, Clone)]
pub struct Ask<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Ask<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(e) => Err(Error::bad_request("bad_query", "The query cannot be read.").detail(e.body_text())),
        }
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Sent<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match Json::from_request(request, state).await {
            Ok(Json(sent)) => Ok(Self(sent)),
            Err(e) => Err(Error::bad_request("bad_body", "The body cannot be read.").detail(e.body_text())),
        }
    }
}

impl Actor {
    /// The store that a report over many members or tickets is of; none is the whole chain. A store that the
    /// actor may not see is answered like one that does not exist.
    pub fn store_of_report(&self, asked: Option<StoreCode>) -> Result<Option<StoreCode>, Error> {
        report_store(&self.scope, asked)
    }
}

/// The whole chain is for those who see all of it. Sums over some stores would look like the chain's, so
/// who sees several is asked which one.
fn report_store(scope: &Scope, asked: Option<StoreCode>) -> Result<Option<StoreCode>, Error> {
    match (scope, asked) {
        (_, Some(store)) if !scope.allows(store.as_str()) => Err(no_such_store()),
        (Scope::Stores(own), None) => match own.iter().collect::<Vec<_>>()[..] {
            [only] => Ok(Some(only.clone())),
            _ => {
                let own: Vec<&str> = own.iter().map(StoreCode::as_str).collect();
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Err(Error::refused(status, "name_a_store", "You see some stores only: name one of them.")
                    .detail(format!("add store= with one of: {}", own.join(", "))))
            }
        },
        (_, asked) => Ok(asked),
    }
}

pub fn no_such_store() -> Error {
    Error::not_found("no_such_store", "There is no such store.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_of_a_store_that_its_reader_sees() {
        let code = |text: &str| text.parse::<StoreCode>().unwrap();
        let stores = |codes: &[&str]| Scope::Stores(codes.iter().map(|text| code(text)).collect());
        for (scope, asked, wanted) in [
            (Scope::All, None, Ok(None)),
            (Scope::All, Some("a"), Ok(Some("a"))),
            (stores(&["a"]), None, Ok(Some("a"))),
            (stores(&["a"]), Some("a"), Ok(Some("a"))),
            (stores(&["a"]), Some("b"), Err("no_such_store")),
            (stores(&["a", "b"]), Some("b"), Ok(Some("b"))),
            (stores(&["a", "b"]), None, Err("name_a_store")),
            (stores(&[]), None, Err("name_a_store")),
        ] {
            let got = report_store(&scope, asked.map(code)).map_err(|error| match error {
                Error::Refused(problem) => problem.code,
                other => panic!("{other}"),
            });
            let wanted = wanted.map(|store| store.map(code)).map_err(str::to_owned);
            assert_eq!(got, wanted, "{scope:?} {asked:?}");
        }
    }
}
