use std::collections::HashMap;

use super::*;
use crate::ids::{EventId, LogId, TillId};
use crate::sale::Sale;

const SALE: &str = r#"{"id":"018bcfe5-687b-7000-8000-000000000007","store":"centro","till":"1","business_date":"2026-03-01","receipt_no":7,"occurred_at":"2026-03-01T10:00:00-05:00","card":"2990000010421","card_entry":"scanned","status":"completed","lines":[{"number":1,"kind":"sale","sku":"leche","quantity":2000,"unit_price":250,"gross":500,"net":420,"tax":80}],"tenders":[{"kind":"cash","amount":1000}],"change":500}"#;

fn sale() -> Sale {
    serde_json::from_str(SALE).unwrap()
}

fn stamp() -> Stamp {
    Stamp {
        store: "centro".parse().unwrap(),
        till: TillId::new(1, [1; 10]),
        at_utc_ms: 1_772_377_200_000,
        boot_id: "b1".to_owned(),
        mono_ms: 42,
        cashier: Some("ana".parse().unwrap()),
        hub_epoch_seen: 3,
    }
}

fn log_id() -> LogId {
    LogId::new(1, [2; 10])
}

fn event(seq: i64) -> EventId {
    EventId::new(seq, [9; 10])
}

/// A log of `count` openings: the shortest body there is.
fn events(log: LogId, count: i64, after: Head) -> Vec<EventBytes> {
    let body = Body::LogOpened(LogOpened { reason: OpenReason::Enrolled, previous: None, lost: 0 });
    let mut head = after;
    (0..count)
        .map(|_| {
            let bytes = Envelope::append(log, head, event(head.seq + 1), stamp(), &body).unwrap();
            head = Head { seq: head.seq + 1, hash: bytes.hash };
            bytes
        })
        .collect()
}

fn batch(log: LogId, session: i64, first: i64, events: &[EventBytes]) -> Batch {
    let last =
        Head { seq: first + i64::try_from(events.len()).unwrap() - 1, hash: events.last().unwrap().hash };
    let raw: Vec<Vec<u8>> = events.iter().map(|e| e.bytes.clone()).collect();
    read_batch(&write_batch(session, log, first, &raw, last).unwrap()).unwrap()
}

// The next three are written out in full, with digests and signature made by other tools (Python's
// hashlib, OpenSSL): a till in the field and a hub after an upgrade must still mean the same bytes. They may only change together with `PROTOCOL`.

#[test]
fn golden_event_bytes() {
    let body = Body::Sale(Box::new(sale()));
    let bytes = Envelope::append(log_id(), Head::EMPTY, sale().id.into(), stamp(), &body).unwrap();
    assert_eq!(String::from_utf8(bytes.bytes.clone()).unwrap(), include_str!("golden_event.json").trim_end());
    assert_eq!(bytes.hash.to_string(), "356e5fd1f5382beb57ff50c5cbe1887e77cbcbd9c9528ed4726a5f0a20a2e42d");
    assert_eq!(bytes.digest.to_string(), "1be1bc877964173f4c2d9b560442715f972e5cf294c12fae521c398a3d8249e0");
    let read = Envelope::parse(&bytes.bytes).unwrap();
    assert_eq!(read.digest(), bytes.digest);
    assert_eq!(read.body.get(), serde_json::to_string(&sale()).unwrap());
    assert!(matches!(
        Body::parse(&read.kind, read.kind_v, &read.body),
        ParsedBody::Known(Body::Sale(read)) if *read == sale()
    ));
}

#[test]
fn golden_relogged_event_keeps_its_digest() {
    let body = Body::Sale(Box::new(sale()));
    let first = Envelope::append(log_id(), Head::EMPTY, sale().id.into(), stamp(), &body).unwrap();
    let head = Head { seq: 6, hash: first.hash };
    let again = Envelope::parse(&first.bytes).unwrap().relog(LogId::new(2, [3; 10]), head).unwrap();
    assert_eq!(again.digest, first.digest);
    assert_eq!(again.hash.to_string(), "1d9b29f696c92b0d6a164d6eea483a71aa381cae0cf4e1165676cf091a9fe83b");
}

