//! The end: all tills come back, let go of what they hold and send what the hub lacks. Then nothing may be left over.

use domain::Points;

use super::World;

impl World {
    pub(super) fn settle(&mut self) {
        let now = self.now;
        for till in &mut self.tills {
            till.start(now);
            till.take_off(now);
            till.return_leases(now, true);
            let acked = till.disk.acked;
            let rest = till.disk.unsent();
            let reached = self.hub.push(till.id, till.disk.log, acked + 1, &rest, now);
            if reached != till.head() {
                self.findings.push(format!("lost: {} of {} events arrived", reached, till.head()));
            }
        }
        // Questions that were still on their way.
        while let Some((_, what)) = self.queue.pop_first() {
            if let super::Happening::AtHub(_, super::Message::Reserve(ask)) = what {
                self.hub.reserve(&ask, now);
            }
        }
        self.check();
    }

    fn check(&mut self) {
        self.findings.append(&mut self.hub.broken);
        let account = &self.hub.account;
        if account.reserved() > Points::ZERO {
            self.findings.push(format!("stuck: {} stays reserved", account.reserved()));
        }
        let known = |id| self.tills.iter().any(|till| till.disk.leases.contains_key(id));
        let kept = account.leases().iter().filter(|(id, lease)| known(id) && lease.left > Points::ZERO);
        self.findings.extend(kept.map(|(id, lease)| format!("stuck: {} of {id} is leased", lease.left)));
        let balance = account.balance().expect("small figures").0;
        if (balance, self.hub.committed) != (self.funds - self.spent, self.spent) {
            let (spent, committed) = (Points(self.spent), Points(self.hub.committed));
            self.findings.push(format!("balance: {committed} of {spent} spent arrived, {balance} left"));
        }
    }
}
