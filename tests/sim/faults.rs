//! What goes wrong, and how it is brought about.

use rand::Rng;

use crate::bugs::Bug;
use crate::till::{Device, Image, Point};
use crate::world::{What, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    RequestLost,
    ReplyLost,
    RequestDuplicated,
    RequestReplayedLate,
    Reordering,
    Partition,
    HubUnheard,
    HubStopped,
    HubKilledBeforeCommit,
    HubKilledBeforeReply,
    HubBusy,
    HubRestored,
    KeyRefused,
    TillKilled(Point),
    PowerCut,
    ImageRestored,
    ImageRestoredBesideNote,
    ImageRestoredWithoutNote,
    TillCloned,
    TillClonedInPlace,
    TillDead,
    ClockJumped,
    PoisonEvent,
    QueueCarried,
}

impl Fault {
    pub const ALL: [Self; 29] = [
        Self::RequestLost,
        Self::ReplyLost,
        Self::RequestDuplicated,
        Self::RequestReplayedLate,
        Self::Reordering,
        Self::Partition,
        Self::HubUnheard,
        Self::HubStopped,
        Self::HubKilledBeforeCommit,
        Self::HubKilledBeforeReply,
        Self::HubBusy,
        Self::HubRestored,
        Self::KeyRefused,
        Self::TillKilled(Point::ALL[0]),
        Self::TillKilled(Point::ALL[1]),
        Self::TillKilled(Point::ALL[2]),
        Self::TillKilled(Point::ALL[3]),
        Self::TillKilled(Point::ALL[4]),
        Self::TillKilled(Point::ALL[5]),
        Self::PowerCut,
        Self::ImageRestored,
        Self::ImageRestoredBesideNote,
        Self::ImageRestoredWithoutNote,
        Self::TillCloned,
        Self::TillClonedInPlace,
        Self::TillDead,
        Self::ClockJumped,
        Self::PoisonEvent,
        Self::QueueCarried,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::RequestLost => "request_lost",
            Self::ReplyLost => "reply_lost",
            Self::RequestDuplicated => "request_duplicated",
            Self::RequestReplayedLate => "request_replayed_late",
            Self::Reordering => "reordering",
            Self::Partition => "partition",
            Self::HubUnheard => "one_way_partition",
            Self::HubStopped => "hub_stopped",
            Self::HubKilledBeforeCommit => "hub_killed_before_commit",
            Self::HubKilledBeforeReply => "hub_killed_before_reply",
            Self::HubBusy => "hub_busy_503",
            Self::HubRestored => "hub_restored",
            Self::KeyRefused => "key_refused",
            Self::TillKilled(Point::SaleBeforeCommit) => "till_killed_before_sale_commit",
            Self::TillKilled(Point::SaleAfterCommit) => "till_killed_after_sale_commit",
            Self::TillKilled(Point::AckBeforeKept) => "till_killed_before_ack_kept",
            Self::TillKilled(Point::AckAfterKept) => "till_killed_before_note",
            Self::TillKilled(Point::ReopenBeforeCommit) => "till_killed_before_new_log",
            Self::TillKilled(Point::ReopenAfterCommit) => "till_killed_after_new_log",
            Self::PowerCut => "till_power_cut",
            Self::ImageRestored => "till_image_restored",
            Self::ImageRestoredBesideNote => "till_image_restored_note_kept",
            Self::ImageRestoredWithoutNote => "till_image_restored_note_gone",
            Self::TillCloned => "till_cloned",
            Self::TillClonedInPlace => "till_cloned_same_fingerprint",
            Self::TillDead => "till_dead",
            Self::ClockJumped => "clock_jumped",
            Self::PoisonEvent => "poison_event",
            Self::QueueCarried => "queue_carried",
        }
    }
}

/// Machines at most, copies among them.
const DEVICES_MAX: usize = 6;

impl World {
    /// One of this schedule's faults strikes a till or the hub; those of the network strike by themselves.
    pub fn fault(&mut self) {
        if self.is_healed {
            return;
        }
        let pause = self.rng.random_range(500..6_000);
        self.later(pause, What::Fault);
        if self.faults.is_empty() {
            return;
        }
        let fault = self.faults[self.rng.random_range(0..self.faults.len())];
        let n = self.rng.random_range(0..self.devices.len());
        if self.rng.random_bool(0.3) {
            self.hub.backup = Some(self.hub.disk.clone());
            self.note(|| "the hub is backed up".to_owned());
        }
        if self.rng.random_bool(0.4) {
            let device = &mut self.devices[n];
            let (disk, anchor, must) = (device.disk.clone(), device.anchor.clone(), device.must.clone());
            device.image = Some(Image { disk, anchor, must });
            self.note(|| format!("an image is taken of till {n}"));
        }
        if !self.devices[n].is_gone {
            self.strike(fault, n);
        }
    }

