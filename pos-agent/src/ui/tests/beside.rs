//! The pages beside the sale, and the customer's display.

use domain::enrolment::{Purpose, is_temporary};
use domain::snapshot::{Missing, NextTier, TierRow};
use domain::sync::{Body as EventBody, Envelope, ParsedBody};

use super::*;
use crate::till::Stock;
use crate::ui::view::HubState;

const MILK: &str = "7702001000013";
const COOKIES: &str = "7702001000037";
const ANA: &str = "2990000010421";
const NEW: &str = "2990000010445";

fn device(text: &str) -> domain::scan::Scan {
    domain::scan::Scan::new(domain::scan::Origin::SerialScanner, None, text)
}

/// The hidden id that the page brought.
fn member_on(page: &str) -> String {
    let rest = page.split("name=\"member\" value=\"").nth(1).unwrap();
    rest[..rest.find('"').unwrap()].to_owned()
}

fn answers(member: &str, more: &str) -> String {
    format!(
        "member={member}&first_name=Luisa&last_name=Paz&phone=300+123+4821&email=&programme=yes&marketing=no&{more}"
    )
}

/// The enrolments in the till's outbox.
async fn enrolments(till: &Till) -> Vec<domain::enrolment::MemberEnrolled> {
    let log = till.agent.store().logs(1).await.unwrap().pop().unwrap();
    let events = till.agent.store().events(log.n, 1..=log.head.seq, crate::sync::LIMITS).await.unwrap();
    let read = |event: crate::store::log::StoredEvent| {
        let envelope = Envelope::parse(&event.bytes).unwrap();
        match EventBody::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
            ParsedBody::Known(EventBody::MemberEnrolled(member)) => {
                assert_eq!(member.event(), envelope.event);
                Some(*member)
            }
            _ => None,
        }
    };
    events.into_iter().filter_map(read).collect()
}

/// The digits that a text says. Ids and tokens have any of them by chance.
fn digits_of(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
    parts.filter(|part| part.len() < 32).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_status_says_whether_the_file_is_sound() {
    let till = Till::open().await;
    assert!(till.get("/till/1/status").await.contains("Se revisa poco después"));
    crate::soundness::look(&till.agent).await;
    let page = till.get("/till/1/status").await;
    assert!(page.contains("Sin daños") && !page.contains("pos-agent salvage"), "{page}");
    let file = |status: crate::status::Status| status.file.map(|file| file.damaged);
    assert_eq!(file(till.agent.status().await.unwrap()), Some(false));
    let at = till.agent.now();
    till.agent.set_file_checked(crate::soundness::FileChecked { at, damaged: true });
    assert_eq!(file(till.agent.status().await.unwrap()), Some(true));
    for path in ["/till/1", "/till/1/status"] {
        let page = till.get(path).await;
        assert!(page.contains("El archivo de la caja está dañado: cierre el programa"), "{page}");
    }
}

#[tokio::test]
async fn a_new_member_is_greeted_at_once_and_kept_once() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    let page = till.get("/till/1/enrol").await;
    assert!(page.contains("<h1>Alta de cliente</h1>"));
    assert!(!page.contains(" checked"), "nothing is ticked for anybody");
    // The 26th is the day after tomorrow.
    let form = answers(&member_on(&page), &format!("card={NEW}&birth_day=26&birth_month=11"));
    for _ in 0..2 {
        assert_eq!(till.sent_on("enrol", &form).await, "/till/1", "the same form again is the same member");
    }
    let page = till.get("/till/1").await;
    assert!(
        page.contains("Hola, Luisa P.") && page.contains("0 puntos") && page.contains("0 visitas"),
        "{page}"
    );
    assert!(page.contains("Tel. ••• 4821") && page.contains("Cumple años en 2 días"), "{page}");
    assert!(!digits_of(&page).contains("123 4821") && page.contains("Alta hecha: Luisa"), "{page}");
    let display = till.get("/display/1").await;
    assert!(
        !digits_of(&display).contains("4821") && !display.contains("Cumple"),
        "others read it: {display}"
    );
    let sent = enrolments(&till).await;
    assert_eq!(sent.len(), 1);
    let member = &sent[0];
    assert_eq!((member.card.as_str(), member.phone.as_str()), (NEW, "300 123 4821"));
    assert_eq!(member.birthday, Some("11-26".parse().unwrap()));
    assert_eq!((member.store.as_str(), member.till.as_str()), ("centro", "2"));
    let said: Vec<_> = member.consents.iter().map(|c| (c.purpose, c.given)).collect();
    assert_eq!(said, [(Purpose::Programme, true), (Purpose::Marketing, false)]);
    let words = &member.consents[0];
    assert!(words.text.contains("La Ceiba") && words.text_version.starts_with("es-"), "{words:?}");
    assert_ne!(words.text_version, member.consents[1].text_version);
    // The surname and the whole contact stand in the event alone.
    let row = till.agent.store().member(member.member).await.unwrap().unwrap();
    let kept = serde_json::to_string(&row).unwrap();
    assert!(!kept.contains("Paz") && !kept.contains("123 4821") && !kept.contains("1234821"), "{kept}");
    // Their next purchase finds them by the card.
    till.sent_on("pay", &format!("{}&tendered=exact", till.pay_fields().await)).await;
    till.sent_on("entry", &format!("scan={NEW}")).await;
    assert!(till.get("/till/1").await.contains("Hola, Luisa P."));
}

