//! Faults of paper: the sale always goes through, and its receipt comes when it can.

mod drawer;
mod paper;

use std::io::Read;
use std::time::{Duration, Instant};

use domain::Money;
use domain::ids::SaleId;
use domain::sale::SaleStatus;
use domain::scan::{Origin, Scan};
use serialport::{SerialPort, TTYPort};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::link::Patience;
use super::*;
use crate::Agent;
use crate::store::Store;
use crate::store::print::{self, JobState, Matter};
use crate::testing::{TestHub, open_agent};
use crate::ui::view::{NoticeKind, Receipt};
use paper::TestPrinter;

const BREAD: &str = "5901234123457";

fn pace() -> Pace {
    let ms = Duration::from_millis;
    let patience = Patience { connect: ms(500), answer: ms(200), write: ms(500) };
    Pace { retry_first: ms(20), retry_most: ms(100), look: ms(50), patience }
}

fn settings(connection: &str) -> Settings {
    let setting = PrinterSetting {
        id: "front".to_owned(),
        tills: vec![1],
        connection: connection.parse().unwrap(),
        profile: "generic-80".to_owned(),
        baud: None,
    };
    Settings { printers: vec![setting], ..Settings::default() }
}

/// A till with a spooler, which may be killed without a word.
struct Till {
    agent: Agent,
    stop: watch::Sender<bool>,
    spooler: JoinHandle<()>,
}

impl Till {
    async fn with(hub: &TestHub, folder: &std::path::Path, connection: &str) -> Self {
        let agent = hub.agent(folder).await;
        agent.printing().set_up(&settings(connection)).unwrap();
        Self::spooling(agent)
    }

    fn spooling(agent: Agent) -> Self {
        let (stop, stopped) = watch::channel(false);
        let spooler = tokio::spawn(run(agent.clone(), pace(), stopped));
        Self { agent, stop, spooler }
    }

    /// The same file again, as after a power cut.
    async fn again(folder: &std::path::Path, connection: &str) -> Self {
        let agent = open_agent(Store::open(folder).await.unwrap()).await;
        agent.printing().set_up(&settings(connection)).unwrap();
        Self::spooling(agent)
    }

    async fn end(self) {
        self.stop.send_replace(true);
        self.spooler.await.unwrap();
        self.agent.store().close().await;
    }

    async fn sell(&self) -> Receipt {
        sell(&self.agent).await
    }

    async fn waiting(&self) -> i64 {
        self.agent.store().print_jobs_waiting(1).await.unwrap()
    }

    async fn is(&self, state: PrinterState) {
        until(&format!("printer {state:?}"), async || self.agent.printers().await.unwrap()[0].state == state)
            .await;
    }

    async fn has_printed_all(&self) {
        until("an empty queue", async || self.waiting().await == 0).await;
    }
}

async fn sell(agent: &Agent) -> Receipt {
    agent.scan(1, Scan::new(Origin::SerialScanner, None, BREAD)).await.unwrap();
    let basket = agent.till(1).await.unwrap().basket;
    agent.pay_cash(1, basket, Money(100_000_000)).await.unwrap()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn number(receipt: &Receipt) -> String {
    crate::receipt::code::encode(receipt.sale.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cash_sale_opens_the_drawer_and_prints_once() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    let receipt = till.sell().await;
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].contains(&number(&receipt)) && !jobs[0].contains("COPIA"), "{}", jobs[0]);
    assert!(jobs[0].starts_with("\u{1b}@\u{1b}t\u{10}\u{1b}p\0\u{32}\u{32}"), "the drawer comes first");
    assert!(jobs[0].ends_with("\u{1d}V\u{1}"), "the knife comes last");
    till.is(PrinterState::Ok).await;

    // A copy says so and leaves the drawer alone; asked for twice at once it is one.
    printer.says(|p| p.paper_out = true);
    till.is(PrinterState::NoPaper).await;
    till.agent.print_copy(1, receipt.sale.id).await.unwrap();
    till.agent.print_copy(1, receipt.sale.id).await.unwrap();
    assert_eq!(till.waiting().await, 1);
    printer.says(|p| p.paper_out = false);
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 2);
    assert!(jobs[1].contains("COPIA") && !jobs[1].contains("\u{1b}p"));
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_printer_at_the_other_end_sales_go_on() {
    let (hub, folder) = (TestHub::start().await, tempfile::tempdir().unwrap());
    let printer = TestPrinter::start();
    printer.unplug();
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    till.is(PrinterState::Missing).await;
    let notice = till.agent.till(1).await.unwrap().notice.unwrap();
    assert_eq!((notice.kind, notice.about.as_str()), (NoticeKind::PrinterMissing, "front"));
    let receipts = [till.sell().await, till.sell().await];
    assert_eq!(till.waiting().await, 2);
    printer.plug_in();
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 2, "each once, in order");
    for (job, receipt) in jobs.iter().zip(&receipts) {
        assert!(job.contains(&number(receipt)) && !job.contains("COPIA"), "nothing of it had been sent");
    }
    let notice = till.agent.till(1).await.unwrap().notice.unwrap();
    assert_eq!(notice.kind, NoticeKind::PrinterReady);
    till.end().await;
}

