use super::*;
use crate::sync::tests::sell;
use crate::testing::TestHub;

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
