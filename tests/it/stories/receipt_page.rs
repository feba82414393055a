//! A receipt as a page: the paper's second code leads to it, also when the till sends the sale later.

use pos_agent::receipt::code::encode;

use super::{on_both, receipt_on};
use crate::world::databases::Kind;
use crate::world::files::{self, ANA};
use crate::world::hub::{Hub, path_text};
use crate::world::printer::Printer;
use crate::world::proxy::Proxy;
use crate::world::till::Till;

on_both!(a_phone_opens_the_receipt_that_the_paper_points_to);

const MILK: &str = "2000000000176";
const CASH: [(&str, &str); 2] = [("tendered", "exact"), ("kind", "cash")];

/// Status and text, in a language.
async fn opened(hub: &Hub, path: &str, language: &str) -> (u16, String) {
    let asked = reqwest::Client::new().get(hub.page(path)).header("accept-language", language);
    let answer = asked.send().await.expect("the hub answers");
    for (name, wanted) in [("x-robots-tag", "noindex, nofollow"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.headers()[name], wanted, "{path}");
    }
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// The path of the page that a printed job has as a QR code.
fn page_on(paper: &str) -> String {
    let after =
        paper.split("https://hub.example/r/").nth(1).unwrap_or_else(|| panic!("no page on {paper:?}"));
    format!("/r/{}", after.get(..32).expect("a key"))
}

async fn a_phone_opens_the_receipt_that_the_paper_points_to(kind: Kind) {
    let hub = Hub::with(kind, &["--public-url", "https://hub.example/"]).await;
    hub.import_chain();
    let line = Proxy::before(hub.listen).await;
    let mut till = Till::enrolled_at(&hub, &format!("http://{}", line.address), &[("001", "1")]);
    let printer = Printer::unplugged();
    printer.plug_in();
    let text = format!("[[printers]]\nid = \"front\"\nconnection = \"tcp:{}\"\n", printer.address);
    let config = path_text(&files::write(till.folder.path(), "settings.toml", &text)).to_owned();
    till.run(&["--config", &config]);
    till.knows_the_catalogue().await;
    till.has_sent_everything().await;

    // The till has no line: screen, display and paper have the code all the same, and its page is still on its way.
    line.cut(true);
    till.enter(1, ANA).await;
    till.enter(1, &format!("2*{MILK}")).await;
    let done = till.pay(1).await;
    let sale = receipt_on(&done);
    assert!(done.contains("Este recibo en su teléfono"), "{done}");
    assert!(till.get("/display/1").await.contains("Este recibo en su teléfono"));
    let paper = printer.has_printed(1).await.remove(0);
    let page = page_on(&paper);
    let nothing = opened(&hub, "/r/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "es").await;
    assert!(nothing.0 == 404 && nothing.1.contains("puede estar en camino"), "{}", nothing.1);
    for path in [page.as_str(), "/r/x", "/r/a/b"] {
        assert_eq!(opened(&hub, path, "es").await, nothing, "{path}");
    }

    line.cut(false);
    hub.holds(1).await;
    let (status, shown) = opened(&hub, &page, "es").await;
    assert_eq!(status, 200, "{shown}");
    for said in ["Leche entera 1 L", "8.400", "••••0019", "Efectivo", &encode(sale), "<svg class=\"qr\""]
    {
        assert!(shown.contains(said), "{said} is not on {shown}");
    }
    for hidden in [ANA, "Ana", "DEVUELTO"] {
        assert!(!shown.contains(hidden), "{hidden} is on {shown}");
    }
    let (_, english) = opened(&hub, &page.to_uppercase().replace("/R/", "/r/"), "en").await;
    assert!(english.contains("Cash") && english.contains("lang=\"en\""), "{english}");
    // What the hub looks it up by is no key; a copy of the receipt has the same page.
    assert_eq!(hub.count("select count(*) from receipt_page where length(digest) = 64").await, 1);
    till.submit_on(&format!("/till/1/receipt/{sale}"), "/print", &[]).await;
    assert_eq!(page_on(&printer.has_printed(2).await[1]), page);

    // What comes back is said on it.
    for (sold, wanted) in [(2, "DEVUELTO EN PARTE"), (3, ">DEVUELTO<")] {
        till.submit_on(&format!("/till/1/refund/{sale}"), "/return", &[("quantity", "1")]).await;
        till.submit_on("/till/1/pay", "/pay", &CASH).await;
        hub.holds(sold).await;
        let (_, shown) = opened(&hub, &page, "es").await;
        assert!(shown.contains(wanted) && shown.contains("Se devolvió: Leche entera 1 L"), "{shown}");
    }
    assert_eq!(hub.count("select count(*) from receipt_page").await, 3, "each has its own");
}
