//! Paper and labels, with real programs and a printer that comes and goes.

use serde_json::json;

use super::receipt_on;
use crate::world::databases::Kind;
use crate::world::files;
use crate::world::hub::{Hub, path_text};
use crate::world::printer::Printer;
use crate::world::till::Till;

fn settings(till: &Till, printer: &Printer) -> String {
    let text = format!(
        "[[printers]]\nid = \"front\"\nconnection = \"tcp:{at}\"\n\n\
         [receipt]\ntax_id = \"NIT 900.123.456-7\"\npolicy = \"Cambios en 30 días\"\n\n\
         [labels]\nconnection = \"tcp:{at}\"\n",
        at = printer.address
    );
    path_text(&files::write(till.folder.path(), "settings.toml", &text)).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_waits_for_its_printer_over_a_power_cut() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    let printer = Printer::unplugged();
    let config = settings(&till, &printer);
    till.run(&["--config", &config]);
    till.knows_the_catalogue().await;
    till.shows("Impresora front no se encuentra").await;
    let done = till.sell(1, "2000000000176").await;
    assert!(done.contains("Venta cobrada"), "{done}");
    let status = till.status();
    assert_eq!(status["printers"][0]["state"], "missing", "{status}");
    assert_eq!(status["printers"][0]["waiting"], 1, "{status}");
    till.kill9();

    printer.plug_in();
    till.run(&["--config", &config]);
    let jobs = printer.has_printed(1).await;
    let wanted = ["Leche entera 1 L", "NIT 900.123.456-7", "Cambios en 30 d\u{ed}as", "YR"];
    assert!(wanted.iter().all(|wanted| jobs[0].contains(wanted)), "{}", jobs[0]);
    assert!(!jobs[0].contains("COPIA"), "nothing of it had left before the power cut");

    // A copy from the receipt page; then nothing waits, and nothing comes twice.
    let screen = till.screen().await;
    let sale = receipt_on(&screen);
    till.submit_on(&format!("/till/1/receipt/{sale}"), "/print", &[]).await;
    let jobs = printer.has_printed(2).await;
    assert!(jobs[1].contains("COPIA"), "{}", jobs[1]);
    till.stop();
    till.run(&["--config", &config]);
    till.shows("Última venta").await;
    assert_eq!(till.status()["printers"][0]["waiting"], 0);
    assert_eq!(printer.jobs().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn print_test_says_what_the_printer_says() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let till = Till::enrolled(&hub, &[("001", "1")]);
    let printer = Printer::unplugged();
    let config = settings(&till, &printer);
    till.cli(&["print-test"]).exits(3);
    till.cli(&["print-test", "--config", &config, "--printer", "back"]).exits(3);
    till.cli(&["print-test", "--config", &config]).exits(7);
    printer.plug_in();
    let said = till.cli(&["print-test", "--config", &config, "--json"]).exits(0).json();
    assert_eq!(said[0]["state"], "ok");
    assert_eq!((&said[0]["answered"], &said[0]["paper_out"]), (&json!(true), &json!(false)));
    let strip = printer.has_printed(1).await.remove(0);
    assert!(strip.contains("\u{f1} \u{d1} \u{e1} \u{e9} \u{ed} \u{f3} \u{fa} \u{fc} \u{bf} \u{a1} \u{80}"));
    assert!(strip.contains(&"1234567890".repeat(4)) && strip.ends_with("\u{1d}V\u{1}"));
    let wrong = files::write(till.folder.path(), "wrong.toml", "[[printers]]\nconnection = \"usb\"\n");
    till.cli(&["config", "check", "--config", path_text(&wrong)]).exits(4);
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_made_beside_a_running_till() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let said = till.cli(&["label", "shelf", "100", "2000000000312"]).exits(0);
    assert_eq!(said.stdout.matches("^XA").count(), 2);
    for wanted in
        ["^FDLeche entera 1 L^FS", "^FD$ 4.200^FS", "^BEN,58,N,N^FD200000000017^FS", "^FDCafé 500 g^FS"]
    {
        assert!(said.stdout.contains(wanted), "{wanted}: {}", said.stdout);
    }
    let out = till.folder.path().join("cards.zpl");
    till.cli(&["label", "card", files::ANA, "--out", path_text(&out)]).exits(0);
    let zpl = std::fs::read_to_string(&out).unwrap();
    assert!(zpl.contains(&format!("^FDMA,{}^FS", files::ANA)) && zpl.ends_with("^XZ\n"), "{zpl}");
    till.cli(&["label", "shelf", "no-such"]).exits(3);
    till.cli(&["label", "shelf", "100", "--printer"]).exits(4);
    // The number of a payment card is no loyalty card.
    till.cli(&["label", "card", "4111111111111111"]).exits(4);

    let printer = Printer::unplugged();
    let config = settings(&till, &printer);
    till.cli(&["label", "shelf", "100", "--printer", "--config", &config]).exits(7);
    printer.plug_in();
    till.cli(&["label", "shelf", "100", "--printer", "--config", &config]).exits(0);
    assert!(printer.has_printed(1).await[0].starts_with("^XA^CI28"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_is_printed_from_the_price_check_once_or_said_not_to_be() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    let printer = Printer::unplugged();
    let config = path_text(&files::write(
        till.folder.path(),
        "settings.toml",
        &format!("[labels]\nconnection = \"tcp:{}\"\n", printer.address),
    ))
    .to_owned();
    let doctor = ["doctor", "--json", "--config", &config];
    assert!(till.cli(&doctor).stdout.contains("label_printer_away"));
    till.run(&["--config", &config]);
    till.knows_the_catalogue().await;
    let found = till.submit_on("/till/1/price", "/price", &[("text", "100")]).await;
    assert!(found.contains("Imprimir etiqueta"), "{found}");
    let away = till.submit_on("/till/1/price", "/price/label", &[("sku", "100")]).await;
    assert!(away.contains("La etiqueta «Leche entera 1 L» no se imprimió"), "{away}");
    let health = till.get("/till/1/status").await;
    assert!(health.contains("La última etiqueta no salió completa"), "{health}");

    printer.plug_in();
    // The price that was asked for went when another page was looked at.
    till.submit_on("/till/1/price", "/price", &[("text", "100")]).await;
    let found = till.submit_on("/till/1/price", "/price/label", &[("sku", "100")]).await;
    assert!(found.contains("Etiqueta «Leche entera 1 L» impresa"), "{found}");
    let jobs = printer.has_printed(1).await;
    assert!(jobs[0].starts_with("^XA^CI28") && jobs[0].contains("^FDLeche entera 1 L^FS"), "{}", jobs[0]);
    let health = till.submit_on("/till/1/status", "/labels/test", &[]).await;
    assert!(health.contains("Última etiqueta impresa"), "{health}");
    let jobs = printer.has_printed(2).await;
    assert_eq!(jobs.len(), 2, "one label was asked for once");
    assert!(jobs[1].contains("Prueba de etiquetas"), "{}", jobs[1]);
    assert!(till.cli(&doctor).stdout.contains(&format!("tcp:{}", printer.address)));
}
