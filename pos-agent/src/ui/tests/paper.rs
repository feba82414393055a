//! The receipt page's ways to paper: the printer of the till, and a PDF.

use super::*;
use crate::printer::Address;
use crate::settings::{PrinterSetting, Settings};

async fn sold(till: &Till) -> String {
    till.sent_on("entry", "scan=7702001000013").await;
    let done = till.sent_on("pay", &format!("{}&tendered=exact", till.pay_fields().await)).await;
    done.split("sale=").nth(1).unwrap().to_owned()
}

fn plug_in(till: &Till) {
    let connection: Address =
        format!("file:{}", till.agent.store().folder().join("lp0").display()).parse().unwrap();
    let id = "front".to_owned();
    let setting =
        PrinterSetting { id, tills: vec![1], connection, profile: "generic-58".to_owned(), baud: None };
    let settings = Settings { printers: vec![setting], ..Settings::default() };
    till.agent.printing().set_up(&settings).unwrap();
}

#[tokio::test]
async fn a_copy_is_ordered_from_the_receipt_page() {
    let till = Till::open().await;
    plug_in(&till);
    let sale = sold(&till).await;
    assert_eq!(till.agent.store().print_jobs_waiting(1).await.unwrap(), 1, "queued with the sale");
    let path = format!("/till/1/receipt/{sale}");
    let page = till.get(&path).await;
    assert!(page.contains(&format!("action=\"{path}/print\"")) && page.contains("Imprimir copia"), "{page}");
    assert!(page.contains("Impresora front: aún sin consultar · 1 recibo por imprimir"), "{page}");

    let order = format!("receipt/{sale}/print");
    assert_eq!(till.sent_on(&order, "").await, path);
    assert!(till.get(&path).await.contains("2 recibos por imprimir"));
    assert!(till.get("/till/1").await.contains("Recibo 1 a la impresora"));
    // Locked like every order.
    let mut strange = till.form(&order, "");
    strange.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(till.ask(strange).await.0.status(), StatusCode::FORBIDDEN);
    let mut old = till.form(&order, "");
    *old.body_mut() = Body::from("token=0");
    assert_eq!(till.ask(old).await.0.status(), StatusCode::CONFLICT);
    let nobody = domain::ids::SaleId::new(1, [7; 10]);
    let (response, page) = till.post(&format!("receipt/{nobody}/print"), "").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(page.contains("no está en esta caja"), "{page}");

    let request = Request::get(&path)
        .header(header::HOST, "127.0.0.1:8081")
        .header(header::COOKIE, "yapa_lang=en")
        .body(Body::empty());
    let (_, page) = till.ask(request.unwrap()).await;
    assert!(page.contains("Print a copy") && page.contains("not asked yet · 2 receipts to print"), "{page}");
}

#[tokio::test]
async fn a_till_without_printer_offers_the_pdf() {
    let till = Till::open().await;
    let sale = sold(&till).await;
    let path = format!("/till/1/receipt/{sale}");
    let page = till.get(&path).await;
    assert!(!page.contains("/print\"") && page.contains("Esta caja no tiene impresora"), "{page}");
    let (response, page) = till.post(&format!("receipt/{sale}/print"), "").await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    assert!(page.contains("no tiene impresora de recibos"), "{page}");

    let request = Request::get(format!("{path}/pdf")).header(header::HOST, "127.0.0.1:8081");
    let response = till.pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "inline; filename=\"receipt-1.pdf\"");
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
}

