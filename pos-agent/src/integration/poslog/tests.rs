//! POSLog files, by table, through the folder and again.

use domain::sale::SaleStatus::{Training, Voided};

use super::folder::Folder;
use super::*;
use crate::testing::TestHub;

struct Bogota;

impl Chain for Bogota {
    fn zone(&self, store: &StoreCode, till: &TillCode) -> Option<Tz> {
        let known = store.as_str() == "centro" && matches!(till.as_str(), "1" | "2");
        known.then_some(chrono_tz::America::Bogota)
    }

    fn currency(&self) -> &'static str {
        "COP"
    }
}

const SALE: &str = include_str!("../../../tests/data/poslog/sale-2.2.xml");
const RETURN: &str = include_str!("../../../tests/data/poslog/return-6.xml");
const DOCTYPE: &str = include_str!("../../../tests/data/poslog/doctype.xml");
const FOREIGN: &str = include_str!("../../../tests/data/poslog/foreign.xml");

fn closed(text: &str) -> Vec<Sale> {
    read(text.as_bytes(), &Bogota).unwrap().tickets.iter().map(|ticket| ticket.close().unwrap()).collect()
}

#[test]
fn a_2_2_file_is_read() {
    let poslog = read(SALE.as_bytes(), &Bogota).unwrap();
    assert_eq!((poslog.tickets.len(), poslog.skipped), (3, 1));
    let sales = closed(SALE);
    let sale = &sales[0];
    assert_eq!(
        (sale.store.as_str(), sale.till.as_str(), sale.receipt_no, sale.business_date.to_string().as_str()),
        ("centro", "1", 501, "2026-03-02")
    );
    assert_eq!(sale.occurred_at.to_rfc3339(), "2026-03-02T10:00:00-05:00", "the store's zone");
    assert_eq!(sale.cashier.as_ref().unwrap().as_str(), "marta");
    assert_eq!(sale.card.as_ref().unwrap().as_str(), "2990000010421");
    let milk = &sale.lines[0];
    // 2 at 42.00 less 4.00, with 12.77 of VAT inside.
    let figures = (milk.quantity.0, milk.gross.0, milk.discount.0, milk.net.0, milk.tax.0);
    assert_eq!(figures, (2_000, 8_400, 400, 6_723, 1_277));
    assert_eq!(sale.lines[1].kind, LineKind::Void);
    let tender = &sale.tenders[0];
    assert_eq!((tender.kind, tender.amount.0), (domain::sale::TenderKind::Cash, 8_000), "less the change");
    let rest: Vec<_> = sales[1..].iter().map(|sale| (sale.status, sale.total().0)).collect();
    assert_eq!(rest, [(Training, 6_500), (Voided, 0)]);
}

#[test]
fn a_version_6_file_is_read() {
    let poslog = read(RETURN.as_bytes(), &Bogota).unwrap();
    let link = poslog.tickets[0].lines[0].origin.clone().unwrap();
    assert_eq!((link.key.till.as_str(), link.key.receipt_no, link.line), ("1", 501, Some(1)));
    let sale = &closed(RETURN)[0];
    assert_eq!((sale.receipt_no, sale.total().0), (77, 2_500));
    assert_eq!(sale.occurred_at.to_rfc3339(), "2026-03-02T16:30:00.250-05:00");
    let figures: Vec<_> = sale
        .lines
        .iter()
        .map(|l| (l.kind, l.quantity.0, l.gross.0, l.discount.0, l.net.0, l.tax.0))
        .collect();
    let wanted =
        [(LineKind::Return, 1_000, 4_200, 200, 3_361, 639), (LineKind::Sale, 1_000, 6_500, 0, 5_462, 1_038)];
    assert_eq!(figures, wanted);
}

/// A good file, changed in one place.
fn changed(text: &str, from: &str, to: &str) -> String {
    let changed = text.replacen(from, to, 1);
    assert_ne!(changed, text, "{from}");
    changed
}

