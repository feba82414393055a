//! T0: who stands at the till. And the small page on which somebody else agrees to what the cashier may not
//! do alone.

use askama::Template;
use axum::extract::{FromRequestParts, MatchedPath, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::cashier::{Permission, Verdict, permits};
use domain::snapshot::CashierRow;
use serde::Deserialize;

use super::guard::{LIVE, Order, TillPath};
use super::keys::Keyboard;
use super::orders::{Nothing, go};
use super::problem::Refusal;
use super::view::TillPlate;
use super::words::{Preferences, Words};
use super::{Ui, assets};
use crate::app::plate;
use crate::error::AgentError;
use crate::staff::{Approval, Credentials, Pending, StaffError};

/// What both pages are framed by.
pub struct Frame {
    pub w: Words,
    pub till: TillPlate,
    pub token: String,
    pub training: bool,
    pub theme: &'static str,
    keyboard: Keyboard,
}

impl Frame {
    pub fn base(&self) -> String {
        format!("/till/{}", self.till.n)
    }

    pub fn till_name(&self) -> String {
        self.w.with("till-name", "code", self.till.code.as_str())
    }

    /// The key of an action, for the script.
    pub fn key(&self, action: &str) -> &'static str {
        self.keyboard.key(action)
    }

    /// The same for people.
    pub fn cap(&self, action: &str) -> String {
        self.keyboard.cap(action, &self.w)
    }

    #[expect(clippy::unused_self, reason = "templates know methods only")]
    pub fn css(&self) -> String {
        assets::CSS.url()
    }

    #[expect(clippy::unused_self, reason = "templates know methods only")]
    pub fn js(&self) -> String {
        assets::LOGIN_JS.url()
    }
}

impl Ui {
    pub(super) fn frame(&self, n: i64, prefs: Preferences) -> Result<Frame, Refusal> {
        let desk = self.agent.desk(n)?;
        let w = Words::new(&self.agent.chain(), desk.till.zone, prefs.lang);
        let theme = prefs.theme.map_or("", super::words::Theme::code);
        let keyboard = self.agent.house().keyboard.clone();
        let (till, token, training) = (plate(desk), self.token(n), desk.is_training());
        Ok(Frame { w, till, token, training, theme, keyboard })
    }
}

#[derive(Template)]
#[template(path = "till/login.html")]
struct LoginPage {
    f: Frame,
    action: String,
    cashiers: Vec<CashierRow>,
    who: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "till/approve.html")]
struct ApprovePage {
    f: Frame,
    action: String,
    what: String,
    /// Those who may agree.
    cashiers: Vec<CashierRow>,
    who: String,
    error: Option<String>,
    pending: Pending,
}

/// Pages that are there while nobody is logged in; everything else of a till asks who stands there.
fn is_open(rest: &str) -> bool {
    matches!(rest, "login" | "logout" | "preferences" | "events")
}

/// Sends everybody to T0 who orders something while nobody is logged in. Nothing is lost: the basket is in
/// the till's file.
pub async fn ask_who(State(ui): State<Ui>, request: Request, next: Next) -> Response {
    // The route that was matched and the number that its handler will read: an address can be written in many
    // ways.
    let rest = request.extensions().get::<MatchedPath>();
    let rest = rest.and_then(|path| path.as_str().strip_prefix("/till/{n}"));
    let is_closed = rest.is_some_and(|rest| !is_open(rest.trim_start_matches('/')));
    let (mut parts, body) = request.into_parts();
    let n = Path::<TillPath>::from_request_parts(&mut parts, &ui).await.ok();
    let request = Request::from_parts(parts, body);
    let locked = n
        .filter(|_| is_closed)
        .map(|Path(TillPath { n })| n)
        .filter(|n| ui.agent.desk(*n).is_ok_and(crate::app::Desk::must_log_in));
    match locked {
        None => next.run(request).await,
        Some(n) => sent_on(request.headers(), &format!("/till/{n}/login")),
    }
}

fn sent_on(headers: &HeaderMap, path: &str) -> Response {
    if headers.contains_key(LIVE) { go(path) } else { Redirect::to(path).into_response() }
}

pub async fn show(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    if ui.agent.desk(n)?.must_log_in() {
        return ui.login_page(n, prefs, String::new(), None).await;
    }
    Ok(Redirect::to(&format!("/till/{n}")).into_response())
}

#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    who: String,
    #[serde(default)]
    pin: String,
}

impl Shown {
    fn credentials(&self) -> Credentials {
        Credentials { who: self.who.clone(), pin: self.pin.clone() }
    }
}

