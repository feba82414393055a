//! What an operator's programs see of a till.

use std::time::Instant;

use crate::world::databases::Kind;
use crate::world::files;
use crate::world::files::ANA;
use crate::world::hub::{Hub, path_text};
use crate::world::printer::Printer;
use crate::world::process::PATIENCE;
use crate::world::till::Till;

const MILK: &str = "2000000000176";
const INTERNAL: [&str; 2] = ["--internal", "127.0.0.1:0"];

#[tokio::test(flavor = "multi_thread")]
async fn a_till_shows_what_it_has_sends_and_hears() {
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    let printer = Printer::unplugged();
    let text = format!(
        "[[printers]]\nid = \"front\"\nconnection = \"tcp:{}\"\n[[device]]\nrole = \"scanner\"\npath = \"/dev/none\"\n",
        printer.address
    );
    let config = files::write(till.folder.path(), "settings.toml", &text);
    let words = [&INTERNAL[..], &["--config", path_text(&config)]].concat();
    till.run(&words);
    till.knows_the_catalogue().await;
    till.has_sent_everything().await;
    let unsent = "yapa_agent_events_unsent{store=\"001\",till=\"1\"}";
    let read = till.metrics().await;
    assert_eq!((read[unsent], read["yapa_agent_oldest_unsent_seconds"]), (0, 0));
    assert_eq!(read["yapa_agent_hub_state{state=\"online\"}"], 1);
    assert!(read["yapa_agent_hub_heard_seconds"] < 3_600);

    hub.stop();
    till.enter(1, ANA).await;
    till.sell(1, MILK).await;
    // The till hears at its next try that hub and printer are away.
    let begun = Instant::now();
    let missing = "yapa_agent_printer_state{printer=\"front\",state=\"missing\"}";
    loop {
        let read = till.metrics().await;
        if read["yapa_agent_hub_state{state=\"offline\"}"] == 1 && read[missing] == 1 {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "never away: {read:?}");
    }
    let read = till.metrics().await;
    assert!(read[unsent] > 0, "{read:?}");
    for (name, wanted) in [
        ("yapa_agent_file_up", 1),
        ("yapa_agent_sales", 1),
        ("yapa_agent_hub_state{state=\"online\"}", 0),
        ("yapa_agent_device_connected{device=\"/dev/none\"}", 0),
        ("yapa_agent_printer_state{printer=\"front\",state=\"ok\"}", 0),
        ("yapa_agent_print_waiting{printer=\"front\"}", 1),
    ] {
        assert_eq!(read.get(name), Some(&wanted), "{name}");
    }
    let (free, all) = (read["yapa_agent_disk_free_bytes"], read["yapa_agent_disk_bytes"]);
    assert!(0 < free && free <= all, "{free} of {all}");
    assert!(!read.keys().any(|name| name.contains(ANA)), "it names nobody");

    hub.serve();
    till.has_sent_everything().await;
    assert_eq!(till.metrics().await[unsent], 0);

    let public = reqwest::get(format!("http://{}/metrics", till.listen)).await.expect("it answers");
    assert_eq!(public.status(), 404, "metrics are for the operator alone");
    till.stop();
    let said = till.cli_for_seconds(20, &["run", "--listen", "127.0.0.1:0", "--internal", "0.0.0.0:0"]);
    said.exits(4);
}