    fn strike(&mut self, fault: Fault, n: usize) {
        let until = self.now + self.rng.random_range(2_000..15_000);
        match fault {
            Fault::Partition | Fault::HubUnheard => {
                let device = &mut self.devices[n];
                device.to_hub = fault == Fault::HubUnheard || !device.to_hub;
                device.from_hub = fault != Fault::HubUnheard || !device.from_hub;
                self.count(fault);
            }
            Fault::HubStopped => {
                self.count(fault);
                self.stop_hub();
            }
            Fault::HubKilledBeforeCommit | Fault::HubKilledBeforeReply => self.hub_kill = Some(fault),
            Fault::HubBusy => {
                self.count(fault);
                self.busy_until = until;
            }
            Fault::KeyRefused => {
                self.count(fault);
                self.devices[n].refused_until = until;
            }
            Fault::HubRestored => {
                if self.hub.restore() {
                    self.count(fault);
                    self.stop_hub();
                }
            }
            Fault::TillKilled(point) => self.devices[n].kill_at = Some(point),
            Fault::PowerCut => self.cut_power(n),
            Fault::ImageRestored | Fault::ImageRestoredBesideNote | Fault::ImageRestoredWithoutNote => {
                self.restore_image(fault, n);
            }
            Fault::TillCloned | Fault::TillClonedInPlace => self.clone_till(fault, n),
            Fault::TillDead => {
                if self.rng.random_bool(0.3) {
                    self.count(fault);
                    (self.devices[n].memory, self.devices[n].is_gone) = (None, true);
                }
            }
            Fault::ClockJumped => {
                self.count(fault);
                let jumps = [3_600_000, -3_600_000, -1_700_000_000_000, 2_300_000_000_000];
                self.devices[n].clock_ms = jumps[self.rng.random_range(0..jumps.len())];
            }
            Fault::QueueCarried => self.carry_queue(n),
            // Of the network and of sales: they strike where a message or a sale is made.
            Fault::RequestLost
            | Fault::ReplyLost
            | Fault::RequestDuplicated
            | Fault::RequestReplayedLate
            | Fault::Reordering
            | Fault::PoisonEvent => {}
        }
    }

    fn cut_power(&mut self, n: usize) {
        self.count(Fault::PowerCut);
        if self.is_bug(Bug::SynchronousNormal) {
            let device = &mut self.devices[n];
            if let Some(before) = device.before.first() {
                device.disk = before.clone();
            }
            device.before.clear();
        }
        self.kill(n);
    }

    fn restore_image(&mut self, fault: Fault, n: usize) {
        let Some(Image { disk, anchor, must }) = self.devices[n].image.clone() else { return };
        self.count(fault);
        let device = &mut self.devices[n];
        device.disk = disk;
        device.must = must;
        device.before.clear();
        match fault {
            Fault::ImageRestoredBesideNote => {}
            Fault::ImageRestoredWithoutNote => device.anchor = None,
            _ => device.anchor = anchor,
        }
        self.kill(n);
    }

    fn clone_till(&mut self, fault: Fault, n: usize) {
        if self.devices.len() >= DEVICES_MAX {
            return;
        }
        self.count(fault);
        let of = &self.devices[n];
        let place = self.devices.len();
        let machine =
            if fault == Fault::TillCloned { format!("machine {place}") } else { of.machine.clone() };
        let mut copy = Device::new(of.till, of.code.clone(), machine);
        (copy.disk, copy.anchor, copy.must) = (of.disk.clone(), of.anchor.clone(), of.must.clone());
        self.devices.push(copy);
        self.later(1_000, What::Start(place));
        self.later(1_001, What::Pull(place));
        self.later(2_000, What::Sell(place));
    }

    /// Somebody takes what waits to the hub by hand, and arrives much later.
    fn carry_queue(&mut self, n: usize) {
        let mut bodies = vec![];
        for row in &self.devices[n].disk.logs {
            let mut from = row.acked.seq + 1;
            while from <= row.end() {
                let Some(body) = self.run_of(n, row.id, 0, from) else { break };
                bodies.push(body);
                from += i64::try_from(crate::hub::EVENTS_MAX).unwrap_or(1);
            }
        }
        if !bodies.is_empty() {
            self.count(Fault::QueueCarried);
            let pause = self.rng.random_range(1_000..30_000);
            self.later(pause, What::Carried { from: n, bodies });
        }
    }
}
