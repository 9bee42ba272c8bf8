//! A stable merge sort for comparisons that may raise, or be no order at all.
//!
//! Natural runs are found and merged in the order that powersort prescribes (Munro and Wild, "Nearly-Optimal Mergesorts:
//! Fast, Practical Sorting Methods That Optimally Adapt to Existing Runs", ESA 2018); short runs are extended by binary
//! insertion; merging gallops where one run wins often (Peters' description of timsort; Bentley and Yao, "An almost
//! optimal algorithm for unbounded searching", 1976).
//!
//! The elements are `Copy`: nothing is lost if a comparison raises, but the slice may then hold some elements twice; the
//! caller throws it away.

use pyre_object::PyResult;

/// `a < b`
pub(super) trait Less<T>: FnMut(&T, &T) -> PyResult<bool> {}
impl<T, F: FnMut(&T, &T) -> PyResult<bool>> Less<T> for F {}

/// Wins in a row from which galloping may pay.
const MIN_GALLOP: usize = 7;

#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    /// Of the boundary to the next run: the depth at which a balanced tree over the slice would split there.
    power: u32,
}

struct Sorter<'a, T, L> {
    v: &'a mut [T],
    less: &'a mut L,
    scratch: Vec<T>,
    min_gallop: usize,
}

/// Sorts in ascending order, stably.
///
/// # Errors
/// What a comparison raises.
pub(super) fn sort<T: Copy>(v: &mut [T], less: &mut impl Less<T>) -> PyResult<()> {
    let n = v.len();
    if n < 2 {
        return Ok(());
    }
    let min_run = min_run_length(n);
    let mut s = Sorter { v, less, scratch: Vec::new(), min_gallop: MIN_GALLOP };
    let mut stack: Vec<Run> = Vec::with_capacity(64);
    let mut start = 0;
    while start < n {
        let mut len = s.next_run(start)?;
        if len < min_run {
            let forced = min_run.min(n - start);
            s.insert_rest(start, len, forced)?;
            len = forced;
        }
        if let Some(last) = stack.last().copied() {
            let power = boundary_power(last, len, n);
            while stack.len() >= 2 && stack[stack.len() - 2].power > power {
                s.merge_top(&mut stack)?;
            }
            if let Some(top) = stack.last_mut() {
                top.power = power;
            }
        }
        stack.push(Run { start, len, power: 0 });
        start += len;
    }
    while stack.len() >= 2 {
        s.merge_top(&mut stack)?;
    }
    Ok(())
}

/// Between 32 and 64 for long slices, such that the number of runs is a power of two or a little less.
fn min_run_length(n: usize) -> usize {
    let shift = (usize::BITS - n.leading_zeros()).saturating_sub(6);
    (n >> shift) + usize::from(n & ((1 << shift) - 1) != 0)
}

/// The power of the boundary between a run and its successor of length `next` in a slice of `n`.
fn boundary_power(run: Run, next: usize, n: usize) -> u32 {
    // Twice the midpoints of both runs, as binary fractions of the whole: the first bit in which they differ.
    let (a, b) = (2 * run.start + run.len, 2 * run.start + 2 * run.len + next);
    let fraction = |x: usize| (((x as u128) << 63) / (2 * n as u128)) as u64;
    (fraction(a) ^ fraction(b)).leading_zeros()
}

/// How many elements at the beginning satisfy `pred`, found by doubling steps.
fn leading<T>(v: &[T], mut pred: impl FnMut(&T) -> PyResult<bool>) -> PyResult<usize> {
    let (mut low, mut step) = (0, 1);
    while low + step <= v.len() {
        if !pred(&v[low + step - 1])? {
            return bisect(v, low, low + step - 1, pred);
        }
        low += step;
        step = step.saturating_mul(2);
    }
    bisect(v, low, v.len(), pred)
}

/// As [`leading`], for answers that are expected near the end.
fn leading_from_end<T>(v: &[T], mut pred: impl FnMut(&T) -> PyResult<bool>) -> PyResult<usize> {
    let (mut high, mut step) = (v.len(), 1);
    while high >= step {
        if pred(&v[high - step])? {
            return bisect(v, high - step + 1, high, pred);
        }
        high -= step;
        step = step.saturating_mul(2);
    }
    bisect(v, 0, high, pred)
}

