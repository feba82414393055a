//! Who stands at the till: log-in, approval, shift, training.

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use domain::cashier::{CashierRole, Permission, Right, Verdict, badge_digest};
use domain::sale::SaleStatus;
use domain::scan::{Origin, Scan};
use domain::snapshot::CashierRow;
use domain::sync::Envelope;

use super::*;
use crate::app::HouseRules;
use crate::error::AgentError;
use crate::staff::{Credentials, StaffError};
use crate::store::staff::{PinFailures, set_pin_failures};
use crate::ui::view::NoticeKind;

/// Cheaper than the hub's: a test need not be slow to guess.
fn hashed(pin: &str) -> String {
    let params = Params::new(8, 1, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(pin.as_bytes()).unwrap().to_string()
}

pub(super) fn cashier(code: &str, role: CashierRole, pin: &str, store: &str) -> Change {
    Change::Cashier(CashierRow {
        code: code.parse().unwrap(),
        name: format!("Doña {code}"),
        role,
        grants: role.grants(),
        pin_hash: Some(hashed(pin)),
        badge: Some(badge_digest(&format!("B-{code}"))),
        stores: vec![store.parse().unwrap()],
        active: true,
    })
}

impl Till {
    /// Marta and Jorge work here, Nora in another store.
    pub(super) async fn staffed(&self) {
        let changes = [
            cashier("marta", CashierRole::Cashier, "123456", "centro"),
            cashier("jorge", CashierRole::Supervisor, "654321", "centro"),
            cashier("nora", CashierRole::Manager, "111111", "norte"),
        ];
        let mut tx = self.agent.store().begin().await.unwrap();
        feed::apply_changes(&mut tx, &changes, 12, now()).await.unwrap();
        self.agent.store().commit(tx).await.unwrap();
        self.agent.refresh_staff().await.unwrap();
    }

    pub(super) async fn with_marta() -> Self {
        let till = Self::open().await;
        till.staffed().await;
        assert_eq!(till.sent_on("login", "who=marta&pin=123456").await, "/till/1");
        till
    }

    pub(super) async fn kinds(&self) -> Vec<String> {
        let log = self.agent.store().logs(1).await.unwrap().pop().unwrap();
        let events = self.agent.store().events(log.n, 1..=log.head.seq, crate::sync::LIMITS).await.unwrap();
        events.iter().map(|event| Envelope::parse(&event.bytes).unwrap().kind).collect()
    }

    async fn has_rung(&self) -> usize {
        self.agent.till(1).await.unwrap().lines.len()
    }
}

pub(super) fn shown(who: &str, pin: &str) -> Credentials {
    Credentials { who: who.to_owned(), pin: pin.to_owned() }
}

fn badge(code: &str) -> Scan {
    Scan::new(Origin::SerialScanner, None, code)
}

#[tokio::test]
async fn nobody_sells_who_is_not_logged_in_and_the_basket_stays() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=7702001000013").await;
    till.staffed().await;
    for page in ["/till/1", "/till/1/pay", "/till/1/shift", "/till/1/search?text=a"] {
        assert_eq!(till.sent_on_by_get(page).await, "/till/1/login", "{page}");
    }
    for (path, fields) in [("entry", "scan=7702001000020"), ("pay", "tendered=exact"), ("cancel", "basket=0")]
    {
        assert_eq!(till.sent_on(path, fields).await, "/till/1/login", "{path}");
    }
    let mut live = till.form("entry", "scan=7702001000020");
    live.headers_mut().insert(guard::LIVE, "sale".parse().unwrap());
    assert_eq!(till.ask(live).await.0.headers()["yapa-go"], "/till/1/login");
    let said = till.agent.scan(1, badge("7702001000020")).await.unwrap();
    assert_eq!((said.kind, till.has_rung().await), (NoticeKind::NotLoggedIn, 1));
    let page = till.get("/till/1/login").await;
    assert!(page.contains("Doña marta") && page.contains("Doña jorge") && !page.contains("nora"), "{page}");

    for wrong in ["who=marta&pin=000000", "who=nobody&pin=123456", "who=nora&pin=111111", "who=marta&pin="] {
        let (response, page) = till.post("login", wrong).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.contains("no es correcto") && !page.contains("000000"), "{wrong}");
    }
    till.sent_on("login", "who=marta&pin=123456").await;
    assert!(till.get("/till/1").await.contains("Leche entera 1 L"));
    let fields = till.pay_fields().await;
    let done = till.sent_on("pay", &format!("{fields}&tendered=exact")).await;
    assert!(till.get(&done).await.contains("marta"), "the receipt says who served");
    till.sent_on("logout", "").await;
    assert_eq!(till.sent_on_by_get("/till/1").await, "/till/1/login");
}

