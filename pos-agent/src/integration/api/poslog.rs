//! POSLog files over HTTP: what the command line hands to an agent that is running.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use domain::sync::{FieldProblem, Problem};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::Companion;
use super::answer::{ApiError, is_kind};
use crate::integration::poslog::{BadPoslog, PoslogReport};

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PoslogOptions {
    /// Checks the file and takes nothing in.
    #[serde(default)]
    pub dry_run: bool,
}

/// Takes the tickets of a POSLog 2.2 or 6 file in: all of them, or none with the reason.
#[utoipa::path(post, path = "/api/v1/poslog", params(PoslogOptions),
    request_body(content = String, content_type = "application/xml",
        example = "<POSLog><Transaction><RetailStoreID>centro</RetailStoreID>\
<WorkstationID>1</WorkstationID><SequenceNumber>700</SequenceNumber>\
<BusinessDayDate>2026-03-02</BusinessDayDate><EndDateTime>2026-03-02T10:00:00</EndDateTime>\
<RetailTransaction><LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>milk</ItemID>\
<ExtendedAmount>42.00</ExtendedAmount></Sale></LineItem></RetailTransaction></Transaction></POSLog>"), responses(
    (status = 200, body = PoslogReport), (status = 415, description = "`not_xml`"),
    (status = 422, description = "The stable code of what is wrong; `errors` says where")))]
pub(super) async fn take_poslog(
    State(companion): State<Companion>,
    Query(options): Query<PoslogOptions>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<PoslogReport>, ApiError> {
    if !is_kind(&headers, "application/xml") {
        return Err(ApiError::new(415, "not_xml", "Send application/xml"));
    }
    let report = companion.agent().take_poslog(&body, options.dry_run).await?;
    Ok(Json(report.map_err(bad)?))
}

fn bad(bad: BadPoslog) -> ApiError {
    let mut problem = Problem::new(422, bad.code, "The file is set aside whole");
    problem.errors = vec![FieldProblem { pointer: bad.place(), detail: bad.reason }];
    ApiError(problem)
}
