use domain::ids::EventId;
use domain::shift::{CashDirection, DrawerPurpose, ShiftTotals};
use domain::sync::{ApprovalAsked, Body, Disposition};

use super::*;
use crate::access::audit;
use crate::testing::TestHub;

fn closed() -> ShiftClosed {
    ShiftClosed {
        shift: ShiftId::new(1, [5; 10]),
        number: 1,
        business_date: "2026-03-02".parse().unwrap(),
        opened_at: "2026-03-02T08:00:00-05:00".parse().unwrap(),
        closed_at: "2026-03-02T18:00:00-05:00".parse().unwrap(),
        opened_by: Some("marta".parse().unwrap()),
        closed_by: Some("marta".parse().unwrap()),
        counted: Money(59_000),
        totals: ShiftTotals {
            tickets: 2,
            sold: Money(10_000),
            float: Money(50_000),
            cash_expected: Money(60_000),
            ..ShiftTotals::default()
        },
    }
}

#[tokio::test]
async fn a_shift_that_is_told_twice_or_backwards_is_one() {
    let hub = TestHub::new().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    let z = closed();
    let opened = ShiftOpened {
        shift: z.shift,
        business_date: z.business_date,
        at: z.opened_at,
        cashier: z.opened_by.clone(),
        float: z.totals.float,
    };
    let moved = CashMoved {
        shift: z.shift,
        id: EventId::new(1, [7; 10]),
        direction: CashDirection::Out,
        amount: Money(100),
        reason: "change".to_owned(),
        at: z.opened_at,
        cashier: None,
        approved_by: None,
    };
    let drawer = DrawerOpened {
        id: EventId::new(1, [9; 10]),
        purpose: DrawerPurpose::Change,
        shift: Some(z.shift),
        at: z.opened_at,
        cashier: z.opened_by.clone(),
        approved_by: Some("jorge".parse().unwrap()),
    };
    let other = ShiftClosed { counted: Money(1), number: 2, ..z.clone() };
    let bodies = [
        Body::ShiftClosed(Box::new(z.clone())),
        Body::ShiftOpened(opened),
        Body::CashMoved(moved.clone()),
        Body::CashMoved(moved),
        Body::DrawerOpened(drawer.clone()),
        Body::DrawerOpened(drawer.clone()),
        Body::DrawerOpened(DrawerOpened { id: EventId::new(1, [8; 10]), ..drawer.clone() }),
        Body::DrawerOpened(DrawerOpened {
            id: EventId::new(1, [6; 10]),
            purpose: DrawerPurpose::Count,
            ..drawer
        }),
        Body::ShiftClosed(Box::new(other)),
    ];
    let events: Vec<_> =
        (1_u8..).zip(&bodies).map(|(n, body)| till.event(EventId::new(n.into(), [n; 10]), body)).collect();
    let reply = till.push(&events).await.unwrap();
    assert!(reply.dispositions.iter().all(|(_, d)| *d == Disposition::Applied), "{reply:?}");
    let mut tx = hub.app.db.read().await.unwrap();
    let shifts = all(&mut tx, 10).await.unwrap();
    assert_eq!(shifts.len(), 1, "{shifts:?}");
    let shift = &shifts[0];
    assert_eq!((shift.store.as_str(), shift.till.as_str(), shift.float), ("centro", "1", Money(50_000)));
    assert_eq!(shift.drawer_openings, 2, "told twice is once");
    let closed = shift.closed.as_ref().unwrap();
    assert_eq!((closed.number, closed.counted, closed.expected), (1, Money(59_000), Money(60_000)));
    assert_eq!((closed.total, closed.tickets), (Money(10_000), 2), "the first report stands");
}

#[tokio::test]
async fn an_approval_is_in_the_audit() {
    let hub = TestHub::new().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    let asked = ApprovalAsked {
        permission: domain::cashier::Permission::Discount { percent: 1_250 },
        asked_by: Some("marta".parse().unwrap()),
        by: "jorge".parse().unwrap(),
        refused: None,
    };
    let refused =
        ApprovalAsked { refused: Some(domain::sync::RefusedApproval::NotPermitted), ..asked.clone() };
    let events = [asked, refused].map(Body::Approval);
    let events: Vec<_> =
        (1_u8..).zip(&events).map(|(n, body)| till.event(EventId::new(n.into(), [n; 10]), body)).collect();
    till.push(&events).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    let rows = audit::latest(&mut tx, 10).await.unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row.action.starts_with("approval.")).collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().all(|row| row.who == "jorge" && row.subject == "discount 12.50 %"));
    assert!(rows.iter().any(|row| row.action == "approval.refused" && row.detail.contains("marta")));
}
