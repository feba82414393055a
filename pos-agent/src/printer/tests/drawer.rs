//! The drawer opens for cash that moves and to be counted, and a shift's reports go on paper.

use domain::ids::{EventId, ShiftId};
use domain::shift::{CashDirection, DrawerPurpose, ShiftClosed};

use super::*;
use crate::shifts::CashMove;

const OPENS: &str = "\u{1b}p\0\u{32}\u{32}";

fn id(n: u8) -> EventId {
    EventId::new(n.into(), [n; 10])
}

fn cash_out(n: u8) -> CashMove {
    let (direction, amount) = (CashDirection::Out, Money(2_000_000));
    CashMove { id: id(n), direction, amount, reason: "banco".to_owned(), approved_by: None }
}

impl Till {
    async fn shift(&self) -> ShiftId {
        self.agent.open_shift(1).await.unwrap().unwrap().opened.shift
    }

    async fn close(&self) -> ShiftClosed {
        self.agent.close_shift(1, self.shift().await, Money(3_000_000)).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_opens_for_cash_that_moves_and_to_be_counted() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    let opened = |times: usize| {
        let jobs = printer.jobs();
        assert_eq!(jobs.len(), times, "{jobs:?}");
        let last = jobs.last().unwrap();
        assert!(last.ends_with(OPENS) && !last.contains("\u{1d}V"), "no paper is cut: {last:?}");
    };
    till.agent.begin_shift(1, Money(5_000_000)).await.unwrap();
    till.has_printed_all().await;
    opened(1);
    for _ in 0..2 {
        till.agent.move_cash(1, cash_out(1)).await.unwrap();
    }
    till.has_printed_all().await;
    opened(2);
    for _ in 0..2 {
        till.agent
            .open_drawer(1, id(2), DrawerPurpose::Change, Some("jorge".parse().unwrap()))
            .await
            .unwrap();
    }
    till.has_printed_all().await;
    opened(3);
    let x = till.agent.open_shift(1).await.unwrap().unwrap();
    assert_eq!(x.totals.drawer_openings, 1, "only what was neither sale nor movement");
    assert_eq!(
        till.agent.open_drawer(2, id(3), DrawerPurpose::Count, None).await.unwrap_err().code(),
        "no_drawer"
    );

    till.agent.set_training(1, true).await.unwrap();
    assert_eq!(
        till.agent.open_drawer(1, id(4), DrawerPurpose::Change, None).await.unwrap_err().code(),
        "in_training"
    );
    till.agent.move_cash(1, cash_out(5)).await.unwrap();
    assert_eq!(till.waiting().await, 0, "a till in training opens nothing");
    till.has_printed_all().await;
    opened(3);
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawer_that_could_not_open_in_time_stays_shut() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let agent = hub.agent(folder.path()).await;
    agent.printing().set_up(&settings(&printer.connection())).unwrap();
    let mut tx = agent.store().begin().await.unwrap();
    let long_ago = agent.now() - chrono::TimeDelta::minutes(2);
    print::queue(&mut tx, 1, Matter::Drawer, true, long_ago).await.unwrap();
    agent.store().commit(tx).await.unwrap();
    let receipt = sell(&agent).await;
    let till = Till::spooling(agent);
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert!(jobs.len() == 1 && jobs[0].contains(&number(&receipt)), "{jobs:?}");
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_shift_prints_its_z_once_over_a_power_cut() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let agent = hub.agent(folder.path()).await;
    agent.printing().set_up(&settings(&printer.connection())).unwrap();
    agent.begin_shift(1, Money(5_000_000)).await.unwrap();
    sell(&agent).await;
    let shift = agent.open_shift(1).await.unwrap().unwrap().opened.shift;
    let z = agent.close_shift(1, shift, Money(3_000_000)).await.unwrap();
    assert_eq!(agent.close_shift(1, shift, Money(1)).await.unwrap(), z, "the same form again");
    agent.store().close().await;

    let till = Till::again(folder.path(), &printer.connection()).await;
    till.has_printed_all().await;
    let reports =
        |title: &str| printer.jobs().into_iter().filter(|job| job.contains(title)).collect::<Vec<_>>();
    let printed = reports("Informe Z 1");
    assert_eq!(printed.len(), 1, "{:?}", printer.jobs());
    assert!(printed[0].contains(OPENS) && !printed[0].contains("COPIA"), "the cash goes to the safe");
    for wanted in ["EFECTIVO ESPERADO", "Efectivo contado", "DIFERENCIA", "30.000"] {
        assert!(printed[0].contains(wanted), "{wanted}: {}", printed[0]);
    }

    till.agent.print_z(1, 1).await.unwrap();
    till.has_printed_all().await;
    let printed = reports("Informe Z 1");
    assert!(printed.len() == 2 && printed[1].contains("COPIA") && !printed[1].contains(OPENS), "{printed:?}");
    assert_eq!(till.agent.print_z(1, 7).await.unwrap_err().code(), "no_such_shift");
    assert_eq!(till.agent.print_x(1).await.unwrap_err().code(), "no_such_shift");
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_shift_is_printed_as_it_stands() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    till.agent.begin_shift(1, Money(5_000_000)).await.unwrap();
    till.sell().await;
    till.agent.print_x(1).await.unwrap();
    till.has_printed_all().await;
    let jobs = printer.jobs();
    let x = jobs.last().unwrap();
    assert!(x.contains("Informe X") && x.contains("50.000"), "{x}");
    // One that could not be printed before its shift ended is not the next shift's.
    printer.says(|p| p.paper_out = true);
    till.is(PrinterState::NoPaper).await;
    till.agent.print_x(1).await.unwrap();
    till.close().await;
    till.agent.begin_shift(1, Money(0)).await.unwrap();
    printer.says(|p| p.paper_out = false);
    till.has_printed_all().await;
    let jobs = printer.jobs();
    assert_eq!(jobs.iter().filter(|job| job.contains("Informe X")).count(), 1, "{jobs:?}");
    assert_eq!(jobs.iter().filter(|job| job.contains("Informe Z 1")).count(), 1, "{jobs:?}");
    till.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_strip_is_printed_when_asked_for() {
    let (hub, folder, printer) = (TestHub::start().await, tempfile::tempdir().unwrap(), TestPrinter::start());
    let till = Till::with(&hub, folder.path(), &printer.connection()).await;
    till.agent.print_test(1).await.unwrap();
    till.has_printed_all().await;
    assert!(printer.jobs()[0].contains("PRINT TEST"));
    assert_eq!(till.agent.print_test(2).await.unwrap_err().code(), "no_printer");
    till.end().await;
}