type Trouble = fn(&mut paper::Condition, bool);

#[tokio::test(flavor = "multi_thread")]
async fn paper_out_and_cover_open_hold_the_receipt_back() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    let troubles: [(Trouble, PrinterState, NoticeKind); 3] = [
        (|p, is| p.paper_out = is, PrinterState::NoPaper, NoticeKind::PrinterNoPaper),
        (|p, is| p.cover_open = is, PrinterState::CoverOpen, NoticeKind::PrinterCoverOpen),
        (|p, is| p.silent = is, PrinterState::Offline, NoticeKind::PrinterOffline),
    ];
    for (at, (trouble, state, kind)) in troubles.into_iter().enumerate() {
        printer.says(|p| trouble(p, true));
        till.is(state).await;
        assert_eq!(till.agent.till(1).await.unwrap().notice.unwrap().kind, kind);
        till.sell().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!((till.waiting().await, printer.jobs().len()), (1, at), "{state:?}");
        printer.says(|p| trouble(p, false));
        till.has_printed_all().await;
        assert!(!printer.jobs()[at].contains("COPIA"));
    }
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_dies_in_the_middle_prints_again_as_a_copy() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    till.is(PrinterState::Ok).await;
    printer.says(|p| p.dies_after = Some(40));
    let receipt = till.sell().await;
    until("the job broke off", async || printer.broken_off() > 0).await;
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].contains(&number(&receipt)) && jobs[0].contains("COPIA"), "{}", jobs[0]);
    assert!(!jobs[0].contains("\u{1b}p"), "the drawer opens once");
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_killed_before_printing_prints_at_its_next_start() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let agent = hub.agent(folder.path()).await;
    agent.printing().set_up(&settings(&printer.connection())).unwrap();
    // No spooler: the commit was the last thing that this life did.
    let receipt = sell(&agent).await;
    agent.store().close().await;
    let till = Till::again(folder.path(), &printer.connection()).await;
    till.has_printed_all().await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 1, "once");
    assert!(jobs[0].contains(&number(&receipt)) && !jobs[0].contains("COPIA"));
    till.end().await;
    // Printed is printed, whatever starts again.
    let till = Till::again(folder.path(), &printer.connection()).await;
    till.is(PrinterState::Ok).await;
    assert_eq!(printer.jobs().len(), 1);
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_killed_while_it_sends_prints_a_copy() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let agent = hub.agent(folder.path()).await;
    agent.printing().set_up(&settings(&printer.connection())).unwrap();
    sell(&agent).await;
    let job = agent.store().next_print_job(1).await.unwrap().unwrap();
    agent.store().set_print_job(job.id, JobState::Sending, "", agent.now()).await.unwrap();
    agent.store().close().await;
    let till = Till::again(folder.path(), &printer.connection()).await;
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert!(jobs.len() == 1 && jobs[0].contains("COPIA") && !jobs[0].contains("\u{1b}p"));
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_cannot_be_made_does_not_hold_the_next_back() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let agent = hub.agent(folder.path()).await;
    agent.printing().set_up(&settings(&printer.connection())).unwrap();
    let mut tx = agent.store().begin().await.unwrap();
    let nobody = SaleId::new(1, [9; 10]);
    print::queue(&mut tx, 1, Matter::Receipt(nobody), false, agent.now()).await.unwrap();
    agent.store().commit(tx).await.unwrap();
    let receipt = sell(&agent).await;
    let till = Till::spooling(agent);
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert!(jobs.len() == 1 && jobs[0].contains(&number(&receipt)));
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sale_and_a_till_without_printer_queue_nothing() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    let agent = &till.agent;
    agent.scan(1, Scan::new(Origin::SerialScanner, None, BREAD)).await.unwrap();
    let basket = agent.till(1).await.unwrap().basket;
    let cancelled = agent.cancel(1, basket).await.unwrap();
    assert_eq!(cancelled.sale.status, SaleStatus::Voided);
    agent.scan(2, Scan::new(Origin::SerialScanner, None, BREAD)).await.unwrap();
    let basket = agent.till(2).await.unwrap().basket;
    let sold = agent.pay_cash(2, basket, Money(100_000_000)).await.unwrap();
    for n in [1, 2] {
        assert_eq!(agent.store().print_jobs_waiting(n).await.unwrap(), 0);
    }
    assert_eq!(agent.print_copy(2, sold.sale.id).await.unwrap_err().code(), "no_printer");
    let unknown = SaleId::new(1, [9; 10]);
    assert_eq!(agent.print_copy(1, unknown).await.unwrap_err().code(), "no_such_sale");
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_is_a_file_or_a_serial_line() {
    let (hub, folder) = (TestHub::start().await, tempfile::tempdir().unwrap());
    let path = folder.path().join("lp0");
    std::fs::write(&path, b"").unwrap();
    let till = Till::with(&hub, folder.path(), &format!("file:{}", path.display())).await;
    let receipt = till.sell().await;
    till.has_printed_all().await;
    let bytes = std::fs::read(&path).unwrap();
    assert!(paper::text(&bytes).contains(&number(&receipt)) && !bytes.windows(2).any(|w| w == [16, 4]));
    till.end().await;

    let (mut near, far) = TTYPort::pair().unwrap();
    near.set_timeout(Duration::from_secs(5)).unwrap();
    let line = format!("serial:{}", far.name().unwrap());
    let reading = std::thread::spawn(move || {
        let (mut all, mut some) = (vec![], [0; 256]);
        while !all.ends_with(b"\x1DV\x01") {
            let count = near.read(&mut some).unwrap();
            all.extend_from_slice(&some[..count]);
        }
        // Both ends stay open until the other side is done.
        (near, all)
    });
    let address: Address = line.parse().unwrap();
    let profile = profile::all(None).unwrap().remove(0);
    let job = crate::receipt::calibration(&profile, "front", &[]);
    let mut session = link::Session::open(&address, false, pace().patience).unwrap();
    assert_eq!(session.print(&job).unwrap(), PrinterState::Ok);
    drop(session);
    assert_eq!(reading.join().unwrap().1, job);
}