#[test]
fn golden_signature() {
    let key = TillKey::from_seed([7; 32]);
    let text = request_text("hub-1", "POST", "/sync/v1/push", 1_772_377_200_000, b"body");
    assert_eq!(
        String::from_utf8(text.clone()).unwrap(),
        "yapa-request-1\nhub-1\nPOST\n/sync/v1/push\n1772377200000\n230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"
    );
    let signature = key.sign(&text);
    assert_eq!(key.public().to_string(), "6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=");
    assert_eq!(
        signature,
        "LJ5lRJH4wRUTlXdAPFBF7rRsnpZAIDjGdAM47LQPvB8hg5SemEOnOZQU6Pn1RA9uqR9+fKYRiDSlT4cig9+UBw=="
    );
    let public = TillPublicKey::read(&key.public().to_string()).unwrap();
    assert_eq!(public.verify(&text, &signature), Ok(()));
    for other in [
        request_text("hub-2", "POST", "/sync/v1/push", 1_772_377_200_000, b"body"),
        request_text("hub-1", "GET", "/sync/v1/push", 1_772_377_200_000, b"body"),
        request_text("hub-1", "POST", "/sync/v1/push?x=1", 1_772_377_200_000, b"body"),
        request_text("hub-1", "POST", "/sync/v1/push", 1_772_377_200_001, b"body"),
        request_text("hub-1", "POST", "/sync/v1/push", 1_772_377_200_000, b"Body"),
    ] {
        assert_eq!(public.verify(&other, &signature), Err(SealError));
    }
    assert_eq!(public.verify(&text, "not base64"), Err(SealError));
    assert!(TillPublicKey::read("AAAA").is_err());
    assert_eq!(TillKey::read(&key.to_secret_text()).unwrap().public(), key.public());
}

#[test]
fn a_batch_is_read_as_written_or_refused() {
    let log = events(log_id(), 3, Head::EMPTY);
    let read = batch(log_id(), 5, 1, &log);
    assert_eq!((read.header.first, read.header.last, read.events.len()), (1, 3, 3));
    let header = |first: i64, last: i64| {
        let hash = Head::EMPTY.hash;
        format!(
            "{{\"session\":1,\"log\":\"{}\",\"first\":{first},\"last\":{last},\"last_hash\":\"{hash}\"}}",
            log_id()
        )
    };
    for (text, wanted) in [
        (String::new(), "Header"),
        ("{}".to_owned(), "Header"),
        (header(1, 1), "Empty"),
        (header(1, 2) + "\n{}", "Count"),
        (header(1, 1) + "\n{}\n{}", "Count"),
        (header(0, 0) + "\n{}", "Count"),
        (header(2, 1) + "\n{}", "Count"),
        (header(1, i64::MAX) + "\n{}", "Count"),
        (header(i64::MIN, i64::MAX) + "\n{}", "Count"),
    ] {
        let error = format!("{:?}", read_batch(text.as_bytes()).unwrap_err());
        assert!(error.starts_with(wanted), "{text}: {error}");
    }
}

/// The hub has three events of a log of five.
struct Hub {
    record: LogRecord,
    stored: HashMap<i64, Hash>,
    log: Vec<EventBytes>,
}

fn hub() -> Hub {
    let log = events(log_id(), 5, Head::EMPTY);
    let stored: HashMap<i64, Hash> = (1..).zip(&log[..3]).map(|(seq, e)| (seq, e.hash)).collect();
    let ack = Head { seq: 3, hash: log[2].hash };
    let record = LogRecord { log: log_id(), till: stamp().till, status: LogStatus::Open, ack };
    Hub { record, stored, log }
}

impl Hub {
    fn admit(&self, batch: Batch) -> Result<(Vec<i64>, Vec<i64>, i64), Refusal> {
        let admitted = admit(&self.record, stamp().till, 9, batch, &self.stored)?;
        let fresh = admitted.fresh.iter().map(|f| f.seq).collect();
        Ok((admitted.repeated, fresh, admitted.ack.seq))
    }
}

#[test]
fn the_hub_takes_what_follows_and_repeats_what_it_has() {
    let hub = hub();
    for (first, last, repeated, fresh, ack) in [
        (4, 5, vec![], vec![4, 5], 5),
        (2, 5, vec![2, 3], vec![4, 5], 5),
        (1, 2, vec![1, 2], vec![], 3),
        (3, 3, vec![3], vec![], 3),
    ] {
        let range = usize::try_from(first - 1).unwrap()..usize::try_from(last).unwrap();
        let taken = hub.admit(batch(log_id(), 9, first, &hub.log[range]));
        assert_eq!(taken, Ok((repeated, fresh, ack)), "{first}–{last}");
    }
}

