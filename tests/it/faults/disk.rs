//! A disk that fails, and one that is full.

use super::{MILK, alone, pay_in_peril, sale_or_basket, sales, to_pay};
use crate::world::fault::{Mounted, Trap, fill};

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_is_asked_once_and_the_file_decides() {
    let (mut hub, mut till) = alone().await;
    let log = till.folder.path().join("till.db-wal");
    till.sell(1, MILK).await;
    let faults = [("fsync,fdatasync", 1), ("pwrite64", 1), ("pwrite64", 9)];
    for (calls, nth) in faults {
        let before = sales(&till);
        till.enter(1, MILK).await;
        let form = to_pay(&till).await;
        let rule = format!("error=EIO:when={nth}+");
        let trap = Trap::set(till.id(), calls, &rule, Some(&log));
        let page = pay_in_peril(&till, form).await;
        if let Some(page) = page {
            assert!(page.contains("disk_failed") && !page.contains("Venta cobrada"), "{calls}: {page}");
        }
        let (code, said) = till.ended();
        assert_eq!(code, Some(1), "{calls}: {said}");
        assert!(said.contains("(disk_failed; exit 1)") && said.contains("look after the disk"), "{said}");
        let seen = trap.calls();
        let failed = seen.lines().filter(|call| call.contains("(INJECTED)")).count();
        assert_eq!(failed, 1, "{calls} {nth}: what failed is not tried again\n{seen}");
        till.run(&[]);
        sale_or_basket(&till, before).await;
    }
    hub.serve();
    hub.holds(1 + i64::try_from(faults.len()).expect("a few")).await;
    till.has_sent_everything().await;
    hub.verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_a_sale_in_words_and_heals() {
    let (mut hub, mut till) = alone().await;
    till.stop();
    let disk = Mounted::small_disk(till.folder.path(), 2_048);
    till.run(&[]);
    till.sell(1, MILK).await;
    till.enter(1, MILK).await;
    let ballast = fill(till.folder.path());
    for _ in 0..3 {
        let form = to_pay(&till).await;
        let page = pay_in_peril(&till, form).await.expect("the agent lives");
        assert!(
            page.contains("El disco de la caja está lleno") && page.contains("no se cobró nada"),
            "{page}"
        );
    }
    let screen = till.screen().await;
    assert!(screen.contains("Leche entera"), "the basket waits: {screen}");
    assert_eq!(sales(&till), 1);

    std::fs::remove_file(ballast).unwrap();
    let receipt = till.pay(1).await;
    assert!(receipt.contains("Venta cobrada"), "{receipt}");
    hub.serve();
    hub.holds(2).await;
    till.has_sent_everything().await;
    till.stop();
    // It reads the whole file, and all is well.
    till.cli(&["doctor"]).exits(0);
    drop(disk);
    hub.verify_ledger().exits(0);
}