pub async fn enter(State(ui): State<Ui>, order: Order<Shown>) -> Result<Response, Refusal> {
    let n = order.n;
    match ui.agent.log_in(n, &order.fields.credentials()).await {
        Ok(_) => Ok(Redirect::to(&format!("/till/{n}")).into_response()),
        Err(AgentError::Staff(error)) => {
            let error = staff_text(&ui.frame(n, order.prefs)?.w, &error);
            let who = shown_again(&order.fields);
            let page = ui.login_page(n, order.prefs, who, Some(error)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

pub async fn leave(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Response, Refusal> {
    ui.agent.log_out(order.n).await?;
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}

/// An alias is shown again; what could be a badge is not.
fn shown_again(shown: &Shown) -> String {
    if shown.pin.is_empty() { String::new() } else { shown.who.clone() }
}

fn staff_text(w: &Words, error: &StaffError) -> String {
    match error {
        StaffError::WrongPin | StaffError::NotLoggedIn => w.t("login-wrong"),
        StaffError::Wait { seconds } => w.count("login-wait", *seconds),
        StaffError::NotPermitted(who) => w.with("approve-not-permitted", "who", who.as_str()),
        StaffError::Denied => w.t("approve-denied"),
    }
}

impl Ui {
    async fn login_page(
        &self,
        n: i64,
        prefs: Preferences,
        who: String,
        error: Option<String>,
    ) -> Result<Response, Refusal> {
        let cashiers = self.agent.cashiers(self.agent.desk(n)?).await?;
        let f = self.frame(n, prefs)?;
        let page = LoginPage { action: format!("{}/login", f.base()), f, cashiers, who, error };
        Ok(Html(page.render()?).into_response())
    }

    async fn approve_page(
        &self,
        n: i64,
        prefs: Preferences,
        who: String,
        error: Option<String>,
    ) -> Result<Response, Refusal> {
        let desk = self.agent.desk(n)?;
        let Some(pending) = desk.post.pending() else {
            return Ok(Redirect::to(&format!("/till/{n}")).into_response());
        };
        let f = self.frame(n, prefs)?;
        let mut cashiers = self.agent.cashiers(desk).await?;
        cashiers.retain(|row| permits(&row.grants, pending.permission) == Verdict::Allowed);
        let action = format!("{}/approve", f.base());
        let what = permission_text(&f.w, pending.permission);
        Ok(Html(ApprovePage { f, action, what, cashiers, who, error, pending }.render()?).into_response())
    }
}

pub fn permission_text(w: &Words, permission: Permission) -> String {
    match permission {
        Permission::Discount { percent } => {
            w.with("permission-discount", "percent", kit::format::percent(w.locale, percent))
        }
        Permission::LateCard => w.t("permission-late-card"),
        Permission::Right { right } => w.t(&format!("permission-{}", right.code().replace('_', "-"))),
    }
}

/// Whether an order may be carried out now.
pub enum Clearance {
    /// It may; with who agreed, where the cashier alone may not.
    Go(Option<Approval>),
    /// Answer this: somebody has to agree first.
    Ask(Response),
}

impl Ui {
    /// Asks whether the order may be carried out by whoever stands at the till. Where somebody must agree,
    /// the order is kept and the answer leads to the page that asks; it comes back as the same form, to
    /// `action` with the same fields, and with the approval.
    pub(super) async fn clear<T>(
        &self,
        order: &Order<T>,
        permission: impl Into<Permission>,
        action: &str,
        fields: Vec<(String, String)>,
    ) -> Result<Clearance, Refusal> {
        let (n, permission) = (order.n, permission.into());
        let desk = self.agent.desk(n)?;
        match self.agent.may(desk, permission).await? {
            Verdict::Allowed => return Ok(Clearance::Go(None)),
            Verdict::Denied => return Err(AgentError::from(StaffError::Denied).into()),
            Verdict::NeedsApproval => {}
        }
        let token = order.approval.as_deref().unwrap_or_default();
        // Who agreed, agreed to this order and to no other that needs the same permission.
        if desk.post.is_for(token, action, &fields)
            && let Some(approval) = desk.post.redeem(token, permission, self.agent.now())
        {
            desk.post.set_pending(None);
            return Ok(Clearance::Go(Some(approval)));
        }
        let action = action.to_owned();
        desk.post.set_pending(Some(Pending { permission, action, fields, approval: None }));
        let path = format!("/till/{n}/approve");
        let answer = if order.live.is_some() { go(&path) } else { Redirect::to(&path).into_response() };
        Ok(Clearance::Ask(answer))
    }
}

pub async fn approval(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    // Also without the script, what is agreed to goes on where it began.
    ui.agent.leave_receipt(n)?;
    ui.approve_page(n, prefs, String::new(), None).await
}

pub async fn approve(State(ui): State<Ui>, order: Order<Shown>) -> Result<Response, Refusal> {
    let n = order.n;
    let desk = ui.agent.desk(n)?;
    let Some(pending) = desk.post.pending() else {
        return Ok(Redirect::to(&format!("/till/{n}")).into_response());
    };
    match ui.agent.approve(n, &order.fields.credentials(), pending.permission).await {
        Ok(approval) => {
            desk.post.answer_pending(&pending, approval);
            Ok(Redirect::to(&format!("/till/{n}/approve")).into_response())
        }
        Err(AgentError::Staff(error)) => {
            let error = staff_text(&ui.frame(n, order.prefs)?.w, &error);
            let page = ui.approve_page(n, order.prefs, shown_again(&order.fields), Some(error)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Gives the waiting order up.
pub async fn drop_pending(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Response, Refusal> {
    ui.agent.desk(order.n)?.post.set_pending(None);
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}