#[test]
fn the_hub_refuses_what_does_not_follow() {
    let hub = hub();
    let other_history = events(log_id(), 5, Head { seq: 0, hash: hash_event(b"other") });
    let behind = |seq: i64, hash: Hash| events(log_id(), 2, Head { seq, hash });
    let right_prev = behind(3, hub.record.ack.hash);
    let broken = vec![right_prev[0].clone(), behind(4, hash_event(b"other"))[0].clone()];
    let foreign = events(LogId::new(9, [9; 10]), 1, hub.record.ack);
    let mut wrong_last = batch(log_id(), 9, 4, &hub.log[3..]);
    wrong_last.header.last_hash = hash_event(b"other");
    let cases = [
        (batch(log_id(), 8, 4, &hub.log[3..]), Refusal::StaleSession),
        (batch(log_id(), 9, 5, &hub.log[4..]), Refusal::Gap { expected: 4 }),
        (batch(log_id(), 9, 2, &other_history[1..]), Refusal::Forked { seq: 2 }),
        (batch(log_id(), 9, 4, &other_history[3..]), Refusal::Forked { seq: 4 }),
        (batch(log_id(), 9, 4, &broken), Refusal::BrokenChain { seq: 5 }),
        (batch(log_id(), 9, 4, &foreign), Refusal::BrokenChain { seq: 4 }),
        (wrong_last, Refusal::WrongLastHash),
    ];
    for (batch, wanted) in cases {
        assert_eq!(hub.admit(batch), Err(wanted));
    }
    let stranger = TillId::new(5, [5; 10]);
    let foreign = admit(&hub.record, stranger, 9, batch(log_id(), 9, 4, &hub.log[3..]), &hub.stored);
    assert_eq!(foreign.unwrap_err(), Refusal::ForeignLog);
    let forked = LogRecord { status: LogStatus::Forked, ..hub.record.clone() };
    let refused = admit(&forked, stamp().till, 9, batch(log_id(), 9, 4, &hub.log[3..]), &hub.stored);
    assert_eq!(refused.unwrap_err(), Refusal::Forked { seq: 3 });
}

#[test]
fn bytes_that_are_no_event_are_kept_and_the_log_goes_on() {
    let hub = hub();
    let poison =
        EventBytes { bytes: b"\xff{".to_vec(), hash: hash_event(b"\xff{"), digest: Head::EMPTY.hash };
    let after = events(log_id(), 1, Head { seq: 4, hash: poison.hash });
    let batch = batch(log_id(), 9, 4, &[poison, after[0].clone()]);
    let admitted = admit(&hub.record, stamp().till, 9, batch, &hub.stored).unwrap();
    let verdicts: Vec<Verdict> = admitted.fresh.iter().map(|f| judge(&f.envelope, None)).collect();
    assert!(
        matches!(&verdicts[0], Verdict::Settled(Disposition::Quarantined { code }) if code == "unreadable_event")
    );
    assert!(matches!(&verdicts[1], Verdict::Apply(Body::LogOpened(_))));
}

