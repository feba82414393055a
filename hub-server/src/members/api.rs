//! Members for programs; contacts are masked unless the reader may see them.

use axum::Json;
use axum::extract::{Path, State};
use domain::codes::MemberCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Member, MemberView};
use crate::access::{Actor, Ask, Permission};
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;

const PAGE_DEFAULT: i64 = 50;
const PAGE_MAX: i64 = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MembersQuery {
    /// A card number, or words that all stand in name or code, or in phone or e-mail where the reader may see
    /// contacts; without it all members. `search` is another name for it.
    #[serde(default, alias = "search")]
    pub q: String,
    /// At most 500.
    pub limit: Option<i64>,
    #[serde(default)]
    pub offset: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MembersPage {
    pub members: Vec<MemberView>,
    /// Ask with this offset for more; null at the end.
    pub next_offset: Option<i64>,
}

/// Finds members.
#[utoipa::path(
    get, path = "/api/v1/members", tag = "members", params(MembersQuery),
    responses(
        (status = 200, body = MembersPage),
        (status = 400, description = "The query cannot be read, or has a part that is not known"),
        (status = 401, description = "No token")
    )
)]
pub async fn list(
    State(app): State<App>,
    actor: Actor,
    Ask(asked): Ask<MembersQuery>,
) -> Result<Json<MembersPage>, Error> {
    let limit = asked.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let offset = asked.offset.max(0);
    let full = actor.may(Permission::ReadContacts);
    let mut tx = app.db.read().await?;
    let mut found = super::search(&mut tx, &asked.q, full, limit + 1, offset).await?;
    let more = found.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let members = views(&mut tx, &found, full).await?;
    Ok(Json(MembersPage { members, next_offset: more.then_some(offset + limit) }))
}

async fn views(tx: &mut Tx, members: &[Member], full: bool) -> Result<Vec<MemberView>, Error> {
    let ids: Vec<_> = members.iter().map(|member| member.id).collect();
    let cards = super::cards_of(tx, &ids).await?;
    let duplicates = super::duplicates(tx, &ids).await?;
    let view = |member: &Member| {
        let view = MemberView::of(member, cards.get(&member.id).map_or(&[][..], Vec::as_slice), full);
        let others = duplicates.get(&member.id).map_or(&[][..], Vec::as_slice);
        MemberView {
            possible_duplicates: others.iter().map(|other| other.code.to_string()).collect(),
            ..view
        }
    };
    Ok(members.iter().map(view).collect())
}

/// One member by the chain's number.
#[utoipa::path(
    get, path = "/api/v1/members/{code}", tag = "members",
    params(("code" = String, Path, description = "The chain's number of the member")),
    responses((status = 200, body = MemberView), (status = 404, description = "No such member"))
)]
pub async fn one(
    State(app): State<App>,
    actor: Actor,
    Path(code): Path<String>,
) -> Result<Json<MemberView>, Error> {
    let mut tx = app.db.read().await?;
    let member = must_find(&mut tx, &code).await?;
    let view = views(&mut tx, &[member], actor.may(Permission::ReadContacts)).await?.pop();
    view.map(Json).ok_or_else(no_such_member)
}

fn no_such_member() -> Error {
    Error::not_found("no_such_member", "There is no such member.")
}

/// The member with a code from an address.
pub async fn must_find(tx: &mut Tx, code: &str) -> Result<Member, Error> {
    let code: MemberCode = code.parse().map_err(|_| no_such_member())?;
    super::by_code(tx, &code).await?.ok_or_else(no_such_member)
}
