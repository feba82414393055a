//! The running agent: everything that screens, devices, the local API and sync share. A clone is cheap.

mod house;
mod plugged;
mod told;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::SaleId;
use domain::price_rules::PriceRule;
use domain::scan::RuleTable;
use domain::sync::{Head, Stamp};
use kit::metrics::Metrics;
use tokio::sync::{Notify, watch};

use crate::checkout::price::Policy;
use crate::clock::{Boot, Clock};
use crate::error::AgentError;
use crate::printer::Printing;
use crate::soundness::FileChecked;
use crate::staff::Post;
use crate::store::Store;
use crate::store::stock::StockStates;
use crate::store::tills::{HubRow, TillRow};
use crate::till::{Beside, OfHub};
use crate::ui::view::{ChainView, HubState, Notice, NoticeKind, TillPlate};

pub(crate) use house::open;
pub use house::{HouseRules, KeptAside};

#[derive(Debug, Clone)]
pub struct Agent(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    boot: Boot,
    rules: RuleTable,
    policy: Policy,
    /// As they stood in the file at the end of the last pull.
    price_rules: Mutex<Vec<Arc<PriceRule>>>,
    stock: Mutex<StockStates>,
    hub: HubRow,
    hub_epoch: AtomicI64,
    /// Rung when the hub is to hear of a basket that was put aside or taken up.
    held_changed: Notify,
    link: watch::Sender<HubState>,
    desks: BTreeMap<i64, Desk>,
    numbers: HashMap<(StoreCode, TillCode), i64>,
    printing: Printing,
    plugged: plugged::Plugged,
    /// None until it was looked at.
    file_checked: Mutex<Option<FileChecked>>,
    notices: AtomicU64,
    /// What the hub kept aside since the start, latest last.
    kept_aside: Mutex<Vec<KeptAside>>,
    metrics: Metrics,
    /// Held while a PIN is verified.
    pins: tokio::sync::Mutex<()>,
    house: Mutex<Arc<HouseRules>>,
}

/// One till of this agent, as far as it lives in memory: the basket itself is in the file.
#[derive(Debug)]
pub(crate) struct Desk {
    pub till: TillRow,
    /// Who stands here.
    pub post: Post,
    /// Held by whoever changes this till's basket: two scans come one after the other.
    pub turn: tokio::sync::Mutex<()>,
    /// Rung when this till has something new to send.
    pub to_send: Notify,
    /// Rung when somebody asks for the stock of a product.
    pub stock_asked: Notify,
    /// Rung when somebody is looked for by phone or e-mail.
    pub members_asked: Notify,
    /// Rung when a receipt was read, of whichever till.
    pub receipt_asked: Notify,
    /// Rung when other till software takes goods of a receipt back.
    pub question_asked: Notify,
    /// Rung when the hub is asked for what other agents put aside.
    pub held_asked: Notify,
    /// Rung when it is asked for one of these.
    pub take_asked: Notify,
    /// Rung when it is asked what is on a gift card, or to hold something of it.
    pub gift_asked: Notify,
    /// Rung when it is asked to reserve points.
    pub reserve_asked: Notify,
    /// The sale whose card was last found so: its number is not shown, not even to who stands there.
    found_on: Mutex<Option<SaleId>>,
    /// The end of the log as it was last noted beside the file.
    pub noted: Mutex<Option<Head>>,
    /// The hub answers and does not let this till in; its neighbours may well be.
    refused: AtomicBool,
    /// What is done beside the basket.
    pub beside: Mutex<Beside>,
    /// What the hub was asked, whatever page is open.
    pub asked: Mutex<OfHub>,
    /// What was said last, newest at the end: a till software beside this one asks for all of it.
    notices: Mutex<VecDeque<Notice>>,
    changed: watch::Sender<u64>,
}

/// More than is said at a till while a till software looks away for a minute.
const NOTICES_KEPT: usize = 128;

impl Agent {
    /// Reads who this agent is. `NotEnrolled` before `pos-agent enrol`.
    pub async fn open(store: Store, clock: Clock, rules: RuleTable) -> Result<Self, AgentError> {
        Self::open_with(store, clock, rules, Policy::default()).await
    }