#[test]
fn bad_files_say_what_and_where() {
    let sale = |from: &str, to: &str| changed(SALE, from, to);
    let cases = [
        (String::new(), "poslog_xml", ""),
        ("not xml".to_owned(), "poslog_xml", ""),
        ("<a/>".to_owned(), "poslog_root", "/a"),
        ("<POSLog/><POSLog/>".to_owned(), "poslog_xml", ""),
        ("<POSLog MajorVersion=\"1\"/>".to_owned(), "poslog_version", "/POSLog"),
        (SALE[..SALE.len() / 2].to_owned(), "poslog_xml", ""),
        (DOCTYPE.to_owned(), "poslog_doctype", ""),
        ("<POSLog>&a;</POSLog>".to_owned(), "poslog_entity", "/POSLog"),
        ("<POSLog a=\"&b;\"/>".to_owned(), "poslog_entity", ""),
        ("<POSLog>&#x110000;</POSLog>".to_owned(), "poslog_entity", "/POSLog"),
        ("<POSLog>".repeat(65), "poslog_too_large", "/POSLog/POSLog"),
        (sale("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\""), "poslog_encoding", ""),
        (FOREIGN.to_owned(), "poslog_currency", "/POSLog/Transaction/CurrencyCode"),
        (sale("<Amount>100.00", "<Amount Currency=\"USD\">100.00"), "poslog_currency", "/Tender/Amount"),
        (sale("<RetailStoreID>centro", "<RetailStoreID>norte"), "no_such_till", "/POSLog/Transaction"),
        (sale("<RetailStoreID>centro</RetailStoreID>", ""), "poslog_missing", "/POSLog/Transaction"),
        (sale("<SequenceNumber>501", "<SequenceNumber>5O1"), "poslog_field", "/Transaction/SequenceNumber"),
        (sale("2026-03-02</Bus", "02.03.2026</Bus"), "poslog_date", "/BusinessDayDate"),
        (sale("2026-03-02T10:00:00<", "10:00<"), "poslog_time", "/EndDateTime"),
        (sale("2990000010421", "4111111111111111"), "poslog_field", "/LoyaltyAccount/LoyaltyCardID"),
        (sale("<ExtendedAmount>84.00", "<ExtendedAmount>84,00"), "poslog_field", "/Sale/ExtendedAmount"),
        (sale("<ExtendedAmount>84.00", "<ExtendedAmount>1e400"), "poslog_field", "/Sale/ExtendedAmount"),
        (sale("<ExtendedAmount>84.00</ExtendedAmount>", ""), "poslog_missing", "/LineItem/Sale"),
        (sale("EA\">2<", "EA\">-2<"), "sale_negative_amount", "/POSLog/Transaction"),
        (sale("<Amount>12.77", "<Amount>99.77"), "sale_negative_amount", "/POSLog/Transaction"),
        (sale("<Amount>100.00", "<Amount>90.00"), "sale_tender_sum", "/POSLog/Transaction"),
        (sale("<SequenceNumber>2<", "<SequenceNumber>1<"), "sale_line_number", "/POSLog/Transaction"),
    ];
    for (text, code, path) in &cases {
        let outcome = read(text.as_bytes(), &Bogota)
            .and_then(|poslog| poslog.tickets.iter().map(PoslogTicket::close).collect::<Result<Vec<_>, _>>());
        let bad = outcome.unwrap_err();
        assert_eq!(bad.code, *code, "{bad}");
        assert!(bad.path.ends_with(path), "{bad} is not at {path}");
        assert!(!bad.to_string().contains("4111111111111111"), "{bad}");
    }
    let bytes = [SALE.as_bytes(), b"\xFF"].concat();
    assert_eq!(read(&bytes, &Bogota).unwrap_err().code, "poslog_encoding");
    let large = vec![b' '; xml::BYTES_MAX + 1];
    assert_eq!(read(&large, &Bogota).unwrap_err().code, "poslog_too_large");
    let line = read(sale("<SequenceNumber>501", "<SequenceNumber>5O1").as_bytes(), &Bogota).unwrap_err().line;
    assert_eq!(
        SALE.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().trim(),
        "<SequenceNumber>501</SequenceNumber>"
    );
}

proptest::proptest! {
    /// Whatever a broken disk or a hostile neighbour puts there is a reason, never a panic.
    #[test]
    fn no_bytes_are_too_much(
        changes in proptest::collection::vec((0..SALE.len(), proptest::num::u8::ANY), 0..6),
        end in 0..=SALE.len(),
    ) {
        let mut bytes = SALE.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(end);
        if let Ok(poslog) = read(&bytes, &Bogota) {
            poslog.tickets.iter().for_each(|ticket| drop(ticket.close()));
        }
    }
}

#[tokio::test]
async fn a_file_goes_in_whole_once_and_its_returns_find_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let report = |taken, repeated, skipped| Ok(PoslogReport { taken, repeated, skipped });
    let take = async |text: &str, dry: bool| agent.take_poslog(text.as_bytes(), dry).await.unwrap();
    assert_eq!(take(SALE, true).await, report(3, 0, 1));
    assert_eq!(agent.status().await.unwrap().sales, 0, "a dry run writes nothing");
    assert_eq!(take(SALE, false).await, report(3, 0, 1));
    assert_eq!(take(SALE, false).await, report(0, 3, 1));
    assert_eq!(take(RETURN, false).await, report(1, 0, 0));
    assert_eq!(take(RETURN, false).await, report(0, 1, 0), "its tie is no new content");
    // One ticket that contradicts the journal keeps the whole file out.
    let both = changed(SALE, "<SequenceNumber>501", "<SequenceNumber>901");
    let both = both.replacen("<ItemID>bread", "<ItemID>cake", 2);
    assert_eq!(take(&both, false).await.unwrap_err().code, "receipt_conflict");
    assert_eq!(agent.status().await.unwrap().sales, 4);
    crate::sync::drain(&agent, &hub.client(&agent)).await.unwrap();
    let sales = hub.set(|state| state.sales.clone());
    let milk = &sales.iter().find(|sale| sale.receipt_no == 501).unwrap().lines[0];
    assert_eq!(milk.sku.as_str(), "milk", "a barcode becomes the article's number");
    let back = sales.iter().find(|sale| sale.receipt_no == 77).unwrap();
    let original = sales.iter().find(|sale| sale.receipt_no == 501).unwrap();
    assert_eq!(back.lines[0].origin, Some(Origin { sale: original.id, line: 1 }));
    assert_eq!(agent.store().returned_of(original.id).await.unwrap().len(), 1);
}