#[tokio::test]
async fn a_badge_logs_in_from_either_field_and_from_the_reader() {
    let till = Till::open().await;
    till.staffed().await;
    for fields in ["who=B-marta&pin=", "who=&pin=B-marta"] {
        till.sent_on("login", fields).await;
        assert_eq!(till.agent.tills()[0].cashier, Some("marta".parse().unwrap()), "{fields}");
        till.agent.log_out(1).await.unwrap();
    }
    let said = till.agent.scan(1, badge("B-jorge")).await.unwrap();
    assert_eq!((said.kind, said.about.as_str()), (NoticeKind::LoggedIn, "Doña jorge"));
    // Typed it is a code like any other: an alias is no secret, a badge is.
    let said = till.agent.scan(1, Scan::new(Origin::Typed, None, "B-marta")).await.unwrap();
    assert_eq!(said.kind, NoticeKind::CodeUnknown);
}

#[tokio::test]
async fn five_wrong_pins_cost_a_minute_also_over_a_restart() {
    let till = Till::open().await;
    till.staffed().await;
    let refused = |result: Result<CashierRow, AgentError>| match result.unwrap_err() {
        AgentError::Staff(error) => error,
        other => panic!("{other}"),
    };
    for _ in 0..4 {
        assert_eq!(refused(till.agent.log_in(1, &shown("marta", "0")).await), StaffError::WrongPin);
    }
    let wait = StaffError::Wait { seconds: 60 };
    assert_eq!(refused(till.agent.log_in(1, &shown("marta", "0")).await), wait);
    assert_eq!(
        refused(till.agent.log_in(1, &shown("marta", "123456")).await),
        wait,
        "not even the right one"
    );
    till.agent.log_in(1, &shown("jorge", "654321")).await.unwrap();
    till.agent.log_out(1).await.unwrap();

    let Till { agent, _folder: folder, .. } = till;
    agent.store().close().await;
    let store = Store::open(folder.path()).await.unwrap();
    let agent = Agent::open(store, Clock::from_fn(now), RuleTable::default()).await.unwrap();
    assert_eq!(refused(agent.log_in(1, &shown("marta", "123456")).await), wait);
    let over = PinFailures { wrong: 5, waits_until: Some(now()) };
    let mut tx = agent.store().begin().await.unwrap();
    set_pin_failures(&mut tx, &"marta".parse().unwrap(), over).await.unwrap();
    agent.store().commit(tx).await.unwrap();
    agent.log_in(1, &shown("marta", "123456")).await.unwrap();
    let left = agent.store().pin_failures(&"marta".parse().unwrap()).await.unwrap();
    assert_eq!(left, PinFailures::default());
}

#[tokio::test]
async fn who_leaves_the_chain_leaves_the_till() {
    let till = Till::with_marta().await;
    let Change::Cashier(row) = cashier("marta", CashierRole::Cashier, "123456", "centro") else { panic!() };
    let gone = Change::Cashier(CashierRow { active: false, ..row });
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[gone], 13, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till.agent.refresh_staff().await.unwrap();
    assert_eq!(till.sent_on_by_get("/till/1").await, "/till/1/login");
    assert!(!till.get("/till/1/login").await.contains("marta"));
}

#[tokio::test]
async fn what_marta_may_not_jorge_may_once() {
    let till = Till::with_marta().await;
    let desk = till.agent.desk(1).unwrap();
    let ten = Permission::Discount { percent: 1_000 };
    assert_eq!(till.agent.may(desk, ten).await.unwrap(), Verdict::NeedsApproval);
    assert_eq!(till.agent.may(desk, Right::OpenShift).await.unwrap(), Verdict::Allowed);

    assert_eq!(till.sent_on("training", "on=1").await, "/till/1/approve");
    let page = till.get("/till/1/approve").await;
    assert!(page.contains("Doña jorge") && !page.contains("Doña marta"), "{page}");
    for wrong in ["who=marta&pin=123456", "who=jorge&pin=000000"] {
        let (response, _) = till.post("approve", wrong).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert!(!till.agent.desk(1).unwrap().is_training());
    assert_eq!(till.sent_on("approve", "who=jorge&pin=654321").await, "/till/1/approve");
    let page = till.get("/till/1/approve").await;
    let token = page.split("name=\"approval\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.contains("action=\"/till/1/training\"") && page.contains("name=\"on\" value=\"1\""));
    assert_eq!(till.sent_on("training", &format!("on=1&approval={token}")).await, "/till/1/shift");
    assert!(till.get("/till/1").await.contains("ENTRENAMIENTO"));
    // Used up: the same approval does not switch it off.
    assert_eq!(till.sent_on("training", &format!("on=0&approval={token}")).await, "/till/1/approve");
    // A badge held to the reader agrees to what waits.
    let said = till.agent.scan(1, badge("B-jorge")).await.unwrap();
    assert_eq!(said.kind, NoticeKind::Approved);
    assert!(till.get("/till/1/approve").await.contains("action=\"/till/1/training\""));
    assert_eq!(till.agent.tills()[0].cashier, Some("marta".parse().unwrap()), "Marta goes on serving");
    let asked = till.kinds().await.iter().filter(|kind| *kind == "approval").count();
    assert_eq!(asked, 4, "two refusals, two approvals");
    till.sent_on("approve/drop", "").await;
    assert_eq!(till.sent_on_by_get("/till/1/approve").await, "/till/1");
}