#[test]
fn an_event_is_judged_once() {
    let body = Body::Sale(Box::new(sale()));
    let good = Envelope::append(log_id(), Head::EMPTY, sale().id.into(), stamp(), &body).unwrap();
    let other_id = Envelope::append(log_id(), Head::EMPTY, event(3), stamp(), &body).unwrap();
    let text = String::from_utf8(good.bytes.clone()).unwrap();
    let quarantined = |code: &str| Some(Disposition::Quarantined { code: code.to_owned() });
    for (bytes, known, wanted) in [
        (text.clone(), None, None),
        (text.clone(), Some(good.digest), Some(Disposition::Duplicate)),
        (text.clone(), Some(hash_event(b"other")), Some(Disposition::Conflict)),
        (
            text.replace("\"kind\":\"sale\",\"kind_v\":1", "\"kind\":\"sale\",\"kind_v\":2"),
            None,
            Some(Disposition::Held),
        ),
        (
            text.replace("\"kind\":\"sale\",\"kind_v\"", "\"kind\":\"gift\",\"kind_v\""),
            None,
            Some(Disposition::Held),
        ),
        (text.replace("{\"v\":1,", "{\"v\":2,"), None, Some(Disposition::Held)),
        (text.replace("\"amount\":1000", "\"amount\":1001"), None, quarantined("broken_body")),
        (
            text.replace("\"card_entry\":\"scanned\"", "\"a\":\"\\\\\\u0000\""),
            None,
            quarantined("nul_character"),
        ),
        (text.replace("\"leche\"", "\"\\u0000\""), None, quarantined("nul_character")),
        (text.replace("\"card_entry\":\"scanned\"", "\"a\":\"\\\\u0000 \\n\""), None, None),
        (text.replace("\"kind\":\"sale\"", "\"kind\":\"\\u0000\""), None, quarantined("unreadable_event")),
        (String::from_utf8(other_id.bytes).unwrap(), None, quarantined("sale_id_mismatch")),
    ] {
        let envelope = Envelope::parse(bytes.as_bytes()).map_err(|e| e.to_string());
        let settled = match judge(&envelope, known) {
            Verdict::Apply(_) => None,
            Verdict::Settled(disposition) => Some(disposition),
        };
        assert_eq!(settled, wanted, "{bytes}");
    }
}

fn opened(head: Head, acked: Head) -> OpenedLog {
    OpenedLog { log: log_id(), head, acked }
}

#[test]
fn the_till_compares_itself_with_the_hub() {
    let log = events(log_id(), 5, Head::EMPTY);
    let at = |seq: i64| match seq {
        0 => Head::EMPTY,
        _ => Head { seq, hash: log[usize::try_from(seq - 1).unwrap()].hash },
    };
    let own_hash_at = |seq: i64| (1..=5).contains(&seq).then(|| at(seq).hash);
    let foreign = |seq: i64| Head { seq, hash: hash_event(b"other") };
    for (hub, acked, status, wanted) in [
        (at(0), at(0), LogStatus::Open, Comparison::InStep { from: 1 }),
        (at(3), at(3), LogStatus::Open, Comparison::InStep { from: 4 }),
        (at(4), at(3), LogStatus::Sealed, Comparison::InStep { from: 5 }),
        (at(5), at(5), LogStatus::Open, Comparison::InStep { from: 6 }),
        (at(2), at(3), LogStatus::Open, Comparison::HubRegressed { from: 3 }),
        (at(0), at(3), LogStatus::Open, Comparison::HubRegressed { from: 1 }),
        (foreign(6), at(3), LogStatus::Open, Comparison::TillRegressed),
        (foreign(4), at(3), LogStatus::Open, Comparison::Forked),
        (at(3), at(3), LogStatus::Forked, Comparison::Forked),
    ] {
        let ack = LogAck { log: log_id(), ack: hub, status };
        assert_eq!(compare(&opened(at(5), acked), &ack, own_hash_at), wanted, "{hub:?}");
    }
}

