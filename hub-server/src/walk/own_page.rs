//! A customer's own page, from the desk that makes its link to the phone that opens it.

use chrono::Duration;
use domain::points::{Gift, Programme, Review, Tier, Tiers};

use super::*;
use crate::access::audit;
use crate::intake::merging::{merge_one, unmerge_one};
use crate::marketing::{self, Segment};
use crate::members::merging::{Merge, Merged, of_members};

/// A page that is as it should be when nothing is behind a token.
const NOBODYS: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

async fn desk_of(browser: &Browser<'_>, q: &str) -> String {
    let found = browser.get(&format!("/find?q={q}")).await;
    format!("{}/own-page", found.header("location"))
}

/// What the form of the desk sends now.
async fn form(browser: &Browser<'_>, desk: &str, wish: &str) -> String {
    let page = browser.get(desk).await;
    let seen = page.text.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    format!("csrf={}&seen={seen}&do={wish}", page.csrf())
}

/// The path of the link that an answer shows.
fn link_on(answer: &Answer) -> String {
    let after = answer.text.split("/c/").nth(1).unwrap_or_else(|| panic!("no link on {}", answer.text));
    format!("/c/{}", after.split('<').next().unwrap())
}

/// A second after whatever was before: the audit tells what came first by its time.
async fn make(browser: &Browser<'_>, desk: &str) -> String {
    browser.hub.app.clock.advance(Duration::seconds(1));
    let form = form(browser, desk, "make").await;
    link_on(&browser.post(desk, &form).await)
}

fn phone(hub: &TestHub) -> Browser<'_> {
    Browser { hub, cookie: String::new() }
}

async fn audited(hub: &TestHub) -> Vec<(String, String, String)> {
    let mut tx = hub.app.db.read().await.unwrap();
    let rows = audit::latest(&mut tx, 20).await.unwrap();
    let ours = rows
        .into_iter()
        .filter(|row| row.action.starts_with("card_page.") || row.action.starts_with("consent."));
    ours.map(|row| (row.who, row.action, row.subject)).collect()
}

