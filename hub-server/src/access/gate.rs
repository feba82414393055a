//! The gate: the only caller of the router. A route is registered with what it needs, so that a route
//! without a permission does not compile.

use std::fmt;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use serde::Serialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use super::edge;
use super::guard::{Door, guard};
use super::pressure::Lane;
use super::rules::Permission;
use crate::app::App;

/// What a request must bring to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Public,
    /// The address alone, which holds a secret: who asks is not looked at. Where a form was sent from is not asked
    /// either: a page that is not told the secret cannot send one.
    Secret,
    /// Signed with the key of an enrolled till.
    SignedTill,
    /// Any signed-in person or API token.
    AnyStaff,
    Staff(Permission),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// HTML for people: a refusal is a page, or leads to the log-in.
    Page,
    /// JSON for programs: a refusal is a problem.
    Api,
}

/// One registered route, for the test that walks all of them.
#[derive(Debug, Clone, Serialize)]
pub struct RouteInfo {
    pub path: String,
    pub kind: Kind,
    pub need: Need,
}

pub const BODY_MAX: usize = 1024 * 1024;
/// A push carries up to 1 MiB of events and the lines around them.
pub const PUSH_BODY_MAX: usize = 2 * 1024 * 1024;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

pub struct Gate {
    app: App,
    router: OpenApiRouter<App>,
    routes: Vec<RouteInfo>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("routes", &self.routes).finish_non_exhaustive()
    }
}

impl Gate {
    pub fn new(app: App, api: OpenApi) -> Self {
        Self { app, router: OpenApiRouter::with_openapi(api), routes: vec![] }
    }

    #[must_use]
    pub fn page(mut self, path: &str, need: Need, methods: MethodRouter<App>) -> Self {
        let door = self.door(need, Kind::Page, None);
        let methods = methods.route_layer(from_fn_with_state(door, guard));
        self.router = self.router.route(path, methods);
        self.routes.push(RouteInfo { path: path.to_owned(), kind: Kind::Page, need });
        self
    }

    /// A route that the OpenAPI document describes: `routes!(handler)`.
    #[must_use]
    pub fn api(mut self, need: Need, methods: UtoipaMethodRouter<App>) -> Self {
        let door = self.door(need, Kind::Api, None);
        let paths = methods.1.paths.keys().cloned();
        self.routes.extend(paths.map(|path| RouteInfo { path, kind: Kind::Api, need }));
        let methods = methods.map(|m| m.route_layer(from_fn_with_state(door, guard)));
        self.router = self.router.routes(methods);
        self
    }

    /// A route for programs that the document leaves out: the tills' protocol, probes, assets.
    #[must_use]
    pub fn plain(self, path: &str, need: Need, methods: MethodRouter<App>) -> Self {
        let door = self.door(need, Kind::Api, None);
        self.programs(path, door, methods)
    }

    /// A route of tills that nobody waits for: when too much comes it is shed, so that the others are answered.
    #[must_use]
    pub fn background(self, path: &str, lane: Lane, methods: MethodRouter<App>) -> Self {
        let door = self.door(Need::SignedTill, Kind::Api, Some(lane));
        self.programs(path, door, methods)
    }

    fn door(&self, need: Need, kind: Kind, lane: Option<Lane>) -> Door {
        Door { app: self.app.clone(), need, kind, lane }
    }

    fn programs(mut self, path: &str, door: Door, methods: MethodRouter<App>) -> Self {
        let need = door.need;
        let limit = if need == Need::SignedTill { PUSH_BODY_MAX } else { BODY_MAX };
        let methods =
            methods.layer(DefaultBodyLimit::max(limit)).route_layer(from_fn_with_state(door, guard));
        self.router = self.router.route(path, methods);
        self.routes.push(RouteInfo { path: path.to_owned(), kind: Kind::Api, need });
        self
    }

    /// The router with what every answer carries, the API's description, and the list of routes.
    pub fn finish(self) -> (Router, OpenApi, Vec<RouteInfo>) {
        let (router, api) = self.router.split_for_parts();
        let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_TIMEOUT);
        let router = router
            .fallback(edge::no_such_page)
            .method_not_allowed_fallback(edge::no_such_method)
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .layer(timeout)
            .layer(CatchPanicLayer::custom(edge::after_panic))
            .layer(from_fn_with_state(self.app.clone(), edge::edge))
            .with_state(self.app);
        (router, api, self.routes)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;

    use super::*;
    use crate::testing::TestHub;

    /// A fault of ours takes one answer with it and nothing else.
    #[tokio::test]
    async fn a_handler_that_panics_costs_its_own_answer() {
        async fn panics() -> &'static str {
            panic!("card 2990000010421 is not expected")
        }
        let mut hub = TestHub::new().await;
        let gate = Gate::new(hub.app.clone(), OpenApi::default());
        let gate = gate.plain("/sync/v1/panics", Need::Public, get(panics)).page(
            "/panics",
            Need::Public,
            get(panics),
        );
        (hub.router, _, _) = gate.plain("/livez", Need::Public, get(async || "ok")).finish();
        let ask = |path: &str| hub.send(Request::get(path).body(Body::empty()).unwrap());
        let (status, body) = ask("/sync/v1/panics").await;
        let said = String::from_utf8(body).unwrap();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(said.contains("\"code\":\"internal\"") && !said.contains("2990000010421"), "{said}");
        let (status, page) = ask("/panics").await;
        let page = String::from_utf8(page).unwrap();
        assert!(status == 500 && page.contains("<html") && !page.contains("2990000010421"), "{page}");
        assert_eq!(ask("/livez").await, (StatusCode::OK, b"ok".to_vec()));
        let counted = hub.app.metrics.text();
        assert!(counted.contains("yapa_faults_total{code=\"internal\"} 2"), "{counted}");
    }
}