/// The first position in `low..high` that does not satisfy `pred`, or `high`.
fn bisect<T>(
    v: &[T],
    mut low: usize,
    mut high: usize,
    mut pred: impl FnMut(&T) -> PyResult<bool>,
) -> PyResult<usize> {
    while low < high {
        let middle = low + (high - low) / 2;
        if pred(&v[middle])? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

impl<T: Copy, L: Less<T>> Sorter<'_, T, L> {
    /// The length of the run at `start`; a strictly descending one is turned round.
    fn next_run(&mut self, start: usize) -> PyResult<usize> {
        let v = &mut self.v[start..];
        if v.len() < 2 {
            return Ok(v.len());
        }
        let descending = (self.less)(&v[1], &v[0])?;
        let mut n = 2;
        while n < v.len() && (self.less)(&v[n], &v[n - 1])? == descending {
            n += 1;
        }
        if descending {
            v[..n].reverse();
        }
        Ok(n)
    }

    /// Extends the sorted `sorted` elements at `start` to `len` by insertion.
    fn insert_rest(&mut self, start: usize, sorted: usize, len: usize) -> PyResult<()> {
        let v = &mut self.v[start..start + len];
        for i in sorted..len {
            let x = v[i];
            let at = bisect(v, 0, i, |y| Ok(!(self.less)(&x, y)?))?;
            v.copy_within(at..i, at + 1);
            v[at] = x;
        }
        Ok(())
    }

    fn merge_top(&mut self, stack: &mut Vec<Run>) -> PyResult<()> {
        let Some(right) = stack.pop() else { return Ok(()) };
        let Some(left) = stack.last_mut() else { return Ok(()) };
        let (start, middle, end) = (left.start, right.start, right.start + right.len);
        left.len += right.len;
        left.power = right.power;
        self.merge(start, middle, end)
    }

    /// Merges the adjacent runs `start..middle` and `middle..end`.
    fn merge(&mut self, start: usize, middle: usize, end: usize) -> PyResult<()> {
        let less = &mut *self.less;
        let (left, right) = self.v[start..end].split_at(middle - start);
        let (first, last) = (right[0], left[left.len() - 1]);
        // What is in place already stays there.
        let start = start + leading(left, |x| Ok(!less(&first, x)?))?;
        if start == middle {
            return Ok(());
        }
        let end = middle + leading_from_end(right, |x| less(x, &last))?;
        if end == middle {
            return Ok(());
        }
        if middle - start <= end - middle {
            self.merge_up(start, middle, end)
        } else {
            self.merge_down(start, middle, end)
        }
    }

    /// Merges from the beginning; the left run moves to the scratch space.
    fn merge_up(&mut self, start: usize, middle: usize, end: usize) -> PyResult<()> {
        let Sorter { v, less, scratch, min_gallop } = self;
        scratch.clear();
        scratch.extend_from_slice(&v[start..middle]);
        let (mut i, mut j, mut to) = (0, middle, start);
        'merging: while i < scratch.len() && j < end {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins < *min_gallop && right_wins < *min_gallop {
                if less(&v[j], &scratch[i])? {
                    v[to] = v[j];
                    j += 1;
                    (left_wins, right_wins) = (0, right_wins + 1);
                } else {
                    v[to] = scratch[i];
                    i += 1;
                    (left_wins, right_wins) = (left_wins + 1, 0);
                }
                to += 1;
                if i == scratch.len() || j == end {
                    break 'merging;
                }
            }
            loop {
                let next = v[j];
                let n = leading(&scratch[i..], |x| Ok(!less(&next, x)?))?;
                v[to..to + n].copy_from_slice(&scratch[i..i + n]);
                (i, to) = (i + n, to + n);
                if i == scratch.len() {
                    break 'merging;
                }
                let next = scratch[i];
                let m = leading(&v[j..end], |x| less(x, &next))?;
                v.copy_within(j..j + m, to);
                (j, to) = (j + m, to + m);
                if j == end {
                    break 'merging;
                }
                if n < MIN_GALLOP && m < MIN_GALLOP {
                    break;
                }
                *min_gallop = min_gallop.saturating_sub(1).max(1);
            }
            *min_gallop += 2;
        }
        let rest = scratch.len() - i;
        v[to..to + rest].copy_from_slice(&scratch[i..]);
        Ok(())
    }

    /// Merges from the end; the right run moves to the scratch space.
    fn merge_down(&mut self, start: usize, middle: usize, end: usize) -> PyResult<()> {
        let Sorter { v, less, scratch, min_gallop } = self;
        scratch.clear();
        scratch.extend_from_slice(&v[middle..end]);
        // All of `i`, `j`, `to` are one more than the position of the next element.
        let (mut i, mut j, mut to) = (middle, scratch.len(), end);
        'merging: while i > start && j > 0 {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins < *min_gallop && right_wins < *min_gallop {
                if less(&scratch[j - 1], &v[i - 1])? {
                    v[to - 1] = v[i - 1];
                    i -= 1;
                    (left_wins, right_wins) = (left_wins + 1, 0);
                } else {
                    v[to - 1] = scratch[j - 1];
                    j -= 1;
                    (left_wins, right_wins) = (0, right_wins + 1);
                }
                to -= 1;
                if i == start || j == 0 {
                    break 'merging;
                }
            }
            loop {
                let next = scratch[j - 1];
                let keep = start + leading_from_end(&v[start..i], |x| Ok(!less(&next, x)?))?;
                let n = i - keep;
                v.copy_within(keep..i, to - n);
                (i, to) = (keep, to - n);
                if i == start {
                    break 'merging;
                }
                let next = v[i - 1];
                let keep = leading_from_end(&scratch[..j], |x| less(x, &next))?;
                let m = j - keep;
                v[to - m..to].copy_from_slice(&scratch[keep..j]);
                (j, to) = (keep, to - m);
                if j == 0 {
                    break 'merging;
                }
                if n < MIN_GALLOP && m < MIN_GALLOP {
                    break;
                }
                *min_gallop = min_gallop.saturating_sub(1).max(1);
            }
            *min_gallop += 2;
        }
        v[to - j..to].copy_from_slice(&scratch[..j]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(v: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut v = v.to_vec();
        sort(&mut v, &mut |a: &(u32, u32), b: &(u32, u32)| Ok(a.0 < b.0)).unwrap_or_else(|_| panic!());
        v
    }

    fn random(n: usize, range: u32, seed: u64) -> Vec<(u32, u32)> {
        let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        (0..n)
            .map(|i| {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                ((x >> 20) as u32 % range, i as u32)
            })
            .collect()
    }

    #[test]
    fn any_input_is_sorted_stably() {
        for n in [0, 1, 2, 3, 31, 32, 63, 64, 65, 100, 1000, 5000] {
            for (seed, range) in [(1, 3), (2, 50), (3, 1 << 20)] {
                let mut v = random(n, range, seed);
                if seed == 2 {
                    v.sort();
                    v.rotate_left(n / 3);
                }
                v.iter_mut().enumerate().for_each(|(i, e)| e.1 = i as u32);
                let mut expected = v.clone();
                expected.sort_by_key(|e| e.0);
                assert_eq!(sorted(&v), expected, "{n} {range}");
            }
        }
    }

    #[test]
    fn runs_cost_few_comparisons() {
        let mut comparisons = 0;
        let mut v: Vec<u32> = (0..10_000).collect();
        let mut less = |a: &u32, b: &u32| {
            comparisons += 1;
            Ok(a < b)
        };
        sort(&mut v, &mut less).unwrap_or_else(|_| panic!());
        v.reverse();
        sort(&mut v, &mut less).unwrap_or_else(|_| panic!());
        assert_eq!(comparisons, 2 * 9_999);
        assert!(v.is_sorted());
    }

    #[test]
    fn contradictory_comparisons_lose_nothing() {
        for seed in 0..50 {
            let v = random(700, 1 << 20, seed + 1);
            let mut x = seed;
            let mut w = v.clone();
            let mut less = |_: &(u32, u32), _: &(u32, u32)| {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                Ok(x >> 63 == 0)
            };
            sort(&mut w, &mut less).unwrap_or_else(|_| panic!());
            w.sort_by_key(|e| e.1);
            assert_eq!(v, w);
        }
    }
}