/// Everything but the number of the request, which is another each time.
fn told(answer: Answer) -> (StatusCode, Vec<(String, String)>, String) {
    let Answer { status, headers, text } = answer;
    let headers = headers.iter().filter(|(name, _)| name.as_str() != "x-request-id");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (status, headers.collect(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_renewed_and_revoked() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let desk = desk_of(&browser, CARD).await;
    let customer = browser.get(desk.strip_suffix("/own-page").unwrap()).await.text;
    assert!(customer.contains(&format!("href=\"{desk}\"")), "{customer}");
    let sent = form(&browser, &desk, "make").await;
    let made = browser.post(&desk, &sent).await;
    assert!(made.text.contains("<svg class=\"qr\"") && made.text.contains("una sola vez"), "{}", made.text);
    let first = link_on(&made);
    assert_eq!(first.len(), "/c/".len() + 32);
    let opened = phone(&hub).get(&first).await;
    assert_eq!(opened.status, StatusCode::OK);
    for said in ["Hola, Ana R.", CARD, "200 puntos", "28/02/2026", "centro", "Saldo del 2/03/2026"] {
        assert!(opened.text.contains(said), "{said} is not on {}", opened.text);
    }
    assert!(!opened.text.contains("Ruiz"), "{}", opened.text);
    // Sent again, by a reload or by somebody else, it changes nothing and shows nothing.
    let again = browser.post(&desk, &sent).await.text;
    assert!(again.contains("cambió mientras tanto") && !again.contains("/c/"), "{again}");
    assert!(!browser.get(&desk).await.text.contains("/c/"), "shown once");
    let second = make(&browser, &desk).await;
    assert_ne!(first, second);
    assert_eq!(phone(&hub).get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(phone(&hub).get(&second.to_uppercase().replace("/C/", "/c/")).await.status, StatusCode::OK);
    hub.app.clock.advance(Duration::seconds(1));
    let sent = form(&browser, &desk, "revoke").await;
    assert_eq!(browser.post(&desk, &sent).await.header("location"), format!("{desk}?revoked"));
    assert_eq!(phone(&hub).get(&second).await.status, StatusCode::NOT_FOUND);
    assert!(browser.post(&desk, &sent).await.text.contains("cambió mientras tanto"));
    let row = |action: &str| ("servicio".to_owned(), format!("card_page.{action}"), "M1".to_owned());
    assert_eq!(audited(&hub).await, [row("revoked"), row("renewed"), row("made")]);
    for login in ["cajera", "gerente", "marketing"] {
        let other = Browser::log_in(&hub, login).await;
        assert_eq!(other.get(&desk).await.status, StatusCode::FORBIDDEN, "{login}");
        assert_eq!(other.post(&desk, "do=make").await.status, StatusCode::FORBIDDEN, "{login}");
        let customer = other.get(desk.strip_suffix("/own-page").unwrap()).await.text;
        assert!(!customer.contains("own-page"), "{login}");
    }
}

/// U-4, the first half: whatever a token is not, the answer is the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_opens_nothing_is_answered_alike() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let desk = desk_of(&browser, CARD).await;
    let revoked = make(&browser, &desk).await;
    let good = make(&browser, &desk).await;
    let unknown = format!("/c/{NOBODYS}");
    let cut = &good[..good.len() - 1];
    let long = format!("{good}a");
    let odd = ["/c/x", "/c/%00", "/c/%ff%fe", "/c/../c", "/c/a/b/c", "/c/%27%20or%201=1", "/c/favicon.ico"];
    for path in [&[revoked.as_str(), cut, &long], &odd[..]].concat() {
        // Each is asked from an address of its own, as far as the hub can tell.
        hub.app.clock.advance(Duration::minutes(11));
        let wanted = told(phone(&hub).get(&unknown).await);
        assert_eq!(told(phone(&hub).get(path).await), wanted, "{path}");
        let (status, headers, text) = wanted;
        assert!(status == StatusCode::NOT_FOUND && text.contains("Pida una nueva en la caja"), "{text}");
        let has = |name: &str, value: &str| headers.contains(&(name.to_owned(), value.to_owned()));
        assert!(has("referrer-policy", "no-referrer") && has("cache-control", "no-store"), "{headers:?}");
        let wanted = told(phone(&hub).post(&unknown, "stop=all").await);
        assert_eq!(told(phone(&hub).post(path, "stop=all").await), wanted, "{path}");
    }
    assert_eq!(phone(&hub).get(&good).await.status, StatusCode::OK);
}

/// U-4, the other half: a token gives one customer's page and nothing of another.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_holds_nothing_of_another_customer() {
    const OTHERS: &str = "2990000010438";
    let hub = hub_with_history().await;
    let other = members::Profile {
        code: "M7734".parse().unwrap(),
        first_name: "Zoraida".to_owned(),
        last_name: "Quintanilla".to_owned(),
        email: "marcador@example.org".to_owned(),
        phone: "300 555 7734".to_owned(),
        birthday: None,
        consent: members::Consent::default(),
    };
    let now = hub.app.clock.now();
    let mut tx = hub.app.db.begin().await.unwrap();
    members::upsert_members(&mut tx, &[other], now).await.unwrap();
    let card = [(OTHERS.parse().unwrap(), "M7734".parse().unwrap())];
    members::add_cards(&mut tx, &card, now).await.unwrap();
    tx.commit().await.unwrap();
    let mut till = hub.enrol("norte", 9).await;
    till.open().await.unwrap();
    let sale = Ticket { store: "norte", date: "2026-03-01", ..Ticket::sold(9, Some(OTHERS), 77_340) }.sale();
    let event = till.sale(&sale);
    till.push(&[event]).await.unwrap();
    let browser = Browser::log_in(&hub, "servicio").await;
    let (own, theirs) = (desk_of(&browser, CARD).await, desk_of(&browser, OTHERS).await);
    let (own, theirs) = (make(&browser, &own).await, make(&browser, &theirs).await);
    let markers = ["Zoraida", "Quintanilla", "marcador", "7734", OTHERS, "norte", "773,40"];
    let page = phone(&hub).get(&own).await.text;
    for marker in markers {
        assert!(!page.contains(marker), "{marker} is on {page}");
    }
    // The markers would be seen if they were there: contacts stand on neither.
    let page = phone(&hub).get(&theirs).await.text;
    for (marker, seen) in markers.into_iter().zip([true, false, false, false, true, true, true]) {
        assert_eq!(page.contains(marker), seen, "{marker}: {page}");
    }
    assert!(!page.contains("Ana R.") && !page.contains(CARD), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_told_what_a_secret_page_needs() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let desk = desk_of(&browser, CARD).await;
    let link = make(&browser, &desk).await;
    let opened = phone(&hub).get(&link).await;
    for (name, wanted) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
        ("x-content-type-options", "nosniff"),
        ("set-cookie", ""),
    ] {
        assert_eq!(opened.header(name), wanted, "{name}");
    }
    assert!(opened.header("content-security-policy").contains("default-src 'none'"));
    // Nothing of another host: every address in it is one of ours.
    for part in opened.text.split(['"', '\'']).filter(|part| part.contains("//")) {
        assert_eq!(part, "http://www.w3.org/2000/svg", "the name of a format, which nobody asks for");
    }
    // A signed-in reader in the same browser changes nothing: the address alone counts.
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    let worker = phone(&hub).get("/c/worker.js").await;
    assert_eq!(
        (worker.status, worker.header("content-type")),
        (StatusCode::OK, "text/javascript; charset=utf-8")
    );
    let english = phone(&hub).get(&format!("{link}?lang=en")).await;
    assert_eq!((english.status, english.header("location")), (StatusCode::SEE_OTHER, link.as_str()));
    let cookie = english.header("set-cookie").split(';').next().unwrap().to_owned();
    let english = Browser { hub: &hub, cookie }.get(&link).await.text;
    assert!(english.contains("<html lang=\"en\"") && english.contains("Hello, Ana R."), "{english}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_in_vain_too_often_waits_and_keeps_nobody_from_their_page() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let desk = desk_of(&browser, CARD).await;
    let link = make(&browser, &desk).await;
    for n in 0..30 {
        assert_eq!(phone(&hub).get(&format!("/c/{n}")).await.status, StatusCode::NOT_FOUND, "{n}");
    }
    let often = phone(&hub).get("/c/30").await;
    assert_eq!((often.status, often.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert_eq!(phone(&hub).post("/c/31", "stop=all").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(phone(&hub).get(&link).await.status, StatusCode::OK);
    assert_eq!(phone(&hub).post(&link, "stop=all").await.status, StatusCode::SEE_OTHER);
    hub.app.clock.advance(Duration::minutes(10));
    assert_eq!(phone(&hub).get("/c/32").await.status, StatusCode::NOT_FOUND);
}

async fn counted(hub: &TestHub) -> (usize, usize) {
    let weekly = Segment::Rhythm { mean_at_least: None, mean_at_most: Some(7), overdue_at_least: None };
    let mut tx = hub.app.db.read().await.unwrap();
    let count = marketing::count(&mut tx, &weekly, hub.app.clock.now()).await.unwrap();
    (count.matching, count.reachable)
}

/// U-2: leave that is taken back is out of the next count; and what was answered is kept with its words.
#[tokio::test(flavor = "multi_thread")]
async fn leave_is_given_and_taken_back_on_the_page() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let desk = desk_of(&browser, CARD).await;
    let link = make(&browser, &desk).await;
    assert_eq!(counted(&hub).await, (1, 0));
    for (sent, word, reachable, checked) in [
        ("marketing=yes", "yes", 1, "true"),
        ("marketing=yes", "yes", 1, "true"),
        ("marketing=no", "no", 0, "false"),
        ("marketing=yes", "yes", 1, "true"),
        ("stop=all", "no", 0, "false"),
        ("stop=all", "no", 0, "false"),
    ] {
        hub.app.clock.advance(Duration::seconds(1));
        let answer = phone(&hub).post(&link, sent).await;
        assert_eq!(answer.header("location"), format!("{link}?said={word}"), "{sent}");
        assert_eq!(counted(&hub).await, (1, reachable), "{sent}");
        let page = phone(&hub).get(answer.header("location")).await.text;
        assert!(page.contains(&format!("aria-checked=\"{checked}\"")) && page.contains("Listo"), "{page}");
    }
    assert_eq!(phone(&hub).post(&link, "other=1").await.header("location"), link);
    let mut tx = hub.app.db.read().await.unwrap();
    let id = members::by_code(&mut tx, &"M1".parse().unwrap()).await.unwrap().unwrap().id;
    let kept = members::consents(&mut tx, id).await.unwrap();
    assert_eq!(kept.iter().map(|row| row.given).collect::<Vec<_>>(), [true, false, true, false]);
    for row in &kept {
        assert_eq!((row.purpose.as_str(), row.source.as_str()), ("marketing", "card page"));
        assert!(row.words.starts_with("Ofertas de") && row.text_version.starts_with("es-"), "{row:?}");
    }
    let said: Vec<String> =
        audited(&hub).await.into_iter().filter(|row| row.0 == "customer").map(|row| row.1).collect();
    assert_eq!(said, ["consent.withdrawn", "consent.given", "consent.withdrawn", "consent.given"]);
}

/// Three numbers of one person: each link shows whoever stays, and what they take back holds for all three.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_a_merged_number_opens_whoever_stays() {
    const OTHER: &str = "2990000010438";
    let hub = hub_with_history().await;
    hub.member("M2", OTHER).await;
    let browser = Browser::log_in(&hub, "servicio").await;
    let (one, other) = (desk_of(&browser, CARD).await, desk_of(&browser, OTHER).await);
    let (first, second) = (make(&browser, &one).await, make(&browser, &other).await);
    hub.app.clock.advance(Duration::seconds(1));
    phone(&hub).post(&second, "marketing=yes").await;
    let mut tx = hub.app.db.read().await.unwrap();
    let id = async |tx: &mut crate::db::Tx, code: &str| {
        members::by_code(tx, &code.parse().unwrap()).await.unwrap().unwrap().id
    };
    let (survivor, loser) = (id(&mut tx, "M1").await, id(&mut tx, "M2").await);
    drop(tx);
    let merge = Merge { survivor, loser, reason: "same".to_owned(), by: "desk".to_owned() };
    hub.app.clock.advance(Duration::seconds(1));
    assert!(matches!(merge_one(&hub.app, &merge).await.unwrap(), Merged::Done(_)));
    for link in [&first, &second] {
        let page = phone(&hub).get(link).await.text;
        assert!(page.contains("200 puntos") && page.contains("aria-checked=\"false\""), "{page}");
    }
    let listed = browser.get(&one).await.text;
    assert!(
        listed.contains("M1: hecho por servicio") && listed.contains("M2: hecho por servicio"),
        "{listed}"
    );
    hub.app.clock.advance(Duration::seconds(1));
    phone(&hub).post(&second, "marketing=yes").await;
    assert_eq!(counted(&hub).await, (1, 1), "given anew after the merge it holds");
    hub.app.clock.advance(Duration::seconds(1));
    phone(&hub).post(&first, "stop=all").await;
    // Parted again, each link shows its own number, and neither may be written to.
    let mut tx = hub.app.db.read().await.unwrap();
    let row = of_members(&mut tx, &[survivor]).await.unwrap().remove(0).id;
    drop(tx);
    hub.app.clock.advance(Duration::seconds(1));
    unmerge_one(&hub.app, row, ("two people", "desk")).await.unwrap();
    let [one_page, other_page] = [phone(&hub).get(&first).await.text, phone(&hub).get(&second).await.text];
    assert!(one_page.contains("200 puntos") && other_page.contains(OTHER), "{other_page}");
    for page in [one_page, other_page] {
        assert!(page.contains("aria-checked=\"false\""), "{page}");
    }
    // One person again: another link ends both.
    assert!(matches!(merge_one(&hub.app, &merge).await.unwrap(), Merged::Done(_)));
    let third = make(&browser, &one).await;
    for (link, wanted) in [(&first, 404), (&second, 404), (&third, 200)] {
        assert_eq!(phone(&hub).get(link).await.status, wanted, "{link}");
    }
}

/// 200 points: a rank with the way to the next, gifts that they reach, and the offer that the till would make.
#[tokio::test(flavor = "multi_thread")]
async fn tiers_gifts_and_the_offer_are_those_of_the_till() {
    let hub = hub_with_history().await;
    let level = |name: &str, points: i64| Tier { name: name.to_owned(), from: domain::money::Points(points) };
    let levels = vec![level("Base", 0), level("Plata", 10_000), level("Oro", 50_000)];
    let gift = |sku: &str, points| Gift::new(sku.parse().unwrap(), domain::money::Points(points));
    let rules = Programme {
        version: 2,
        tiers: Some(Tiers { window_days: 90, review: Review::OneDown, levels }),
        gifts: vec![gift("taza", 15_000), gift("silla", 90_000)],
        ..Programme::starter(chrono::NaiveDate::default())
    };
    let now = hub.app.clock.now();
    let mut tx = hub.app.db.begin().await.unwrap();
    ledger::add_programme(&mut tx, &rules, now).await.unwrap();
    let product = |sku: &str| crate::catalogue::Product {
        sku: sku.parse().unwrap(),
        name: format!("Una {sku}"),
        line: String::new(),
        category: String::new(),
        price: domain::money::Money(100),
        cost: None,
        tax_rate: 0,
        supplier: String::new(),
        active: true,
        sold: crate::catalogue::Sold::default(),
        barcodes: vec![],
    };
    crate::catalogue::upsert_products(&mut tx, &[product("taza"), product("silla")]).await.unwrap();
    let draft = marketing::Draft {
        name: "Vuelva".to_owned(),
        segment: Segment::Rhythm { mean_at_least: None, mean_at_most: Some(7), overdue_at_least: None },
        offer_text: "Hoy el pan vale la mitad".to_owned(),
        sku: None,
        percent_off: 0,
        valid_from: "2026-03-01".parse().unwrap(),
        valid_until: "2026-03-31".parse().unwrap(),
    };
    marketing::create(&mut tx, draft, now, [1; 10]).await.unwrap();
    tx.commit().await.unwrap();
    let browser = Browser::log_in(&hub, "servicio").await;
    let desk = desk_of(&browser, CARD).await;
    let link = make(&browser, &desk).await;
    let renewed = async || {
        let mut renewal = marketing::jobs::Renewal::default();
        while renewal.tick(&hub.app.db, hub.app.clock.now(), 9).await.unwrap() > 0 {}
    };
    renewed().await;
    let page = phone(&hub).get(&link).await.text;
    for said in ["Nivel Plata", "300 puntos para Oro", "value=\"25\"", "Una taza", "150 puntos"] {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert!(!page.contains("Una silla") && !page.contains("el pan vale la mitad"), "{page}");
    hub.app.clock.advance(Duration::seconds(1));
    phone(&hub).post(&link, "marketing=yes").await;
    assert!(!phone(&hub).get(&link).await.text.contains("el pan vale la mitad"), "the tills do not know yet");
    renewed().await;
    let page = phone(&hub).get(&link).await.text;
    assert!(page.contains("el pan vale la mitad") && page.contains("Hasta el 31/03/2026"), "{page}");
    hub.app.clock.advance(Duration::seconds(1));
    phone(&hub).post(&link, "stop=all").await;
    assert!(!phone(&hub).get(&link).await.text.contains("el pan vale la mitad"), "at once");
}
