use super::*;

#[test]
fn who_asks_too_often_waits_until_the_window_is_over() {
    let at = |minutes: i64| DateTime::UNIX_EPOCH + Duration::minutes(100 + minutes);
    for (pages, misses, asked_at, may) in [
        (0, 0, 0, (true, true)),
        (5_999, 29, 9, (true, true)),
        (6_000, 29, 9, (false, true)),
        (5_999, 30, 9, (true, false)),
        (6_000, 30, 9, (false, false)),
        (6_000, 30, 10, (true, true)),
        (6_000, 30, -1, (true, true)),
    ] {
        let mut meter = Meter::new(at(0));
        (0..pages).for_each(|_| assert!(meter.ask(at(0))));
        (0..misses).for_each(|_| assert!(meter.miss(at(0), 30)));
        let found = (meter.ask(at(asked_at)), meter.miss(at(asked_at), 30));
        assert_eq!(found, may, "{pages} pages and {misses} misses, asked at {asked_at}");
    }
}

#[test]
fn an_address_is_counted_as_whoever_has_it() {
    for (ip, wanted) in [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::1", "::"),
    ] {
        assert_eq!(one_address(ip.parse().unwrap()), wanted.parse::<IpAddr>().unwrap(), "{ip}");
    }
}