#[tokio::test]
async fn discounts_prices_and_returns_ask_whom_they_must() {
    let till = Till::with_marta().await;
    let total = || async { till.agent.till(1).await.unwrap().totals.total.0 };
    till.sent_on("entry", "scan=7702001000020").await;
    // Marta gives 5 %; 10 % or the same in money is Jorge's.
    assert_eq!(till.sent_on("entry", "text=/5").await, "/till/1");
    assert_eq!(total().await, 617_500);
    for order in ["text=/10", "text=-700"] {
        assert_eq!(till.sent_on("entry", order).await, "/till/1/approve", "{order}");
    }
    for (path, order) in [
        ("discount", "target=ticket&unit=amount&value=1.000"),
        ("line/price", "line=1&price=1"),
        ("refund/unreceipted", "sku=pan&quantity=1&price=&reason=expired"),
    ] {
        assert_eq!(till.sent_on(path, order).await, "/till/1/approve", "{path}");
    }
    assert_eq!(total().await, 617_500, "nothing of it was done");
    // The keyed price asked before; Jorge agrees to what is asked last.
    till.sent_on("entry", "text=/20").await;
    till.sent_on("approve", "who=jorge&pin=654321").await;
    let page = till.get("/till/1/approve").await;
    let token = page.split("name=\"approval\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.contains("action=\"/till/1/entry\""), "{page}");
    // Agreed was to this, and not to another ticket or line.
    let other = format!("target=ticket&unit=percent&value=20&approval={token}");
    assert_eq!(till.sent_on("discount", &other).await, "/till/1/approve");
    till.sent_on("entry", "text=/20").await;
    assert_eq!(till.sent_on("entry", &format!("text=/20&approval={token}")).await, "/till/1");
    assert_eq!(total().await, 520_000);
    assert_eq!(till.sent_on("entry", &format!("text=/25&approval={token}")).await, "/till/1/approve");
    // Taking a discount back needs nobody, and the receipt says who agreed.
    let fields = till.pay_fields().await;
    let done = till.sent_on("pay", &format!("{fields}&tendered=exact")).await;
    let sale = done.split("sale=").nth(1).unwrap();
    let receipt = till.agent.receipt(sale.parse().unwrap()).await.unwrap();
    assert_eq!(receipt.sale.approved_by, Some("jorge".parse().unwrap()));
    let back = format!("sale={sale}&line=1&quantity=1&reason=unwanted");
    assert_eq!(till.sent_on("return", &back).await, "/till/1/approve");
    assert_eq!(till.has_rung().await, 0);
}

