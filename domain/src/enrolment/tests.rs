use super::EnrolmentError::{Email, FirstName, LastName, NoContact, NoFirstName, NoProgramme, Phone};
use super::*;

fn ana() -> MemberEnrolled {
    let answer = |purpose, given| ConsentAnswer {
        purpose,
        given,
        text_version: "es-1".to_owned(),
        text: "words".to_owned(),
    };
    MemberEnrolled {
        member: MemberId::new(1_764_000_000_000, [7; 10]),
        card: "2990000010421".parse().unwrap(),
        first_name: "Ana".to_owned(),
        last_name: String::new(),
        phone: "+57 300 123 4821".to_owned(),
        email: String::new(),
        birthday: None,
        consents: vec![answer(Purpose::Programme, true), answer(Purpose::Marketing, false)],
        store: "centro".parse().unwrap(),
        till: "2".parse().unwrap(),
        cashier: None,
        at: "2025-11-24T10:42:00-05:00".parse().unwrap(),
    }
}

#[test]
fn every_field_says_what_is_wrong_with_it() {
    type Change = fn(&mut MemberEnrolled);
    let cases: [(Change, &[EnrolmentError]); 16] = [
        (|_| (), &[]),
        (|m| m.first_name = "  ".to_owned(), &[NoFirstName]),
        (|m| m.first_name = "x".repeat(81), &[FirstName]),
        (|m| m.first_name = "4111 1111 1111 1111".to_owned(), &[FirstName]),
        (|m| m.last_name = "a\u{202E}b".to_owned(), &[LastName]),
        (|m| m.phone.clear(), &[NoContact]),
        (|m| m.phone = "123456".to_owned(), &[Phone]),
        (|m| m.phone = "300 123 48 21 ext. 7".to_owned(), &[Phone]),
        (|m| m.phone = "1234567890123456".to_owned(), &[Phone]),
        (|m| m.email = "ana@example.org".to_owned(), &[]),
        (|m| m.email = "ana@example".to_owned(), &[Email]),
        (|m| m.email = "ana example.org".to_owned(), &[Email]),
        (|m| m.email = "a@b@example.org".to_owned(), &[Email]),
        (|m| m.email = "ana@.org".to_owned(), &[Email]),
        (|m| m.consents[0].given = false, &[NoProgramme]),
        (
            |m| (m.first_name.clear(), m.phone.clear(), m.consents.clear()).2,
            &[NoFirstName, NoContact, NoProgramme],
        ),
    ];
    for (n, (change, wanted)) in cases.into_iter().enumerate() {
        let mut member = ana();
        change(&mut member);
        assert_eq!(member.problems(), wanted, "case {n}");
    }
}

#[test]
fn what_a_till_wrote_is_read_back_and_keeps_its_ids() {
    let member = ana();
    let text = serde_json::to_string(&member).unwrap();
    assert!(!text.contains("last_name") && !text.contains("email"), "{text}");
    assert_eq!(serde_json::from_str::<MemberEnrolled>(&text).unwrap(), member);
    assert_eq!((member.event().0, member.account().0), (member.member.0, member.member.0));
    let code = member.code().unwrap();
    assert!(code.as_str().starts_with("YM") && code.as_str().len() == 14, "{code}");
    let other = MemberEnrolled { member: MemberId::new(1_764_000_000_000, [8; 10]), ..ana() };
    assert_ne!(other.code().unwrap(), code);
}

#[test]
fn a_temporary_number_is_one_of_its_own_range() {
    for (entropy, wanted) in [
        ([0; 10], "YT0000000000000000"),
        ([255; 10], "YTZZZZZZZZZZZZZZZZ"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 33], "YT0000000000000011"),
    ] {
        let number = temporary_card(entropy).unwrap();
        assert_eq!(number.as_str(), wanted);
        assert!(is_temporary(number.as_str()));
    }
    for (text, wanted) in [
        ("YT0000000000000011", Some("YT0000000000000011")),
        ("yt 0000-0000 0000 OOil", Some("YT0000000000000011")),
        ("YT000000000000001", None),
        ("YT000000000000001U", None),
        ("YR0000000000000011", None),
        ("2990000010421", None),
    ] {
        assert_eq!(read_temporary(text).as_ref().map(CardNumber::as_str), wanted, "{text}");
    }
}
