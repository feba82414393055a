//! Second pass: pairs of frequent items.

use super::{Baskets, Pair, Recode};

/// Up to here all pairs fit a triangle of counters of 72 MB.
pub const DENSE_ITEMS_MAX: usize = 6_000;

/// Partial counts of pairs under one [`Recode`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairState {
    cells: Cells,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cells {
    /// Row `r` (the rarer item) has `r` cells, beginning at `r (r − 1) / 2`.
    Triangle(Vec<u32>),
    /// Sorted by row and column.
    Run(Vec<Cell>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    row: u32,
    column: u32,
    count: u32,
}

fn row_start(row: usize) -> usize {
    row * row.saturating_sub(1) / 2
}

impl PairState {
    pub fn new(recode: &Recode) -> Self {
        Self::with_dense_limit(recode, DENSE_ITEMS_MAX)
    }

    pub(super) fn with_dense_limit(recode: &Recode, limit: usize) -> Self {
        let items = recode.len();
        let cells =
            if items <= limit { Cells::Triangle(vec![0; row_start(items)]) } else { Cells::Run(vec![]) };
        Self { cells }
    }

    pub fn update(&mut self, recode: &Recode, baskets: &Baskets) {
        match &mut self.cells {
            Cells::Triangle(cells) => count_triangle(recode, baskets, cells),
            Cells::Run(cells) => {
                let mut batch = vec![];
                Coded::new(recode, baskets).rows(|row, columns| {
                    columns.sort_unstable();
                    batch.extend(columns.iter().map(|&(column, count)| Cell { row, column, count }));
                });
                *cells = merge_runs(cells, &batch);
            }
        }
    }

    /// Adds what another worker counted under the same recoding.
    pub fn merge(&mut self, other: &Self) {
        match (&mut self.cells, &other.cells) {
            (Cells::Triangle(own), Cells::Triangle(more)) => {
                own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
            }
            (Cells::Run(own), Cells::Run(more)) => *own = merge_runs(own, more),
            // The shape follows from the number of items, and so from the recoding they share.
            _ => debug_assert!(false, "states of different recodings"),
        }
    }

    pub fn finish(&self, recode: &Recode, min_count: u32) -> Vec<Pair> {
        let mut pairs = vec![];
        let mut keep = |row: u32, column: u32, count: u32| {
            if count >= min_count {
                pairs.push(pair(recode, row, column, count));
            }
        };
        match &self.cells {
            Cells::Triangle(cells) => {
                for row in 0..recode.len() {
                    let columns = &cells[row_start(row)..row_start(row + 1)];
                    (0_u32..).zip(columns).for_each(|(column, count)| keep(code(row), column, *count));
                }
            }
            Cells::Run(cells) => cells.iter().for_each(|cell| keep(cell.row, cell.column, cell.count)),
        }
        pairs
    }
}

/// Codes are positions in a list of `u32` item numbers, so they fit.
fn code(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn pair(recode: &Recode, row: u32, column: u32, count: u32) -> Pair {
    let (x, y) = (recode.item(row), recode.item(column));
    Pair { a: x.min(y), b: x.max(y), count }
}

fn count_triangle(recode: &Recode, baskets: &Baskets, cells: &mut [u32]) {
    let mut codes = vec![];
    for basket in baskets.iter() {
        recode.code_basket(basket, &mut codes);
        for (place, row) in codes.iter().enumerate() {
            let row = *row as usize;
            let columns = &mut cells[row_start(row)..row_start(row + 1)];
            for column in &codes[..place] {
                columns[*column as usize] += 1;
            }
        }
    }
}

/// Counts and filters without keeping the pairs that are too rare: memory follows the input, not the
/// number of distinct pairs.
pub(super) fn count_rows(recode: &Recode, baskets: &Baskets, min_count: u32) -> Vec<Pair> {
    let mut pairs = vec![];
    Coded::new(recode, baskets).rows(|row, columns| {
        let frequent = columns.iter().filter(|(_, count)| *count >= min_count);
        pairs.extend(frequent.map(|&(column, count)| pair(recode, row, column, count)));
    });
    pairs
}

/// Coded baskets with the places at which each code stands.
struct Coded {
    codes: Vec<u32>,
    /// For each occurrence of a code, by code: where its basket begins, and where it stands.
    places: Vec<(u32, u32)>,
    /// Code `c` has `places[starts[c]..starts[c + 1]]`.
    starts: Vec<usize>,
}

impl Coded {
    fn new(recode: &Recode, baskets: &Baskets) -> Self {
        let mut codes = Vec::with_capacity(baskets.items.len());
        let mut ends = Vec::with_capacity(baskets.len());
        let mut starts = vec![0_usize; recode.len() + 1];
        let mut basket_codes = vec![];
        for basket in baskets.iter() {
            recode.code_basket(basket, &mut basket_codes);
            basket_codes.iter().for_each(|code| starts[*code as usize + 1] += 1);
            codes.extend_from_slice(&basket_codes);
            ends.push(codes.len());
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![(0, 0); codes.len()];
        let mut begin = 0;
        for end in ends {
            for at in begin..end {
                let slot = &mut next[codes[at] as usize];
                places[*slot] = (code(begin), code(at));
                *slot += 1;
            }
            begin = end;
        }
        Self { codes, places, starts }
    }

    /// Hands out each row that is not empty: the columns before it and their counts, unsorted.
    fn rows(&self, mut emit: impl FnMut(u32, &mut [(u32, u32)])) {
        let rows = self.starts.len().saturating_sub(1);
        let mut sums = vec![0_u32; rows];
        let mut touched: Vec<u32> = vec![];
        let mut columns = vec![];
        for row in 0..rows {
            for &(begin, at) in &self.places[self.starts[row]..self.starts[row + 1]] {
                for &column in &self.codes[begin as usize..at as usize] {
                    let sum = &mut sums[column as usize];
                    if *sum == 0 {
                        touched.push(column);
                    }
                    *sum += 1;
                }
            }
            columns.clear();
            columns
                .extend(touched.drain(..).map(|column| (column, std::mem::take(&mut sums[column as usize]))));
            if !columns.is_empty() {
                emit(code(row), &mut columns);
            }
        }
    }
}

fn merge_runs(left: &[Cell], right: &[Cell]) -> Vec<Cell> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (left.iter().copied().peekable(), right.iter().copied().peekable());
    loop {
        let order = match (l.peek(), r.peek()) {
            (Some(x), Some(y)) => (x.row, x.column).cmp(&(y.row, y.column)),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return merged,
        };
        match order {
            std::cmp::Ordering::Less => merged.extend(l.next()),
            std::cmp::Ordering::Greater => merged.extend(r.next()),
            std::cmp::Ordering::Equal => {
                let more = r.next().map_or(0, |cell| cell.count);
                merged.extend(l.next().map(|cell| Cell { count: cell.count + more, ..cell }));
            }
        }
    }
}
