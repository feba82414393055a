//! Who asks: a person or a script with a role, a till with its key, or somebody unknown with a language.

use std::collections::BTreeSet;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use domain::codes::{StoreCode, TillCode};
use domain::ids::TillId;
use kit::Locale;

use super::rules::{Permission, Role};
use crate::error::Error;

/// Which stores somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    Stores(BTreeSet<StoreCode>),
}

impl Scope {
    pub fn allows(&self, store: &str) -> bool {
        match self {
            Self::All => true,
            Self::Stores(stores) => stores.contains(store),
        }
    }
}

/// A signed-in person, or a script with an API token.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The log-in name, or `token:` and the token's name: what audit rows say.
    pub who: String,
    /// For the screen.
    pub name: String,
    pub role: Role,
    pub scope: Scope,
    /// Every form sends it back; empty for scripts, which send no cookies.
    pub csrf: String,
    pub locale: Locale,
    pub theme: String,
}

impl Actor {
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// For what a handler decides on top of its route's need.
    pub fn must(&self, permission: Permission) -> Result<(), Error> {
        if self.may(permission) {
            return Ok(());
        }
        Err(Error::forbidden("not_allowed", "Your role does not allow this."))
    }
}

/// Language and theme of whoever reads; present on every request.
#[derive(Debug, Clone)]
pub struct Reader {
    pub locale: Locale,
    /// `auto`, `light` or `dark`.
    pub theme: String,
}

/// A till whose signature was checked.
#[derive(Debug, Clone)]
pub struct SignedTill {
    pub till: TillId,
    pub store: StoreCode,
    pub code: TillCode,
}

fn missing(what: &str) -> Error {
    // The gate puts these in before a handler runs; a handler that asks for another is wired wrongly.
    Error::Internal(anyhow::anyhow!("the route's need does not provide {what}"))
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| missing("an actor"))
    }
}

/// On public routes there may be one or not.
impl<S: Sync> OptionalFromRequestParts<S> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Error> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| missing("a reader"))
    }
}

impl<S: Sync> FromRequestParts<S> for SignedTill {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| missing("a till"))
    }
}
