//! What is looked at: the sale, payment, search and receipt pages, and the live fragments.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::ids::SaleId;
use futures::Stream;
use serde::Deserialize;
use tokio::sync::watch;

use super::Ui;
use super::beside::Said;
use super::hold::HeldPanel;
use super::pay::PayPanel;
use super::problem::Refusal;
use super::refund::RefundPanel;
use super::screen::{Fragment, Head, LINES_OF, Mode, Page, Screen};
use super::words::{Preferences, Words};

/// Clock and ages on the screen are never older than this.
const TICK: Duration = Duration::from_secs(20);

impl Ui {
    pub(super) async fn screen(&self, n: i64, prefs: Preferences, mode: Mode) -> Result<Screen, Refusal> {
        let v = self.agent.till(n).await?;
        let w = Words::new(&v.chain, v.till.zone, prefs.lang);
        let keyboard = self.agent.house().keyboard.clone();
        Ok(Screen { w, v, prefs, keyboard, mode, token: self.token(n) })
    }

    /// The language in which this till's pages answer.
    pub(super) fn words(&self, n: i64, prefs: Preferences) -> Result<Words, Refusal> {
        let zone = self.agent.desk(n)?.till.zone;
        Ok(Words::new(&self.agent.chain(), zone, prefs.lang))
    }

    pub(super) async fn page(&self, n: i64, prefs: Preferences, mode: Mode) -> Result<Response, Refusal> {
        let screen = self.screen(n, prefs, mode).await?;
        // Whatever was looked at beside the sale is over: reads go to the basket.
        self.agent.disarm(n)?;
        Ok(Html(Page { s: &screen }.render()?).into_response())
    }
}

pub async fn first(State(ui): State<Ui>) -> Result<Redirect, Refusal> {
    let first = ui.agent.tills().into_iter().next().ok_or(Refusal::NotFound)?;
    Ok(Redirect::to(&format!("/till/{}", first.n)))
}

pub async fn sale(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    ui.page(n, prefs, Mode::Sale).await
}

pub async fn cancel(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    ui.page(n, prefs, Mode::Cancel).await
}

pub async fn keys(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    ui.page(n, prefs, Mode::Keys).await
}

#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    text: String,
}

pub async fn search(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(query): Query<SearchQuery>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    let found = ui.agent.search(&query.text).await?;
    ui.page(n, prefs, Mode::Search { query: query.text.trim().to_owned(), found }).await
}

#[derive(Deserialize)]
pub struct DoneQuery {
    sale: Option<SaleId>,
}

/// T4, for the sale that was just closed. Without one there is nothing to show, and the next sale begins.
pub async fn done(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(query): Query<DoneQuery>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    let Some(sale) = query.sale else { return Ok(Redirect::to(&format!("/till/{n}")).into_response()) };
    let slip = ui.slip(n, sale, prefs, false).await?.1;
    if slip.is_cancelled {
        // This page says that money was taken.
        return Ok(Redirect::to(&format!("/till/{n}/receipt/{sale}")).into_response());
    }
    ui.page(n, prefs, Mode::Done(Box::new(slip))).await
}

#[derive(Deserialize)]
pub struct EventsQuery {
    #[serde(default)]
    mode: String,
}