#[test]
fn the_till_steps() {
    let hash = |seq: i64| hash_event(&seq.to_be_bytes());
    let ack = |seq: i64| Input::Acked { ack: Head { seq, hash: hash(seq) }, own_hash: Some(hash(seq)) };
    let failed = Input::Failed { jitter: 999_999, retry_after_ms: None };
    let opened = |session: i64, from: i64| Input::Opened { session, comparison: Comparison::InStep { from } };
    let mut sync = TillSync::new(0, 2, Backoff { first_ms: 1_000, most_ms: 4_000 });
    for (now_ms, input, wanted) in [
        (0, Input::Tick { head_seq: 2 }, Action::Open),
        (0, failed, Action::Wait { until_ms: 999 }),
        (500, Input::Tick { head_seq: 3 }, Action::Wait { until_ms: 999 }),
        (999, Input::Tick { head_seq: 3 }, Action::Open),
        (1_000, failed, Action::Wait { until_ms: 2_999 }),
        (3_000, failed, Action::Wait { until_ms: 6_999 }),
        (7_000, failed, Action::Wait { until_ms: 10_999 }),
        (11_000, opened(1, 1), Action::Push { session: 1, from: 1 }),
        (
            11_000,
            Input::Failed { jitter: 0, retry_after_ms: Some(60_000) },
            Action::Wait { until_ms: 71_100 },
        ),
        (71_099, Input::Tick { head_seq: 3 }, Action::Wait { until_ms: 71_100 }),
        (71_100, Input::Tick { head_seq: 3 }, Action::Push { session: 1, from: 1 }),
        (71_100, ack(2), Action::Push { session: 1, from: 3 }),
        (71_100, ack(3), Action::Idle),
        (71_100, Input::Tick { head_seq: 4 }, Action::Push { session: 1, from: 4 }),
        (71_100, Input::Gap { expected: 99 }, Action::Open),
        (71_100, opened(2, 2), Action::Push { session: 2, from: 2 }),
        (71_100, Input::SessionLost, Action::Wait { until_ms: 72_100 }),
        (72_100, Input::Tick { head_seq: 4 }, Action::Open),
        (72_100, opened(3, 4), Action::Push { session: 3, from: 4 }),
        (72_100, ack(4), Action::Idle),
        (72_100, Input::Heard { hub_epoch: 7 }, Action::Idle),
        (72_100, Input::Heard { hub_epoch: 7 }, Action::Idle),
        (72_100, Input::Heard { hub_epoch: 8 }, Action::Open),
        (
            72_100,
            Input::Opened { session: 4, comparison: Comparison::TillRegressed },
            Action::Reopen(Comparison::TillRegressed),
        ),
        (90_000, Input::Tick { head_seq: 5 }, Action::Reopen(Comparison::TillRegressed)),
        // The hub is asked where the histories part, and gives no answer.
        (90_000, failed, Action::Wait { until_ms: 90_999 }),
        (90_999, Input::Tick { head_seq: 5 }, Action::Reopen(Comparison::TillRegressed)),
    ] {
        assert_eq!(sync.step(input, now_ms), wanted, "{now_ms} {input:?}");
    }
    let mut sync = TillSync::new(0, 2, Backoff::default());
    let foreign = Input::Acked { ack: Head { seq: 2, hash: hash(2) }, own_hash: Some(hash(9)) };
    sync.step(opened(1, 1), 0);
    assert_eq!(sync.step(foreign, 0), Action::Reopen(Comparison::Forked));
    assert_eq!(sync.acked(), 0);
}

#[test]
fn waiting_is_bounded_and_never_nothing() {
    let backoff = Backoff::default();
    for (failures, jitter, wanted) in [
        (0, 0, 100),
        (0, 500_000, 500),
        (3, 999_999, 7_999),
        (8, 500_000, 128_000),
        (9, 500_000, 150_000),
        (u32::MAX, 0, 30_000),
        (5, 1_500_000, 16_000),
    ] {
        assert_eq!(backoff.wait_ms(failures, jitter), wanted, "{failures} {jitter}");
    }
}

#[test]
fn a_new_log_carries_what_the_hub_may_lack() {
    let body = Body::Sale(Box::new(sale()));
    let opening = events(log_id(), 1, Head::EMPTY);
    let head = Head { seq: 1, hash: opening[0].hash };
    let sold = Envelope::append(log_id(), head, sale().id.into(), stamp(), &body).unwrap();
    let old: Vec<Envelope> =
        [&opening[0], &sold].iter().map(|e| Envelope::parse(&e.bytes).unwrap()).collect();
    let new_log = LogId::new(3, [3; 10]);
    let previous = (log_id(), Head { seq: 2, hash: sold.hash });
    let reopened = plan_reopen(new_log, OpenReason::Regressed, previous, (event(77), stamp()), old).unwrap();
    let kept: Vec<EventId> = reopened.events.iter().map(|(id, _)| *id).collect();
    // What an opening says of a restored or damaged file is told nowhere else.
    let opened = Envelope::parse(&opening[0].bytes).unwrap();
    assert_eq!(kept, [event(77), opened.event, sale().id.into()]);
    let digests: Vec<Hash> = reopened.events[1..].iter().map(|(_, bytes)| bytes.digest).collect();
    assert_eq!(digests, [opening[0].digest, sold.digest]);
    let record = LogRecord { log: new_log, till: stamp().till, status: LogStatus::Open, ack: Head::EMPTY };
    let bytes: Vec<EventBytes> = reopened.events.into_iter().map(|(_, bytes)| bytes).collect();
    let admitted =
        admit(&record, stamp().till, 1, batch(new_log, 1, 1, &bytes), &HashMap::<i64, Hash>::new()).unwrap();
    assert_eq!(admitted.ack, reopened.head);
}
