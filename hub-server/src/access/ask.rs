//! What a program asks and sends, read so that a mistake is answered as a problem that names it.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use domain::codes::StoreCode;
use serde::de::DeserializeOwned;

use super::actor::Actor;
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
    /// A store that the actor may not see is answered like one that does not exist.
    pub fn must_see(&self, store: Option<&StoreCode>) -> Result<(), Error> {
        match store {
            Some(store) if !self.scope.allows(store.as_str()) => {
                Err(Error::not_found("no_such_store", "There is no such store."))
            }
            _ => Ok(()),
        }
    }
}