#[tokio::test]
async fn every_field_says_its_error_and_keeps_its_value() {
    let till = Till::open().await;
    let member = member_on(&till.get("/till/1/enrol").await);
    let (response, page) =
        till.post("enrol", &format!("member={member}&last_name=Paz&phone=12&email=nowhere&marketing=")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("<title>Error: Alta de cliente"));
    let summary = page.split("id=\"problem\"").nth(1).unwrap().split("</div>").next().unwrap();
    let links: Vec<&str> =
        summary.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(links, ["card", "first-name", "phone", "email", "programme-yes", "marketing-yes"]);
    for id in links {
        assert!(
            page.contains(&format!("id=\"{id}\"")) && page.contains(&format!("id=\"{id}-error\"")),
            "{id}"
        );
    }
    for kept in ["value=\"Paz\"", "value=\"12\"", "value=\"nowhere\"", &format!("value=\"{member}\"")] {
        assert!(page.contains(kept), "{kept}");
    }
    for (fields, wanted) in [
        (answers(&member, &format!("card={ANA}")), "Esa tarjeta ya es de alguien"),
        (answers(&member, "card=2990000010438"), "Esa tarjeta está bloqueada"),
        (answers(&member, &format!("card={MILK}")), "Eso es un producto"),
        (answers(&member, "card="), "o marque que no hay"),
        (answers(&member, &format!("card={NEW}")).replace("programme=yes", "programme=no"), "no hay tarjeta"),
        (answers(&member, &format!("card={NEW}&birth_day=30&birth_month=2")), "no es un día del año"),
        (answers(&member, &format!("card={NEW}&birth_day=&birth_month=2")), "no es un día del año"),
        (answers(&member, &format!("card={NEW}&birth_day=-1&birth_month=2")), "no es un día del año"),
        (answers(&member, "card=4111111111111111"), "Era una tarjeta de pago"),
        (
            answers(&member, &format!("card={NEW}")).replace("Luisa", "4111111111111111"),
            "Era una tarjeta de pago",
        ),
    ] {
        let (response, page) = till.post("enrol", &fields).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        assert!(page.contains(wanted), "{fields}: {page}");
        assert!(!digits_of(&page).contains("4111"), "no payment card is shown again");
    }
    assert!(till.agent.store().logs(1).await.unwrap().is_empty(), "nothing was written");
    // The card that is somebody's can go on the sale from here.
    till.sent_on("card", &format!("card={ANA}")).await;
    assert!(till.get("/till/1").await.contains("Hola, Ana M."));
}

