//! "Did you mean": the closest of some names by an edit distance, with the cut-offs that CPython's users see
//! (a substitution of case costs less; nothing beyond a third of the length).

const MOVE: usize = 2;
const CASE: usize = 1;
const MAX_LENGTH: usize = 40;
const MAX_CANDIDATES: usize = 750;

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// Edit distance of two names, `None` when it is larger than `limit` (Wagner, Fischer, 1974).
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return None;
    }
    let mut row: Vec<usize> = (0..=a.len()).map(|i| i * MOVE).collect();
    for (j, y) in b.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (j + 1) * MOVE;
        for (i, x) in a.iter().enumerate() {
            let best = (diagonal + substitution(*x, *y)).min(row[i] + MOVE).min(row[i + 1] + MOVE);
            diagonal = std::mem::replace(&mut row[i + 1], best);
        }
    }
    row.last().copied().filter(|d| *d <= limit)
}

/// The candidate that is closest to `wrong`, if one is close enough.
pub fn closest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &'a str)> = None;
    for c in candidates.take(MAX_CANDIDATES).filter(|c| *c != wrong) {
        let mut limit = (wrong.len() + c.len() + 3) * MOVE / 6;
        if let Some((d, _)) = best {
            limit = limit.min(d - 1);
        }
        if let Some(d) = distance(wrong.as_bytes(), c.as_bytes(), limit) {
            best = Some((d, c));
            if d == 0 {
                break;
            }
        }
    }
    best.map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_near_miss_is_found_and_a_stranger_is_not() {
        assert_eq!(closest("lenght", ["length", "width"].into_iter()), Some("length"));
        assert_eq!(closest("xyz", ["length", "width"].into_iter()), None);
        assert_eq!(closest("Blech", ["blech"].into_iter()), Some("blech"));
    }
}
