//! A reader that is not set as the chain wants it is seen at the hub.

use std::process::Command;

use super::on_both;
use crate::world::databases::Kind;
use crate::world::hub::{Hub, path_text};
use crate::world::process::{Process, Said, program};
use crate::world::till::Till;

on_both!(what_the_round_over_the_readers_finds_is_seen_at_the_hub);

async fn what_the_round_over_the_readers_finds_is_seen_at_the_hub(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let mut till = Till::enrolled(&hub, &[("001", "1"), ("001", "2")]);
    hub.stop();
    let desk = tempfile::tempdir().unwrap();
    let link = desk.path().join("scanner");
    let mut simulated = Command::new(program("firmware-config"));
    simulated.args(["simulate", "zebra-ssi-raw", "--link", path_text(&link)]);
    let mut scanner = Process::start("firmware-config", &mut simulated);
    scanner.wait_for_line(|line| line.contains("serving").then_some(()));

    let gone = desk.path().join("gone");
    let config = hub.write(
        "till.toml",
        &format!(
            "[[device]]\npath = '{}'\nprofile = 'zebra-ssi-raw'\n
             [[device]]\npath = '{}'\nprofile = 'gm65'\ntill = 2\n",
            link.display(),
            gone.display()
        ),
    );
    let wanted = hub.write("chain.toml", "[only.zebra-ssi-raw]\ncode_id = 'aim'\n");
    let verify = |folder: &str| {
        let words =
            ["verify", "--all", path_text(&config), "--settings", path_text(&wanted), "--data", folder];
        Said::of(Command::new(program("firmware-config")).args(words))
    };
    let said = verify(path_text(&gone)).exits(6);
    assert!(said.stderr.contains("the hub is not told"), "{}", said.stderr);
    let said = verify(path_text(till.folder.path())).exits(6);
    assert!(said.stderr.contains("tells pos-agent"), "{}", said.stderr);

    // It waits like a sale until the hub is there.
    till.run(&[]);
    hub.serve();
    hub.counts("select count(*) from till_readers", 2).await;
    let differs = "select count(*) from till_readers where report like '%\"standing\":\"differs\"%'";
    assert_eq!(hub.count(differs).await, 1);
    let closed = "select count(*) from till_readers where report like '%\"standing\":\"not_open\"%'";
    assert_eq!(hub.count(closed).await, 1);

    // Set right, and looked at once more; told once, over a restart.
    let apply = ["apply", "--profile", "zebra-ssi-raw", "--port", path_text(&link), "--settings"];
    let write = [&apply[..], &[path_text(&wanted), "--write", "--yes"]].concat();
    Said::of(Command::new(program("firmware-config")).args(write)).exits(0);
    till.stop();
    verify(path_text(till.folder.path())).exits(6);
    let events = "select count(*) from event where kind = 'readers_checked'";
    for _ in 0..2 {
        till.run(&[]);
        hub.counts(events, 4).await;
        assert_eq!(hub.count(differs).await, 0);
        till.has_sent_everything().await;
        till.stop();
    }
    assert_eq!(hub.count(events).await, 4, "two rounds of two tills");
}
