//! What may break at a till or below a hub, fault by fault, with real programs and a real system that fails. Each row
//! says what must hold, and the test that shows it.
//!
//! | fault | what must hold | shown by |
//! |---|---|---|
//! | the agent is killed before, in or after the commit of a sale | the sale or its basket is there, never both, never neither | [`kills`]`::a_till_killed_around_its_commit_has_the_sale_or_the_basket` |
//! | killed before the receipt is sent, or before that is noted | it is printed; a second paper is a copy | [`kills`]`::a_till_killed_before_its_paper_prints_at_the_next_start`; byte by byte in `pos-agent/src/printer/tests.rs` |
//! | killed before the note beside the file is written | nothing is sent twice, the log goes on | [`kills`]`::a_till_killed_before_its_note_goes_on_with_its_log` |
//! | power is cut: the end of the file's log is torn or garbled | every receipt that was confirmed is there | [`power`]`::a_torn_or_garbled_end_takes_no_confirmed_sale` |
//! | the same, and the till goes on | and reaches the hub once | [`power`]`::after_a_power_cut_the_till_sells_on` |
//! | the disk fails while a sale is written or synced | no second sync, the agent ends; what holds is what the file says when it is opened again | [`disk`]`::a_disk_that_fails_is_asked_once_and_the_file_decides` |
//! | the disk is full | the sale is refused in words, nothing is half kept, the till goes on when there is room | [`disk`]`::a_full_disk_refuses_a_sale_in_words_and_heals` |
//! | the file or its folder is read-only or somebody else's | the start fails with a code | [`start`]`::a_till_that_may_not_write_does_not_start` |
//! | pages of the file are damaged | they are found, and what is left is not written over | [`start`]`::a_damaged_file_is_found_by_doctor` |
//! | the same, and the till goes on | the damaged file is kept, what can be read of it is sent in a new log, what is lost is said | [`start`]`::what_can_be_read_of_a_damaged_file_reaches_the_hub`; row by row in `pos-agent/src/store/salvage/tests.rs` |
//! | the file's log is deleted while the till is off | a new log is begun, no receipt number comes twice | [`power`]`::a_till_without_its_log_file_begins_another_log` |
//! | two agents on one file | the second ends at once | [`start`]`::a_second_agent_on_the_same_file_ends_at_once` |
//! | the clock is an hour off, in 1970, in 2099, or jumps back in a sale | the sale is taken and arrives once, the hub's page shows it | [`clock`]`::a_wrong_clock_loses_no_sale_and_is_shown` |
//! | the clock goes back | what was known long ago is not taken for fresh | `pos-agent/src/till/redeem.rs` |
//! | the store's clock is put at midnight | the sale is of the store's day, the shift is closed once | [`clock`]`::a_midnight_that_the_clocks_skip_or_repeat_closes_one_shift` |
//! | pushes go in one commit, and one of them is refused, forked, poisoned, or meets a fault of ours | each has its own answer | [`pushes`]`::each_push_of_a_group_has_its_own_answer` |
//! | who pushes goes away | what was begun is finished, what was not is not done, nobody waits for it | [`pushes`]`::who_goes_away_loses_nothing_and_holds_nobody_up` |
//! | what was kept aside is tried again, twice at once | it takes effect once, or stays as it is | [`again`]`::what_is_tried_again_takes_effect_once`, `what_does_not_fit_stays` |
//! | a till is of a later release than the hub, which is brought up to date | what waited takes effect by itself | [`again`]`::what_waited_for_a_later_release_is_taken_up` |
//! | PostgreSQL ends a connection, or a transaction in a deadlock, in the middle of a push | one more try, every event once | [`postgres`]`::a_connection_that_is_ended_in_a_push_costs_one_more_try`, `a_deadlock_costs_one_more_try` |
//! | somebody keeps a row that one push needs | that one is told to come again, the others are taken | [`postgres`]`::a_row_that_somebody_keeps_holds_nobody_else_up` |
//! | the hub's disk is full | nothing is acknowledged that is not stored, tills sell on, it heals | [`centre`]`::a_full_disk_of_the_hub_acknowledges_nothing_and_heals` |
//! | who answers has a certificate that is not the hub's | nothing is sent, sales wait, `doctor` says so | [`centre`]`::who_cannot_prove_to_be_the_hub_is_sent_nothing` |
//! | the hub's clock goes back by two hours | the order and the days stay | [`centre`]`::a_hub_whose_clock_goes_back_keeps_the_order` |
//! | the hub is killed while it migrates | the next start brings it to the end | [`centre`]`::a_hub_killed_while_migrating_goes_on_at_the_next_start`, `a_hub_killed_half_way_through_its_migrations_goes_on_on_postgres` |
//!
//! Neighbours: `stories/offline.rs` (hub killed, tills killed), `domain/src/time.rs` (days of each zone),
//! `tests/sim` (the protocol under many thousand schedules, see docs/reliability.md).

mod again;
mod centre;
mod clock;
mod disk;
mod kills;
mod postgres;
mod power;
mod pushes;
mod start;

use crate::world::databases::Kind;
use crate::world::form::Form;
use crate::world::hub::Hub;
use crate::world::till::Till;

const MILK: &str = "2000000000176";

/// A till that has the catalogue of a hub which then goes away: nothing but sales is written from here on.
async fn alone() -> (Hub, Till) {
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    hub.stop();
    till.shows("Sin conexión").await;
    (hub, till)
}

/// The form that pays the open basket, read before anything lies in wait.
async fn to_pay(till: &Till) -> Form {
    Form::with_action(&till.screen().await, "/pay")
}

/// Presses Pay; the page that comes back, unless the agent dies of it.
async fn pay_in_peril(till: &Till, form: Form) -> Option<String> {
    till.send_form_in_peril(form, &[("tendered", "exact")]).await
}

fn sales(till: &Till) -> i64 {
    till.status()["sales"].as_i64().expect("a number")
}

/// A basket of one milk is there exactly if its sale is not; pays what is left over. Returns whether the sale
/// had been kept.
async fn sale_or_basket(till: &Till, sales_before: i64) -> bool {
    let screen = till.screen().await;
    let kept = sales(till) - sales_before;
    let has_basket = screen.contains("Leche entera");
    assert!((kept == 1 && !has_basket) || (kept == 0 && has_basket), "{kept} sales more, and\n{screen}");
    if has_basket {
        till.pay(1).await;
    }
    assert_eq!(sales(till), sales_before + 1);
    kept == 1
}
