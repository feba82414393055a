//! What waits for the till software: bounded, so that its slowness is never ours.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::app::open;

/// Reads that wait; more than a cashier makes while a till software is busy.
const READS_MAX: usize = 64;
/// A read that nobody took for so long belongs to a basket that is over.
const STALE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub struct Queue(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    reads: VecDeque<(Instant, Vec<u8>)>,
    dropped: u64,
}

impl Queue {
    /// Puts a read at the end; the oldest goes if there is no room. Answers how many were dropped so far, if
    /// this dropped one.
    pub fn push(&self, read: Vec<u8>, now: Instant) -> Option<u64> {
        let mut waiting = open(&self.0);
        let is_full = waiting.reads.len() >= READS_MAX;
        if is_full {
            waiting.reads.pop_front();
            waiting.dropped += 1;
        }
        waiting.reads.push_back((now, read));
        is_full.then_some(waiting.dropped)
    }

    /// The next read that fits into so many bytes. Stale ones go first.
    pub fn pop(&self, room: usize, now: Instant) -> Option<Vec<u8>> {
        let mut waiting = open(&self.0);
        while waiting.reads.front().is_some_and(|(since, _)| now.duration_since(*since) >= STALE) {
            waiting.reads.pop_front();
            waiting.dropped += 1;
        }
        let fits = waiting.reads.front().is_some_and(|(_, read)| read.len() <= room);
        if fits { waiting.reads.pop_front().map(|(_, read)| read) } else { None }
    }

    pub fn note_dropped(&self) -> u64 {
        let mut waiting = open(&self.0);
        waiting.dropped += 1;
        waiting.dropped
    }
}

/// Whether the till software has stopped reading: what lies in its port only grows old.
#[derive(Debug)]
pub struct Stall {
    unread: u32,
    since: Instant,
}

impl Stall {
    pub fn new(now: Instant) -> Self {
        Self { unread: 0, since: now }
    }

    /// Notes how much lies there; true once nothing was taken for too long.
    pub fn see(&mut self, unread: u32, now: Instant) -> bool {
        if unread == 0 || unread < self.unread || self.unread == 0 {
            self.since = now;
        }
        self.unread = unread;
        now.duration_since(self.since) >= STALE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_when_there_is_no_room() {
        let (queue, now) = (Queue::default(), Instant::now());
        let dropped: Vec<_> = (0..66_u8).filter_map(|n| queue.push(vec![n], now)).collect();
        assert_eq!(dropped, [1, 2]);
        assert_eq!(
            (queue.pop(1, now), queue.pop(0, now), queue.pop(1, now)),
            (Some(vec![2]), None, Some(vec![3]))
        );
        let later = now + STALE;
        queue.push(vec![99], later);
        assert_eq!(
            (queue.pop(1, later), queue.pop(1, later)),
            (Some(vec![99]), None),
            "stale reads are gone"
        );
    }

    #[test]
    fn a_port_that_nobody_reads_is_noticed() {
        let start = Instant::now();
        let mut stall = Stall::new(start);
        for (unread, after, wanted) in [
            (0, 0, false),
            (0, 100, false),
            (5, 101, false),
            (9, 130, false),
            (9, 131, true),
            (4, 132, false),
            (4, 162, true),
        ] {
            assert_eq!(stall.see(unread, start + Duration::from_secs(after)), wanted, "{unread} {after}");
        }
    }
}