#[tokio::test]
async fn without_a_card_the_till_makes_a_number_that_is_found_again() {
    let till = Till::open().await;
    let member = member_on(&till.get("/till/1/enrol").await);
    assert_eq!(till.sent_on("enrol", &answers(&member, "card=&temporary=yes")).await, "/till/1/card-code");
    let page = till.get("/till/1/card-code").await;
    assert!(page.contains("class=\"qr\"") && page.contains("YT "), "{page}");
    let number = enrolments(&till).await[0].card.to_string();
    assert!(is_temporary(&number), "{number}");
    till.sent_on("card/remove", "").await;
    assert_eq!(till.sent_on_by_get("/till/1/card-code").await, "/till/1");
    for typed in [number.clone(), number.to_lowercase()] {
        till.sent_on("entry", &format!("text={typed}")).await;
        assert!(till.get("/till/1").await.contains("Hola, Luisa P."), "{typed}");
        till.sent_on("card/remove", "").await;
    }
    // Another till's, which this one has never heard of: the sale carries it.
    till.sent_on("entry", "scan=YT0123456789ABCDEF").await;
    let view = till.agent.till(1).await.unwrap();
    assert!(view.unknown.is_empty() && view.card.unwrap().member.is_none());
}

#[tokio::test]
async fn a_device_reads_for_the_page_that_is_open() {
    let till = Till::open().await;
    till.get("/till/1/enrol").await;
    till.agent.device_scan(1, device(NEW)).await.unwrap();
    let fragment = till.ui_fragment("enrol").await;
    assert!(
        fragment.contains("id=\"card-field\"") && fragment.contains(&format!("value=\"{NEW}\"")),
        "{fragment}"
    );
    till.agent.device_scan(1, device(MILK)).await.unwrap();
    assert!(till.ui_fragment("enrol").await.contains("Eso es un producto"));
    assert!(till.agent.till(1).await.unwrap().lines.is_empty(), "nothing was sold");
    // Back on the sale, reads are sold again.
    till.get("/till/1").await;
    till.ui_fragment("enrol").await;
    till.agent.device_scan(1, device(MILK)).await.unwrap();
    assert_eq!(till.agent.till(1).await.unwrap().lines.len(), 1, "a page that is left asks for nothing");
}

#[tokio::test]
async fn a_price_check_sells_nothing_and_knows_the_offer() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={ANA}")).await;
    let page = till.get("/till/1/price").await;
    assert!(page.contains("se consulta aquí y no se vende"));
    till.agent.device_scan(1, device(COOKIES)).await.unwrap();
    let part = till.ui_fragment("price").await;
    for wanted in ["Galletas", "$\u{a0}3.000", "$\u{a0}1.500", "mitad de precio", "no se sabe"] {
        assert!(part.contains(wanted), "{wanted}: {part}");
    }
    assert!(part.contains("El lector escanea otra vez para la venta"));
    for (fields, wanted) in [
        (format!("scan={MILK}"), "$\u{a0}4.200"),
        ("text=pan".to_owned(), "$\u{a0}6.500"),
        ("text=7702001999993".to_owned(), "No hay precio para"),
        (format!("scan={ANA}"), "Eso no es un producto"),
        ("scan=4111111111111111".to_owned(), "Eso no es un producto"),
    ] {
        assert_eq!(till.sent_on("price", &fields).await, "/till/1/price");
        let page = till.get("/till/1/price").await;
        assert!(page.contains(wanted) && !digits_of(&page).contains("4111"), "{fields}: {page}");
    }
    assert!(till.agent.till(1).await.unwrap().lines.is_empty(), "nothing was sold");
    // Asked once by a device; the next read is sold.
    till.agent.device_scan(1, device(COOKIES)).await.unwrap();
    till.agent.device_scan(1, device(MILK)).await.unwrap();
    assert_eq!(till.agent.till(1).await.unwrap().lines.len(), 1);
}

