//! What must hold when everything has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use domain::points::returned_share;
use domain::{ids::SaleId, money::Points, money::Quantity};

use crate::hub::{earned, undoes};
use crate::world::World;

impl World {
    /// Everything that does not hold; the word before the colon names the promise.
    pub fn check(&self) -> Vec<String> {
        let mut found: Vec<String> =
            self.hub.broken.iter().map(|what| format!("invariant: {what}")).collect();
        self.check_stuck(&mut found);
        self.check_lost(&mut found);
        self.check_sales(&mut found);
        self.check_forks(&mut found);
        self.check_chains(&mut found);
        self.check_points(&mut found);
        found
    }

    fn check_stuck(&self, found: &mut Vec<String>) {
        for (n, device) in self.devices.iter().enumerate().filter(|(_, device)| !device.is_gone) {
            if device.memory.is_none() || device.unsent() > 0 {
                found.push(format!("stuck: till {n} still has {} events to send", device.unsent()));
            }
        }
    }

    /// What was said to be done and stands on a disk, and what the hub promised, is in the hub's custody.
    fn check_lost(&self, found: &mut Vec<String>) {
        let disks = self.devices.iter().filter(|device| !device.is_gone).map(|device| &device.must);
        let must: BTreeSet<_> = disks.flatten().chain(&self.hub.disk.promised).collect();
        // Events of which the hub has another under the same id are kept beside their log.
        let lost = must.into_iter().filter(|event| !self.hub.disk.events.contains_key(event));
        found.extend(lost.map(|event| format!("lost: event {event}")));
    }

    fn check_sales(&self, found: &mut Vec<String>) {
        let mut times = BTreeMap::<&str, u32>::new();
        for sale in &self.hub.disk.sales {
            *times.entry(&sale.lines[0].name).or_default() += 1;
        }
        let twice = times.into_iter().filter(|(_, times)| *times > 1);
        found.extend(twice.map(|(name, times)| format!("duplicated: {name} counts {times} times")));
    }

    /// No till's log says another thing than the hub's copy of it, where both have it.
    fn check_forks(&self, found: &mut Vec<String>) {
        for (n, device) in self.devices.iter().enumerate().filter(|(_, device)| !device.is_gone) {
            for row in &device.disk.logs {
                let hub = self.hub.disk.logs.get(&row.id);
                let hub_at = |seq: i64| hub.and_then(|log| log.entries.get(&seq)).map(|entry| entry.hash);
                let kept = row.events.range(..=row.end());
                if let Some((seq, _)) = kept.into_iter().find(|(seq, own)| hub_at(**seq) != Some(own.hash)) {
                    found.push(format!("fork: till {n} and the hub differ at {seq} of {}", row.id));
                }
            }
        }
    }

    fn check_chains(&self, found: &mut Vec<String>) {
        for (id, log) in &self.hub.disk.logs {
            let mut end = domain::sync::Head::EMPTY;
            for (seq, entry) in &log.entries {
                if *seq != end.seq + 1 || entry.prev.is_some_and(|prev| prev != end.hash) {
                    found.push(format!("chain: place {seq} of {id} does not follow"));
                }
                end = domain::sync::Head { seq: *seq, hash: entry.hash };
            }
            if end != log.record.ack {
                found.push(format!("chain: {id} ends at {}, acknowledged {}", end.seq, log.record.ack.seq));
            }
        }
    }

    /// Points are what one thread would make of the sales, whatever the order they came in.
    fn check_points(&self, found: &mut Vec<String>) {
        let sales: BTreeMap<SaleId, _> = self.hub.disk.sales.iter().map(|sale| (sale.id, sale)).collect();
        let mut wanted = BTreeMap::new();
        for sale in sales.values() {
            let Some(card) = &sale.card else { continue };
            let points = earned(&self.hub.programme, sale);
            let back = sales.values().filter(|other| undoes(other) == Some(sale.id)).count();
            let whole = Quantity::ONE.0;
            let back = whole.saturating_mul(i64::try_from(back).unwrap_or(i64::MAX));
            let taken = returned_share(Points(points), whole, 0, back).0;
            *wanted.entry(card).or_insert(0) += points - taken;
        }
        let mut kept = BTreeMap::new();
        for (card, points) in &self.hub.disk.ledger {
            *kept.entry(card).or_insert(0) += points;
        }
        if wanted != kept {
            found.push(format!("points: kept {kept:?}, one thread makes {wanted:?}"));
        }
    }
}
