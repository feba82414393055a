//! Sales at a till: one commit each, and "done" only after it.

use domain::ids::SaleId;
use domain::sync::{Body, OpenReason};
use rand::Rng;

use crate::bugs::Bug;
use crate::faults::Fault;
use crate::till::{Point, begin_log, code, encode, sale, spoil};
use crate::world::{What, World};

const CARDS: [&str; 3] = ["2990000010421", "2990000010438", "2990000010445"];
/// Commits that a power cut takes from a till that does not wait for its disk.
const UNSYNCED: usize = 3;

impl World {
    pub fn sell_and_go_on(&mut self, n: usize) {
        if self.is_healed || self.devices[n].is_gone {
            return;
        }
        let pause = self.rng.random_range(1_000..12_000);
        self.later(pause, What::Sell(n));
        if self.devices[n].memory.is_some() && !self.is_killed_at(n, Point::SaleBeforeCommit) {
            self.sell(n);
            if !self.is_killed_at(n, Point::SaleAfterCommit)
                && self.memory(n).is_some_and(|memory| memory.waiting.is_none())
            {
                self.turn(n);
            }
        }
    }

    fn sell(&mut self, n: usize) {
        let (id, entropy) = (self.now, self.entropy());
        let (log, first) = self.ids();
        let id = SaleId::new(id, entropy);
        let amount = self.rng.random_range(1..50) * 100;
        let mut card = self.rng.random_bool(0.7).then(|| code(CARDS[self.rng.random_range(0..CARDS.len())]));
        let is_return = self.rng.random_bool(0.2);
        let is_poison = self.strikes(Fault::PoisonEvent, 0.1);
        let is_unknown = self.rng.random();
        self.sold += 1;
        let (name, stamp) = (format!("sale {}", self.sold), self.devices[n].stamp(self.now));
        let device = &mut self.devices[n];
        let before = device.disk.clone();
        if device.disk.logs.iter().all(|row| row.sealed_at.is_some()) {
            device.disk.logs.push(begin_log(log, first, stamp.clone(), OpenReason::Enrolled, None));
            device.must.insert(first);
        }
        device.disk.receipt += 1;
        let original = device.disk.returnable.take_if(|_| is_return);
        let (mut origin, mut paid) = (None, amount);
        if let Some((sale, of, amount)) = original {
            (origin, card, paid) = (Some(sale), Some(of), amount);
        }
        let sold = sale(id, &device.code, device.disk.receipt, name, paid, card.clone(), origin);
        if let (None, Some(card), false) = (origin, card, is_poison) {
            device.disk.returnable = Some((id, card, paid));
        }
        let open =
            device.disk.logs.iter_mut().find(|row| row.sealed_at.is_none()).expect("it was made above");
        let bytes = encode(open.id, open.head, id.into(), stamp, &Body::Sale(Box::new(sold)));
        open.append(if is_poison { spoil(bytes, is_unknown) } else { bytes });
        let seq = open.head.seq;
        // Said to be done: from here on it must not be lost.
        device.must.insert(id.into());
        if self.bug == Some(Bug::SynchronousNormal) {
            let device = &mut self.devices[n];
            device.before.push(before);
            let surplus = device.before.len().saturating_sub(UNSYNCED);
            device.before.drain(..surplus);
        }
        self.note(|| format!("till {n} sells {id} as {seq}"));
    }
}