#[tokio::test]
async fn a_price_check_says_what_is_on_the_shelf() {
    let till = Till::open().await;
    let desk = till.agent.desk(1).unwrap();
    let level = |store: &str, name: &str, on_hand| domain::sync::StockLevel {
        store: store.parse().unwrap(),
        name: name.to_owned(),
        on_hand: domain::Quantity(on_hand),
    };
    till.agent.set_link(HubState::Online);
    till.sent_on("price", &format!("scan={COOKIES}")).await;
    let sku = desk.asks_stock_of().unwrap();
    // The answer to an earlier question says nothing of this product.
    desk.tell_stock(&"leche".parse().unwrap(), Stock::Known(vec![level("centro", "Centro", 7_000)]));
    assert!(till.get("/till/1/price").await.contains("Preguntando…"));
    desk.tell_stock(
        &sku,
        Stock::Known(vec![level("centro", "Centro", -1_000), level("norte", "Norte", 12_500)]),
    );
    let page = till.get("/till/1/price").await;
    for wanted in ["Aquí:", "warn\">-1<", "Norte", ">12,5<"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    till.sent_on("price", &format!("scan={MILK}")).await;
    desk.tell_stock(&desk.asks_stock_of().unwrap(), Stock::NotKept);
    assert!(till.get("/till/1/price").await.contains("Nadie lleva la cuenta"));
    till.agent.set_link(HubState::Offline);
    till.sent_on("price", &format!("scan={COOKIES}")).await;
    assert!(till.get("/till/1/price").await.contains("no se sabe") && desk.asks_stock_of().is_none());
}

#[tokio::test]
async fn queue_and_devices_say_what_waits() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    till.sent_on("pay", &format!("{}&tendered=exact", till.pay_fields().await)).await;
    let member = member_on(&till.get("/till/1/enrol").await);
    till.sent_on("enrol", &answers(&member, &format!("card={NEW}"))).await;
    let profile =
        view::ProfileView { id: "zebra-ssi-raw".to_owned(), verified: firmware_config::Verified::Manual };
    let missing = view::DeviceState::Missing;
    till.agent.set_device("/dev/ttyACM0", 1, crate::settings::Role::Scanner, &profile, missing);
    let aside = crate::app::KeptAside { till: 1, code: "card_taken".to_owned(), at: now() };
    till.agent.note_kept_aside(aside);
    let page = till.get("/till/1/status").await;
    for wanted in [
        "1 venta por enviar",
        "$\u{a0}4.200",
        "registros más",
        "4 productos",
        "3 tarjetas",
        "/dev/ttyACM0 · zebra-ssi-raw (perfil según el manual)",
        "Desconectado",
        "sin respuesta desde que se inició el programa",
        "name=\"path\" value=\"/dev/ttyACM0\"",
        "card_taken",
        "data-test-tone=\"error\"",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // What was there and is gone says until when; who asks for another attempt hears how it ended.
    let now_it_is = |state| {
        till.agent.set_device("/dev/ttyACM0", 1, crate::settings::Role::Scale, &profile, state);
    };
    now_it_is(view::DeviceState::Connected);
    assert!(!till.get("/till/1/status").await.contains("device/try"), "it is there");
    now_it_is(view::DeviceState::Missing);
    assert!(till.get("/till/1/status").await.contains("último buen estado de las 10:42"));
    assert_eq!(till.sent_on("device/try", "path=%2Fdev%2FttyACM0").await, "/till/1/status");
    assert!(till.get("/till/1/status").await.contains("ttyACM0 sigue sin responder"));
    let chip =
        "<a id=\"away\" class=\"chip warn\" href=\"/till/1/status\" title=\"Báscula desconectada: ttyACM0\">";
    assert!(till.get("/till/1").await.contains(chip));
    assert_eq!(till.sent_on("send", "").await, "/till/1/status");
    let (response, _) = till.post("preferences", "volume=0&back=status").await;
    assert_eq!(response.headers()[header::LOCATION], "/till/1/status");
    assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().starts_with("yapa_volume=0;"));
    for (cookie, wanted) in
        [("0", "data-volume=\"0\""), ("3", "data-volume=\"60\""), ("9", "data-volume=\"20\"")]
    {
        let request = Request::get("/till/1")
            .header(header::HOST, "localhost:8081")
            .header(header::COOKIE, format!("yapa_volume={cookie}"));
        let (_, html) = till.ask(request.body(Body::empty()).unwrap()).await;
        assert!(html.contains(wanted), "{cookie}");
    }
}