#[tokio::test]
async fn the_header_says_that_the_printer_does_not_print_and_the_sale_goes_on() {
    let till = Till::open().await;
    plug_in(&till);
    assert!(!till.get("/till/1").await.contains("id=\"away\""), "not asked yet");
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let printing = tokio::spawn({
        let agent = till.agent.clone();
        async move { crate::printer::run(agent, crate::printer::Pace::default(), stopped).await }
    });
    let mut page = String::new();
    for _ in 0..200 {
        page = till.get("/till/1").await;
        if page.contains("id=\"away\"") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    stop.send_replace(true);
    printing.await.unwrap();
    assert!(page.contains("Impresora front: no se encuentra"), "{page}");
    sold(&till).await;
}

/// The value of the hidden field `id` of the form that the page has for `order`.
fn form_id(page: &str, order: &str) -> String {
    let form = page.split(&format!("action=\"/till/1/{order}\"")).nth(1).unwrap();
    form.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn jobs(till: &Till) -> i64 {
    till.agent.store().print_jobs_waiting(1).await.unwrap()
}

#[tokio::test]
async fn the_drawer_is_opened_by_who_may_and_it_is_told() {
    let till = Till::with_marta().await;
    let page = till.get("/till/1/shift").await;
    assert!(!page.contains("/drawer\""), "no printer, no drawer: {page}");
    let id = "018bcfe5-687b-7000-8000-000000000009";
    let (response, page) = till.post("drawer", &format!("id={id}&purpose=count")).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    assert!(page.contains("no tiene cajón"), "{page}");

    plug_in(&till);
    till.sent_on("shift/open", "float=50.000").await;
    let page = till.get("/till/1/shift").await;
    let change = format!("id={}&purpose=change", form_id(&page, "drawer"));
    assert_eq!(jobs(&till).await, 1, "the float goes into it");
    // To count it at the end of her own shift Marta needs nobody; for change she asks.
    assert_eq!(till.sent_on("drawer", &change).await, "/till/1/approve");
    assert_eq!(jobs(&till).await, 1);
    till.sent_on("approve", "who=jorge&pin=654321").await;
    let page = till.get("/till/1/approve").await;
    let token =
        page.split("name=\"approval\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(till.sent_on("drawer", &format!("{change}&approval={token}")).await, "/till/1/shift");
    assert_eq!(jobs(&till).await, 2);
    let counted = format!("id={id}&purpose=count");
    for _ in 0..2 {
        assert_eq!(till.sent_on("drawer", &counted).await, "/till/1/shift");
    }
    assert_eq!(jobs(&till).await, 3, "the same form again opens nothing");
    // In the middle of a ticket there is nothing to count.
    till.sent_on("entry", "scan=7702001000013").await;
    let again = "id=018bcfe5-687b-7000-8000-00000000000a&purpose=count";
    let (response, page) = till.post("drawer", again).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(jobs(&till).await, 3);
    let told = till.kinds().await;
    assert_eq!(told.iter().filter(|kind| *kind == "drawer_opened").count(), 2, "{told:?}");
    let x = till.get("/till/1/shift/x/text").await;
    assert!(
        x.contains("Cajón abierto sin venta")
            && x.contains("Cajón abierto para contar")
            && x.contains("Hasta"),
        "{x}"
    );
    let (response, _) = till.post("drawer", &format!("id={id}&purpose=fun")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_shift_s_reports_are_ordered_on_paper() {
    let till = Till::open().await;
    let close = "Cerrar e imprimir";
    till.sent_on("shift/open", "float=50.000").await;
    assert!(!till.get("/till/1/shift").await.contains(close), "without a printer it does not say so");
    assert!(!till.get("/till/1/shift/x").await.contains("/print\""));
    plug_in(&till);
    let page = till.get("/till/1/shift").await;
    assert!(page.contains(close) && page.contains("action=\"/till/1/shift/x/print\""), "{page}");
    for _ in 0..2 {
        assert_eq!(till.sent_on("shift/x/print", "").await, "/till/1/shift");
    }
    assert_eq!(jobs(&till).await, 1, "pressed twice it is one paper");
    let shift = till.agent.open_shift(1).await.unwrap().unwrap().opened.shift;
    till.sent_on("shift/close", &format!("shift={shift}&total=50.000")).await;
    assert_eq!(jobs(&till).await, 2);
    let page = till.get("/till/1/shift/z/1").await;
    assert!(page.contains("action=\"/till/1/shift/z/1/print\""), "{page}");
    assert_eq!(till.sent_on("shift/z/1/print", "").await, "/till/1/shift/z/1");
    assert_eq!(jobs(&till).await, 3);
    assert_eq!(till.post("shift/z/9/print", "").await.0.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn queue_and_devices_name_the_printer_and_try_again() {
    let till = Till::open().await;
    assert!(till.get("/till/1/status").await.contains("Esta caja no tiene impresora"));
    plug_in(&till);
    sold(&till).await;
    let page = till.get("/till/1/status").await;
    assert!(page.contains("front") && page.contains("aún sin consultar"), "{page}");
    assert!(page.contains("1 trabajo por imprimir"), "{page}");
    assert_eq!(till.sent_on("printer/try", "").await, "/till/1/status");
    assert_eq!(till.sent_on("printer/test", "").await, "/till/1/status");
    assert!(till.get("/till/1/status").await.contains("2 trabajos por imprimir"));
}

#[tokio::test]
async fn the_display_shows_the_receipt_s_code_where_no_paper_does() {
    let till = Till::open().await;
    sold(&till).await;
    let thanks = till.get("/display/1").await;
    assert!(thanks.contains("class=\"qr\"") && thanks.contains("sirve para cambios"), "{thanks}");
    plug_in(&till);
    assert!(!till.get("/display/1").await.contains("sirve para cambios"), "the paper has it");
}

#[tokio::test]
async fn with_an_address_for_customers_screen_and_display_lead_a_phone_to_the_receipt() {
    let till = Till::open().await;
    let before = sold(&till).await;
    let mut tx = till.agent.store().begin().await.unwrap();
    crate::store::tills::set_public_url(&mut tx, Some("https://hub.example")).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    let sale = sold(&till).await;
    let kept = till.agent.store().sale(sale.parse().unwrap()).await.unwrap().unwrap();
    let receipt = till.agent.receipt(kept.id).await.unwrap();
    assert_eq!(receipt.page, Some(format!("https://hub.example/r/{}", kept.page.as_ref().unwrap())));
    let leads = "Este recibo en su teléfono";
    for (path, codes) in [
        (format!("/till/1/t4?sale={sale}"), 2),
        ("/display/1".to_owned(), 2),
        (format!("/till/1/receipt/{sale}"), 2),
    ] {
        let page = till.get(&path).await;
        assert!(page.contains(leads) && page.matches("<svg class=\"qr\"").count() == codes, "{path}: {page}");
    }
    // The code by which goods come back is on the paper alone where there is some.
    plug_in(&till);
    let thanks = till.get("/display/1").await;
    assert!(thanks.contains(leads) && !thanks.contains("sirve para cambios"), "{thanks}");
    // What was closed before has no page, and shows its code as ever.
    let page = till.get(&format!("/till/1/t4?sale={before}")).await;
    assert!(!page.contains(leads) && page.contains("Código de devolución"), "{page}");
}
