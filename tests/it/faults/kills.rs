//! The agent is killed at one call of the system, as a power switch does it to a process.

use super::{MILK, alone, pay_in_peril, sale_or_basket, sales, to_pay};
use crate::world::databases::Kind;
use crate::world::fault::Trap;
use crate::world::files;
use crate::world::hub::{Hub, path_text};
use crate::world::printer::Printer;
use crate::world::till::Till;

/// A place in the life of a sale.
struct Place {
    what: &'static str,
    calls: &'static str,
    /// Which of them.
    nth: u32,
    /// Only calls on the log of the till's file.
    on_file: bool,
    /// Whether the sale is there afterwards; none where both are right.
    kept: Option<bool>,
}

const PLACES: [Place; 4] = [
    Place { what: "first page", calls: "pwrite64", nth: 1, on_file: true, kept: Some(false) },
    Place { what: "some pages", calls: "pwrite64", nth: 8, on_file: true, kept: Some(false) },
    // The pages are with the system, which outlives the agent.
    Place { what: "sync", calls: "fsync,fdatasync", nth: 1, on_file: true, kept: None },
    Place { what: "answer", calls: "writev", nth: 1, on_file: false, kept: Some(true) },
];

#[tokio::test(flavor = "multi_thread")]
async fn a_till_killed_around_its_commit_has_the_sale_or_the_basket() {
    let (mut hub, mut till) = alone().await;
    let log = till.folder.path().join("till.db-wal");
    // The first sale begins the till's log; those that are watched are like all others.
    till.sell(1, MILK).await;
    for Place { what, calls, nth, on_file, kept } in PLACES {
        let before = sales(&till);
        till.enter(1, MILK).await;
        let form = to_pay(&till).await;
        let rule = format!("signal=KILL:when={nth}");
        let trap = Trap::set(till.id(), calls, &rule, on_file.then_some(log.as_path()));
        let answer = pay_in_peril(&till, form).await;
        assert_eq!(till.ended().0, None, "{what}: the agent was to be killed");
        assert_eq!(answer, None, "{what}: nobody heard that it was done");
        assert!(trap.calls().contains("killed by SIGKILL"), "{what}");
        till.run(&[]);
        let was_kept = sale_or_basket(&till, before).await;
        assert!(kept.is_none_or(|kept| kept == was_kept), "{what}: kept {was_kept}");
    }
    hub.serve();
    hub.holds(1 + i64::try_from(PLACES.len()).expect("a few")).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_killed_before_its_paper_prints_at_the_next_start() {
    let (hub, mut till) = alone().await;
    till.stop();
    let printer = Printer::unplugged();
    printer.plug_in();
    let text = format!("[[printers]]\nid = \"front\"\nconnection = \"tcp:{}\"\n", printer.address);
    let settings = files::write(till.folder.path(), "settings.toml", &text);
    let log = till.folder.path().join("till.db-wal");
    till.run(&["--config", path_text(&settings)]);
    till.sell(1, MILK).await;
    printer.has_printed(1).await;
    till.enter(1, MILK).await;
    let form = to_pay(&till).await;
    // The first commit is of the sale, the second says that its paper is on the way.
    let trap = Trap::set(till.id(), "fsync,fdatasync", "signal=KILL:when=2", Some(&log));
    pay_in_peril(&till, form).await;
    assert_eq!(till.ended().0, None, "the agent was to be killed");
    assert!(trap.calls().contains("killed by SIGKILL"));
    assert_eq!(printer.jobs().len(), 1, "nothing of it had left");
    till.run(&["--config", path_text(&settings)]);
    let papers = printer.has_printed(2).await;
    assert!(papers[1].contains("Leche entera"), "{papers:?}");
    assert!(sale_or_basket(&till, 1).await, "the sale was kept before its paper");
    till.stop();
    till.run(&["--config", path_text(&settings)]);
    till.shows("Última venta").await;
    assert_eq!(till.status()["printers"][0]["waiting"], 0);
    assert_eq!(printer.jobs().len(), 2, "and it was printed once");
    drop(hub);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_killed_before_its_note_goes_on_with_its_log() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, MILK).await;
    hub.holds(1).await;
    till.has_sent_everything().await;
    let logs = hub.count("select count(distinct log) from event").await;
    till.enter(1, MILK).await;
    let form = to_pay(&till).await;
    let trap = Trap::set(till.id(), "?rename,?renameat,?renameat2", "signal=KILL:when=1", None);
    pay_in_peril(&till, form).await;
    assert_eq!(till.ended().0, None, "the agent was to be killed");
    let calls = trap.calls();
    assert!(calls.contains("anchors/"), "{calls}");
    hub.holds(2).await;
    till.run(&[]);
    till.sell(1, MILK).await;
    hub.holds(3).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(distinct log) from event").await, logs, "no other log was begun");
    hub.verify_ledger().exits(0);
}
