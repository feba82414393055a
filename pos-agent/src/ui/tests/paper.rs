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
    assert!(!till.get("/till/1").await.contains("id=\"printer\""), "not asked yet");
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let printing = tokio::spawn({
        let agent = till.agent.clone();
        async move { crate::printer::run(agent, crate::printer::Pace::default(), stopped).await }
    });
    let mut page = String::new();
    for _ in 0..200 {
        page = till.get("/till/1").await;
        if page.contains("id=\"printer\"") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    stop.send_replace(true);
    printing.await.unwrap();
    assert!(page.contains("Impresora front: no se encuentra"), "{page}");
    sold(&till).await;
}