#[tokio::test]
async fn the_customer_reads_the_sale_and_nothing_of_others_business() {
    let till = Till::open().await;
    let idle = till.get("/display/1").await;
    assert!(idle.contains("<h1>La Ceiba</h1>") && idle.contains("Bienvenido"), "{idle}");
    assert!(
        idle.contains("Pida en caja") && !idle.contains("<svg"),
        "no address to enrol at is made up: {idle}"
    );
    till.sent_on("entry", &format!("scan={ANA}")).await;
    for code in [MILK, COOKIES] {
        till.sent_on("entry", &format!("scan={code}")).await;
    }
    till.sent_on("line/void", "line=1").await;
    let sale = till.get("/display/1").await;
    for wanted in ["Hola, Ana<", "Galletas", "$\u{a0}3.000", "52.300 puntos", "gana +"] {
        assert!(sale.contains(wanted), "{wanted}: {sale}");
    }
    for secret in ["Ana M", ANA, "0421", "Café", "mitad de precio", "Leche", "<button", "<form", "<a "] {
        assert!(!sale.contains(secret), "{secret}: {sale}");
    }
    let pay = format!("{}&tendered=5.000", till.pay_fields().await);
    till.sent_on("pay", &pay).await;
    let thanks = till.get("/display/1").await;
    for wanted in ["Gracias, Ana", "$\u{a0}2.000", "Puntos de esta compra", "52.300 puntos"] {
        assert!(thanks.contains(wanted), "{wanted}: {thanks}");
    }
    assert!(!thanks.contains("Ana M") && !digits_of(&thanks).contains("0421"), "{thanks}");
    assert!(thanks.contains(", sin esta compra"), "{thanks}");
    // The hub answers with a balance of its own, which may have the sale in it.
    let Change::Member(row) = member() else { unreachable!("it is one") };
    let newer = Change::Member(Box::new(MemberRow { as_of: now() + chrono::Duration::seconds(1), ..*row }));
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[newer], 99, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    assert!(!till.get("/display/1").await.contains(", sin esta compra"));
    let english = till.get("/display/1?lang=en&theme=dark").await;
    assert!(english.contains("<html lang=\"en\" data-theme=\"dark\">") && english.contains("Thank you, Ana"));
    assert!(english.contains("/display/1/events?lang=en&#38;theme=dark"), "{english}");
}

#[tokio::test]
async fn the_customer_reads_what_their_points_pay_and_what_is_left() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    till.sent_on("entry", &format!("scan={ANA}")).await;
    let page = till.get("/till/1").await;
    assert!(page.contains("52.300 puntos</strong> <strong>= $\u{a0}26.150</strong>"), "{page}");
    assert!(!till.get("/display/1").await.contains("Puntos canjeados"));
    let fields = till.pay_fields().await;
    till.sent_on("redeem", &format!("{fields}&points=1.000")).await;
    let shown = till.get("/display/1").await;
    assert!(shown.contains("Puntos canjeados: −1.000 puntos"), "{shown}");
    assert!(shown.contains("<span>A pagar</span> <strong>$\u{a0}3.700</strong>"), "{shown}");
    let view = till.agent.till(1).await.unwrap();
    till.agent.pay_cash(1, view.basket, view.totals.due).await.unwrap();
    let thanks = till.get("/display/1").await;
    assert!(thanks.contains("<dt>Puntos canjeados</dt><dd>−1.000 puntos</dd>"), "{thanks}");
}