#[tokio::test]
async fn a_shift_from_the_float_to_the_z_report() {
    let till = Till::open().await;
    till.agent.set_house(HouseRules { require_shift: true, ..HouseRules::default() });
    till.sent_on("entry", "scan=7702001000013").await;
    let fields = till.pay_fields().await;
    let (response, page) = till.post("pay", &format!("{fields}&tendered=exact")).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    assert!(page.contains("Abra primero un turno"));
    assert_eq!(till.sent_on("shift/open", "float=50.000").await, "/till/1/shift");
    till.sent_on("pay", &format!("{fields}&tendered=10.000")).await;
    let (response, _) = till.post("shift/open", "float=0").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "one at a time");
    let id = "018bcfe5-687b-7000-8000-000000000007";
    for _ in 0..2 {
        till.sent_on("shift/move", &format!("id={id}&direction=out&amount=20.000&reason=banco")).await;
    }
    let (response, page) = till.post("shift/move", &format!("id={id}&direction=in&amount=0&reason=x")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    let x = till.get("/till/1/shift/x/text?columns=32").await;
    assert!(x.contains("34.200") && x.lines().all(|line| line.chars().count() <= 32), "{x}");

    // Marked as training it would not count, and in the middle of a ticket it cannot be switched.
    till.sent_on("entry", "scan=7702001000020").await;
    assert_eq!(till.post("training", "on=1").await.0.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let shift = till.agent.open_shift(1).await.unwrap().unwrap().opened.shift;
    let close = format!("shift={shift}&total=&n_5000000=0&n_2000000=1&n_1000000=1&n_200000=2");
    assert_eq!(till.post("shift/close", &close).await.0.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let view = till.agent.till(1).await.unwrap();
    till.sent_on("cancel", &format!("basket={}", view.basket)).await;
    for _ in 0..2 {
        assert_eq!(till.sent_on("shift/close", &close).await, "/till/1/shift/z/1");
    }
    let z = till.agent.closed_shift(1, 1).await.unwrap();
    let totals = &z.totals;
    assert_eq!((totals.tickets, totals.voids, totals.sold), (1, 1, Money(420_000)));
    assert_eq!((totals.cash_expected, z.counted), (Money(3_420_000), Money(3_400_000)));
    assert_eq!(z.difference().unwrap(), Money(-20_000));
    assert!(till.get("/till/1/shift/z/1").await.contains("Informe Z 1"));
    let told = till.kinds().await;
    let of_shift: Vec<_> =
        told.iter().filter(|kind| kind.contains("shift") || kind.contains("cash")).collect();
    assert_eq!(of_shift, ["shift_opened", "cash_moved", "shift_closed"]);

    // The next one has the next number, and a closed one is closed.
    till.sent_on("shift/open", "float=0").await;
    let next = till.agent.open_shift(1).await.unwrap().unwrap().opened.shift;
    assert_eq!(till.sent_on("shift/close", &format!("shift={next}&total=0")).await, "/till/1/shift/z/2");
    assert_eq!(till.agent.closed_shift(1, 1).await.unwrap(), z);
}

#[tokio::test]
async fn what_is_rung_up_to_learn_counts_nowhere() {
    let till = Till::open().await;
    till.sent_on("shift/open", "float=0").await;
    till.sent_on("training", "on=1").await;
    till.sent_on("entry", "scan=7702001000013").await;
    till.sent_on("card", "card=2990000010421").await;
    let fields = till.pay_fields().await;
    let done = till.sent_on("pay", &format!("{fields}&tendered=exact")).await;
    assert_eq!(till.sent_on("pay", &format!("{fields}&tendered=exact")).await, done, "paid once");
    let page = till.get(&done).await;
    assert!(page.contains("ENTRENAMIENTO") && page.contains("Leche entera 1 L"), "{page}");
    let sale = done.split("sale=").nth(1).unwrap().parse().unwrap();
    let receipt = till.agent.receipt(sale).await.unwrap();
    assert_eq!(receipt.sale.status, SaleStatus::Training);
    assert!(receipt.earned.is_none_or(domain::Points::is_zero));
    let open = till.agent.open_shift(1).await.unwrap().unwrap();
    assert_eq!((open.totals.tickets, open.totals.cash_expected), (0, Money::ZERO));
    assert!(!till.kinds().await.contains(&"offer_answer".to_owned()), "no offer was really shown");

    let Till { agent, _folder: folder, .. } = till;
    agent.store().close().await;
    let store = Store::open(folder.path()).await.unwrap();
    let agent = Agent::open(store, Clock::from_fn(now), RuleTable::default()).await.unwrap();
    assert!(agent.desk(1).unwrap().is_training(), "over a restart");
    agent.set_training(1, false).await.unwrap();
    assert!(!agent.till(1).await.unwrap().training);
}

#[tokio::test]
async fn the_pages_speak_both_languages() {
    let till = Till::with_marta().await;
    till.sent_on("shift/open", "float=1").await;
    till.sent_on("training", "on=1").await;
    for (path, es, en) in [
        ("/till/1/shift", "Turno y caja", "Shift and till"),
        ("/till/1/approve", "Autorización", "Approval"),
        ("/till/1/shift/x", "Informe X", "X report"),
    ] {
        for (lang, wanted) in [("es", es), ("en", en)] {
            let request = Request::get(path)
                .header(header::HOST, "localhost:8081")
                .header(header::COOKIE, format!("yapa_lang={lang}"));
            let (_, html) = till.ask(request.body(Body::empty()).unwrap()).await;
            assert!(html.contains(wanted) && html.contains(&format!("lang=\"{lang}\"")), "{path} {lang}");
            assert!(!html.contains(" style=") && !html.contains("<script>"), "{path}");
        }
    }
}