    /// The same for a chain with sums of its own.
    pub async fn open_with(
        store: Store,
        clock: Clock,
        rules: RuleTable,
        policy: Policy,
    ) -> Result<Self, AgentError> {
        let hub = store.hub().await?.ok_or(AgentError::NotEnrolled)?;
        // Revisions go on rising across restarts, so a page that comes back sees that it is behind.
        let first = u64::try_from(clock.now().timestamp_millis()).unwrap_or_default();
        let desk = |till: TillRow| Desk {
            post: Post::new(till.cashier.clone(), till.training),
            till,
            turn: tokio::sync::Mutex::new(()),
            to_send: Notify::new(),
            stock_asked: Notify::new(),
            members_asked: Notify::new(),
            receipt_asked: Notify::new(),
            question_asked: Notify::new(),
            held_asked: Notify::new(),
            take_asked: Notify::new(),
            gift_asked: Notify::new(),
            reserve_asked: Notify::new(),
            found_on: Mutex::default(),
            noted: Mutex::new(None),
            refused: AtomicBool::new(false),
            beside: Mutex::new(Beside::default()),
            asked: Mutex::default(),
            notices: Mutex::new(VecDeque::new()),
            changed: watch::Sender::new(first),
        };
        let tills = store.tills().await?;
        let numbers = tills.iter().map(|t| ((t.store.clone(), t.code.clone()), t.n)).collect();
        let desks = tills.into_iter().map(|till| (till.n, desk(till))).collect();
        let agent = Self(Arc::new(Inner {
            store,
            clock,
            boot: Boot::now(),
            rules,
            policy,
            price_rules: Mutex::default(),
            stock: Mutex::default(),
            hub_epoch: AtomicI64::new(hub.epoch),
            hub,
            link: watch::Sender::new(HubState::Unknown),
            held_changed: Notify::new(),
            desks,
            numbers,
            printing: Printing::default(),
            plugged: plugged::Plugged::default(),
            file_checked: Mutex::default(),
            notices: AtomicU64::new(0),
            kept_aside: Mutex::new(vec![]),
            metrics: Metrics::default(),
            pins: tokio::sync::Mutex::new(()),
            house: Mutex::default(),
        }));
        agent.refresh_staff().await?;
        agent.refresh_price_rules().await?;
        agent.refresh_stock().await?;
        Ok(agent)
    }