#[test]
fn a_return_says_whose_points_its_goods_keep() {
    let mut ticket = read(RETURN.as_bytes(), &Bogota).unwrap().tickets.remove(0);
    let of = |n: u8| Origin { sale: domain::ids::SaleId::new(1, [n; 10]), line: 1 };
    let line = &mut ticket.lines[0];
    let keeps = vec![domain::sale::Kept { of: of(1), quantity: line.row.quantity }];
    (line.found, line.keeps) = (Some(of(2)), keeps.clone());
    assert_eq!(ticket.close().unwrap().lines[0].keeps, keeps);
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<_> = files.map(|file| file.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_folder_is_emptied_into_done_and_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let spool = folder.path().join("spool");
    let mut watched = Folder::new(agent.clone(), spool.clone());
    watched.look().await.unwrap();
    for (name, text) in [
        ("a.xml", SALE),
        ("b.XML", FOREIGN),
        ("c.xml.part", RETURN),
        (".d.xml", RETURN),
        ("e.xml", &SALE[..900]),
    ] {
        std::fs::write(spool.join(name), text).unwrap();
    }
    watched.look().await.unwrap();
    assert_eq!(names(&spool).len(), 5, "what is seen for the first time may still grow");
    std::fs::write(spool.join("e.xml"), RETURN).unwrap();
    watched.look().await.unwrap();
    assert_eq!(names(&spool), [".d.xml", "c.xml.part", "e.xml"]);
    watched.look().await.unwrap();
    assert_eq!(names(&spool), [".d.xml", "c.xml.part"]);
    assert_eq!(names(&spool.join("done")), ["a.xml", "e.xml"]);
    assert_eq!(names(&spool.join("rejected")), ["b.XML", "b.XML.reason.json"]);
    let reason = std::fs::read_to_string(spool.join("rejected/b.XML.reason.json")).unwrap();
    let reason: serde_json::Value = serde_json::from_str(&reason).unwrap();
    assert_eq!((&reason["code"], &reason["line"]), (&"poslog_currency".into(), &9.into()));
    // The same file comes again: nothing changes, and no file is written over.
    std::fs::write(spool.join("a.xml"), SALE).unwrap();
    watched.look().await.unwrap();
    watched.look().await.unwrap();
    assert_eq!(names(&spool.join("done")), ["a.xml", "a.xml.1", "e.xml"]);
    assert_eq!(agent.status().await.unwrap().sales, 4);
}

#[tokio::test]
async fn one_file_that_cannot_be_moved_does_not_hold_up_the_others() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let spool = folder.path().join("spool");
    let mut watched = Folder::new(agent.clone(), spool.clone());
    watched.look().await.unwrap();
    // Its reason cannot be written: a folder has that name.
    std::fs::create_dir_all(spool.join("rejected/a.xml.reason.json")).unwrap();
    std::fs::write(spool.join("a.xml"), FOREIGN).unwrap();
    // A name of another system's alphabet.
    let name = std::ffi::OsStr::from_bytes(b"venta_\xF1.xml");
    std::fs::write(spool.join(name), SALE).unwrap();
    watched.look().await.unwrap();
    watched.look().await.unwrap();
    assert!(spool.join("done").join(name).exists());
    assert!(spool.join("a.xml").exists(), "nothing is lost");
}

/// Its writer does something else for a while in the middle of a ticket.
#[tokio::test]
async fn a_file_that_ends_in_the_middle_waits_for_its_writer() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let spool = folder.path().join("spool");
    let mut watched = Folder::new(agent.clone(), spool.clone());
    watched.look().await.unwrap();
    std::fs::write(spool.join("a.xml"), &SALE[..900]).unwrap();
    for _ in 0..4 {
        watched.look().await.unwrap();
        assert_eq!(names(&spool), ["a.xml"]);
    }
    std::fs::write(spool.join("a.xml"), SALE).unwrap();
    for _ in 0..2 {
        watched.look().await.unwrap();
    }
    assert_eq!(names(&spool.join("done")), ["a.xml"]);
    // Nobody writes it to its end.
    let mut watched = Folder::new(agent, spool.clone()).with_pause(std::time::Duration::ZERO);
    std::fs::write(spool.join("b.xml"), &SALE[..900]).unwrap();
    for _ in 0..2 {
        watched.look().await.unwrap();
    }
    assert_eq!(names(&spool.join("rejected")), ["b.xml", "b.xml.reason.json"]);
}

#[test]
fn an_element_has_not_any_number_of_attributes() {
    use std::fmt::Write;
    let mut text = "<POSLog ".to_owned();
    (0..300_000).for_each(|n| write!(text, "a{n}='' ").unwrap());
    text.push_str("/>");
    assert_eq!(read(text.as_bytes(), &Bogota).unwrap_err().code, "poslog_too_large");
}