/// The page's live parts: at once, at every change of the till, and every few seconds for the clock.
pub async fn events(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(query): Query<EventsQuery>,
    prefs: Preferences,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let changes = ui.agent.watch(n)?;
    let live = Live { ui, n, prefs, mode: query.mode, changes, first: true };
    let stream = futures::stream::unfold(live, |mut live| async move {
        live.wait().await?;
        let event = live.event().await;
        Some((Ok(event), live))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

struct Live {
    ui: Ui,
    n: i64,
    prefs: Preferences,
    mode: String,
    changes: watch::Receiver<u64>,
    first: bool,
}

impl Live {
    /// `None` when the agent stops.
    async fn wait(&mut self) -> Option<()> {
        if std::mem::take(&mut self.first) {
            self.changes.borrow_and_update();
            return Some(());
        }
        match tokio::time::timeout(TICK, self.changes.changed()).await {
            Ok(Err(_)) => None,
            Ok(Ok(())) | Err(_) => Some(()),
        }
    }

    async fn event(&self) -> Event {
        match self.ui.fragment(self.n, self.prefs, &self.mode).await {
            // Server-sent events cannot carry a carriage return.
            Ok(Step::Swap(html)) => Event::default().event("screen").data(html.replace('\r', " ")),
            Ok(Step::Go(path)) => Event::default().event("go").data(path),
            // Logged where it arose; the page shows that the till does not answer.
            Err(_) => Event::default().event("problem").data(""),
        }
    }
}

/// What a page's script does next.
pub enum Step {
    Swap(String),
    Go(String),
}

/// Whether a receipt that is read leads away from the page: from no other, for there something may be typed or chosen,
/// or a warning or the change may stand. There the notice has the way to its lines.
pub(super) fn gives_way(mode: &str) -> bool {
    matches!(mode, "sale" | "refund" | "status" | "find" | "late")
}

impl Ui {
    /// The parts of a page in this mode, or where it must go because what it shows is over.
    pub(super) async fn fragment(&self, n: i64, prefs: Preferences, mode: &str) -> Result<Step, Refusal> {
        if self.agent.desk(n)?.must_log_in() {
            // The page that asks who stands here is not sent away from itself.
            let login = format!("/till/{n}/login");
            return Ok(if mode == "login" { Step::Swap(String::new()) } else { Step::Go(login) });
        }
        match mode {
            "login" => return Ok(Step::Go(format!("/till/{n}"))),
            "approve" => return self.after_approval(n),
            _ => {}
        }
        // A page that stays leaves it to others: it may be one that is just being left. The next page that opens ends it.
        if let Some(sale) = self.agent.receipt_to_open(n)?.filter(|_| gives_way(mode)) {
            // Where a forgotten card is added, a receipt is read for that.
            let page = if mode == "late" { "late" } else { "refund" };
            return Ok(Step::Go(format!("/till/{n}/{page}/{sale}")));
        }
        if let Some(step) = self.beside_fragment(n, prefs, mode).await? {
            return Ok(step);
        }
        let mode = match mode {
            "pay" => Mode::Pay(PayPanel::default()),
            "discount" => Mode::Discount(None),
            "open-price" => Mode::OpenPrice(Box::default()),
            "gift-card" => Mode::GiftCard(Box::default()),
            "held" => Mode::Held(HeldPanel::of(self.agent.held_as_known(n).await?, self.agent.unsure(n)?)),
            "redeem-card" if self.agent.redeemable(n).await?.is_some() => {
                return Ok(Step::Go(format!("/till/{n}/redeem")));
            }
            "redeem" | "redeem-card" => Mode::Redeem(Box::default()),
            // These pages stand as they are until their form is sent.
            "refund" => Mode::Refund(Box::default()),
            lines if lines.starts_with(LINES_OF) => Mode::Refund(Box::new(RefundPanel::of_lines(lines))),
            "cancel" => Mode::Cancel,
            "keys" => Mode::Keys,
            "search" => Mode::Search { query: String::new(), found: vec![] },
            "done" => return self.after_done(n, prefs).await,
            _ => Mode::Sale,
        };
        let screen = self.screen(n, prefs, mode).await?;
        Ok(Step::Swap(Fragment { s: &screen }.render()?))
    }

    /// The page that waits for somebody's agreement goes on once it has it.
    fn after_approval(&self, n: i64) -> Result<Step, Refusal> {
        // What was agreed to goes on where it began.
        self.agent.leave_receipt(n)?;
        let pending = self.agent.desk(n)?.post.pending();
        let waits = pending.is_some_and(|pending| pending.approval.is_none());
        Ok(if waits { Step::Swap(String::new()) } else { Step::Go(format!("/till/{n}/approve")) })
    }

    /// The paid sale stays on the screen until the next one begins.
    async fn after_done(&self, n: i64, prefs: Preferences) -> Result<Step, Refusal> {
        let screen = self.screen(n, prefs, Mode::Sale).await?;
        if !screen.is_empty() || screen.v.card.is_some() || screen.v.next_quantity.is_some() {
            return Ok(Step::Go(screen.base()));
        }
        let (head, said) = (Head { s: &screen }.render()?, Said { s: &screen }.render()?);
        Ok(Step::Swap(format!("{head}{said}")))
    }
}