#[test]
fn addresses_and_settings() {
    for (text, wanted) in [
        ("tcp:192.168.1.50:9100", "tcp:192.168.1.50:9100"),
        ("tcp:printer.local", "tcp:printer.local:9100"),
        ("tcp:[::1]:9101", "tcp:[::1]:9101"),
        ("file:/dev/usb/lp0", "file:/dev/usb/lp0"),
        ("serial:/dev/serial/by-path/pci-0000:00:14.0", "serial:/dev/serial/by-path/pci-0000:00:14.0"),
    ] {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), wanted);
    }
    for wrong in ["", "tcp", "tcp:", "tcp::9100", "tcp:host:x", "usb:1", "/dev/usb/lp0"] {
        assert!(
            wrong.parse::<Address>().unwrap_err().to_string().contains("tcp:192.168.1.50:9100"),
            "{wrong}"
        );
    }
    let data = tempfile::tempdir().unwrap();
    let one = settings("tcp:a").printers.remove(0);
    let joined = |all: &[PrinterSetting]| printers(all, data.path()).map(|all| all.len());
    let other = PrinterSetting {
        id: "back".to_owned(),
        tills: vec![2],
        connection: "tcp:b".parse().unwrap(),
        ..one.clone()
    };
    assert_eq!(joined(&[one.clone(), other.clone()]).unwrap(), 2);
    for (second, wanted) in [
        (PrinterSetting { id: "front".to_owned(), ..other.clone() }, "two printers are called \"front\""),
        (PrinterSetting { tills: vec![1], ..other.clone() }, "till 1 has two printers"),
        (PrinterSetting { connection: one.connection.clone(), ..other.clone() }, "are one device"),
        (PrinterSetting { profile: "x".to_owned(), ..other }, "generic-80, generic-58"),
    ] {
        let error = joined(&[one.clone(), second]).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}