    pub(crate) fn pins(&self) -> &tokio::sync::Mutex<()> {
        &self.0.pins
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn boot(&self) -> &Boot {
        &self.0.boot
    }

    pub fn rules(&self) -> &RuleTable {
        &self.0.rules
    }

    /// How a till prices now: the settings, and the rules that hold in its store today.
    pub(crate) fn policy(&self, desk: &Desk) -> Policy {
        let today = self.heading(desk).business_date;
        let known = open(&self.0.price_rules);
        let rules = known.iter().filter(|rule| rule.holds(&desk.till.store, today)).cloned().collect();
        Policy { rules, ..self.0.policy.clone() }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// As it was enrolled; epoch and cursor move on in the file.
    pub fn hub(&self) -> &HubRow {
        &self.0.hub
    }

    pub fn chain(&self) -> ChainView {
        let HubRow { chain, currency, locale, .. } = &self.0.hub;
        ChainView { name: chain.clone(), currency: currency.clone(), locale: locale.clone() }
    }

    /// The tills of this agent, in order of their numbers.
    pub fn tills(&self) -> Vec<TillPlate> {
        self.0.desks.values().map(plate).collect()
    }

    pub(crate) fn desks(&self) -> impl Iterator<Item = &Desk> {
        self.0.desks.values()
    }

    pub(crate) fn desk(&self, n: i64) -> Result<&Desk, AgentError> {
        self.0.desks.get(&n).ok_or(AgentError::NoSuchTill(n))
    }

    /// This agent's number of a till.
    pub fn till_called(&self, store: &StoreCode, code: &TillCode) -> Option<i64> {
        self.0.numbers.get(&(store.clone(), code.clone())).copied()
    }

    /// Tells of every change of a till's screen: a number that rises.
    pub fn watch(&self, n: i64) -> Result<watch::Receiver<u64>, AgentError> {
        Ok(self.desk(n)?.changed.subscribe())
    }

    /// Says on a till's screen what just happened.
    pub(crate) fn say(&self, desk: &Desk, kind: NoticeKind, about: impl Into<String>) -> Notice {
        let number = self.0.notices.fetch_add(1, Ordering::Relaxed) + 1;
        let notice = Notice { number, kind, about: about.into() };
        desk.keep(notice.clone());
        desk.touch();
        notice
    }

    pub fn link(&self) -> HubState {
        *self.0.link.borrow()
    }

    pub(crate) fn watch_link(&self) -> watch::Receiver<HubState> {
        self.0.link.subscribe()
    }

    /// Keeps how the hub answered last; every screen shows it.
    pub(crate) fn set_link(&self, state: HubState) {
        let is_news = self.0.link.send_if_modified(|link| std::mem::replace(link, state) != state);
        if is_news {
            self.desks().for_each(Desk::touch);
        }
    }

    /// How the hub answers this till.
    pub(crate) fn link_of(&self, desk: &Desk) -> HubState {
        if desk.is_refused() { HubState::Refused } else { self.link() }
    }

    pub fn hub_epoch(&self) -> i64 {
        self.0.hub_epoch.load(Ordering::Relaxed)
    }

    /// A new one is news for every till: the hub was restored and may lack what an idle till takes for sent.
    pub(crate) fn set_hub_epoch(&self, epoch: i64) {
        if self.0.hub_epoch.swap(epoch, Ordering::Relaxed) != epoch {
            self.desks().for_each(|desk| desk.to_send.notify_one());
        }
    }

    /// What an operator's programs are shown.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Printers, and what waits for them.
    pub fn printing(&self) -> &Printing {
        &self.0.printing
    }

    /// What was last found of the till's file.
    pub fn file_checked(&self) -> Option<FileChecked> {
        open(&self.0.file_checked).clone()
    }

    pub(crate) fn set_file_checked(&self, found: FileChecked) {
        *open(&self.0.file_checked) = Some(found);
    }

    /// What an event written now says of its origin.
    pub(crate) fn stamp(&self, till: &TillRow) -> Stamp {
        Stamp {
            store: till.store.clone(),
            till: till.id,
            at_utc_ms: self.now().timestamp_millis(),
            boot_id: self.0.boot.id.clone(),
            mono_ms: self.0.boot.mono_ms(),
            cashier: self.0.desks.get(&till.n).and_then(Desk::cashier),
            hub_epoch_seen: self.hub_epoch(),
        }
    }
}

impl Desk {
    pub fn found_on(&self, sale: SaleId) -> bool {
        *open(&self.found_on) == Some(sale)
    }

    pub fn note_found_on(&self, sale: SaleId) {
        *open(&self.found_on) = Some(sale);
    }

    pub fn notice(&self) -> Option<Notice> {
        open(&self.notices).back().cloned()
    }

    /// What was said after a number, as far as it is remembered.
    pub fn notices_after(&self, number: u64) -> Vec<Notice> {
        open(&self.notices).iter().filter(|notice| notice.number > number).cloned().collect()
    }

    fn keep(&self, notice: Notice) {
        let mut notices = open(&self.notices);
        if notices.len() >= NOTICES_KEPT {
            notices.pop_front();
        }
        notices.push_back(notice);
    }

    /// Tells who watches this till's screen that it changed.
    pub fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    pub fn set_refused(&self, refused: bool) {
        if self.refused.swap(refused, Ordering::Relaxed) != refused {
            self.touch();
        }
    }

    pub fn touch(&self) {
        self.changed.send_modify(|revision| *revision += 1);
    }

    pub fn revision(&self) -> u64 {
        *self.changed.borrow()
    }
}

pub(crate) fn plate(desk: &Desk) -> TillPlate {
    let till = &desk.till;
    TillPlate {
        n: till.n,
        store: till.store.clone(),
        store_name: till.store_name.clone(),
        code: till.code.clone(),
        cashier: desk.cashier(),
        zone: till.zone,
    }
}
