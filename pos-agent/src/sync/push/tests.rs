use super::*;
use crate::sync::tests::sell;
use crate::testing::{TestHub, clock};

/// After an outage the hub is overloaded: who is told to wait does so, also when another till gets through.
#[tokio::test]
async fn a_till_keeps_the_pause_that_the_hub_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    sell(&agent, 1, &["milk"]).await;
    let mut pusher = Pusher::new(agent.clone(), hub.client(&agent), Arc::new(Semaphore::new(1)), 1).unwrap();
    hub.set(|state| state.is_portal = true);
    pusher.turn().await.unwrap();
    assert_eq!(agent.link(), HubState::Offline);
    // What ends the short pause of somebody who met nobody.
    pusher.hub_is_back();
    hub.set(|state| (state.is_portal, state.is_busy) = (false, true));
    pusher.turn().await.unwrap();
    assert!(matches!(pusher.last_error, Some(CallError::Busy { retry_after_ms: Some(60_000) })));
    assert_eq!(agent.link(), HubState::Offline, "nobody else is called");
    hub.set(|state| state.is_busy = false);
    agent.set_link(HubState::Online);
    pusher.hub_is_back();
    let turn = pusher.turn().await.unwrap();
    assert!(matches!(turn, Turn::Wait(pause) if pause > Duration::from_secs(30)), "{turn:?}");
}

/// What is sent again and again as it was, over a line that never carries it, keeps everything behind it for ever.
#[tokio::test]
async fn what_the_line_does_not_carry_goes_in_smaller_runs() {
    for proxy_refuses in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start().await;
        let agent = hub.agent(folder.path()).await;
        for _ in 0..11 {
            sell(&agent, 1, &["milk"]).await;
        }
        // Twelve events with the opening, of which at most two get through at a time.
        hub.set(
            |state| {
                if proxy_refuses { state.too_large_above = Some(2) } else { state.hangs_above = Some(2) }
            },
        );
        let client = HubClient::new(&hub.url(), &agent.hub().hub_id, clock()).unwrap();
        let client = Arc::new(client.with_patience(Duration::from_millis(400)));
        let mut pusher = Pusher::new(agent.clone(), client, Arc::new(Semaphore::new(1)), 1).unwrap();
        for _ in 0..400 {
            // As in a running till, whatever the answer was.
            if let Turn::Wait(pause) = pusher.turn().await.unwrap() {
                tokio::time::sleep(pause.min(Duration::from_millis(50))).await;
            }
            if agent.status().await.unwrap().unsent == 0 {
                break;
            }
        }
        assert_eq!(agent.status().await.unwrap().unsent, 0, "proxy refuses: {proxy_refuses}");
        assert_eq!(hub.set(|state| state.sales.len()), 11);
        assert_eq!(agent.link(), HubState::Online);
    }
}