#[tokio::test]
async fn the_way_to_the_next_tier_is_drawn_where_it_is_known() {
    let till = Till::open().await;
    let Change::Member(row) = member() else { unreachable!("it is one") };
    for (way, drawn) in [(Some(70), true), (None, false)] {
        let missing = Missing::Points(Points(30_000));
        let next = Some(NextTier { name: "Oro".to_owned(), missing, way });
        let tier = Some(TierRow { name: "Plata".to_owned(), next });
        let mut tx = till.agent.store().begin().await.unwrap();
        let change = Change::Member(Box::new(MemberRow { tier, ..(*row).clone() }));
        feed::apply_changes(&mut tx, &[change], 99, now()).await.unwrap();
        till.agent.store().commit(tx).await.unwrap();
        till.sent_on("entry", &format!("scan={ANA}")).await;
        let page = till.get("/till/1").await;
        assert!(page.contains("Plata · faltan 300 puntos para Oro"), "{page}");
        assert_eq!(page.contains("<progress max=\"100\" value=\"70\""), drawn, "{page}");
    }
}

#[tokio::test]
async fn what_is_discreet_has_no_name_on_the_display() {
    let till = Till::open().await;
    let Change::Product(row) = product("prueba", "7702001000990", "Prueba de embarazo", 1_500_000) else {
        unreachable!("it is one")
    };
    let hidden = Change::Product(domain::snapshot::ProductRow { discreet: true, ..row });
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[hidden], 98, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    for code in ["7702001000990", COOKIES] {
        till.sent_on("entry", &format!("scan={code}")).await;
    }
    assert!(till.get("/till/1").await.contains("Prueba de embarazo"), "the cashier sees what is rung up");
    let shown = till.get("/display/1").await;
    assert!(shown.contains("Artículo") && shown.contains("15.000") && shown.contains("Galletas"), "{shown}");
    assert!(!shown.contains("embarazo") && !shown.contains("prueba"), "{shown}");
    // It comes back as discreetly as it went.
    let done = till.sent_on("pay", &format!("{}&tendered=exact", till.pay_fields().await)).await;
    let sale = done.split("sale=").nth(1).unwrap();
    till.sent_on("return", &format!("sale={sale}&line=1&quantity=1&reason=unwanted")).await;
    assert!(till.get("/till/1").await.contains("Prueba de embarazo"));
    let shown = till.get("/display/1").await;
    assert!(shown.contains("Artículo") && !shown.contains("embarazo"), "{shown}");
}

#[tokio::test]
async fn a_temporary_card_is_shown_to_its_customer_as_a_code_without_its_number() {
    let till = Till::open().await;
    let member = member_on(&till.get("/till/1/enrol").await);
    till.sent_on("enrol", &answers(&member, "temporary=yes")).await;
    let number = enrolments(&till).await[0].card.to_string();
    let shown = till.get("/display/1").await;
    assert!(shown.contains("class=\"qr\"") && shown.contains("Hola, Luisa<"), "{shown}");
    assert!(
        !shown.contains(&number) && !shown.contains("Paz") && !digits_of(&shown).contains("4821"),
        "{shown}"
    );
}

#[tokio::test]
async fn who_has_no_card_finds_where_to_enrol_on_the_display() {
    let till = Till::open().await;
    let rules = till.agent.house();
    let enrol_url = Some("https://example.org/tarjeta".to_owned());
    till.agent.set_house(crate::app::HouseRules { enrol_url, ..(*rules).clone() });
    let shown = || async { till.get("/display/1").await };
    let has_code = |page: &str| page.contains("Alta en su teléfono") && page.contains("<svg");
    assert!(has_code(&shown().await));
    till.sent_on("entry", &format!("scan={MILK}")).await;
    assert!(has_code(&shown().await), "nobody has shown a card yet");
    till.sent_on("entry", &format!("scan={ANA}")).await;
    assert!(!has_code(&shown().await), "she has one");
}
