//! Where matches begin: the search through a text.

use super::run::{Matcher, Text, Unit};
use pyre_object::PyResult;

impl Matcher<'_> {
    /// Looks for a match at `from`.
    ///
    /// # Errors
    /// What signal handlers raise; `MemoryError`.
    pub fn match_at(&mut self, from: usize, full: bool, must_advance: bool) -> PyResult<bool> {
        self.full = full;
        self.begin(from, must_advance);
        match self.text {
            Text::One(t) => self.attempt(t, from),
            Text::Two(t) => self.attempt(t, from),
            Text::Four(t) => self.attempt(t, from),
        }
    }

    /// Looks for the first match from `from` on. `must_advance`: an empty match just there does not count.
    ///
    /// # Errors
    /// As [`Self::match_at`].
    pub fn search(&mut self, from: usize, must_advance: bool) -> PyResult<bool> {
        self.full = false;
        self.begin(from, must_advance);
        match self.text {
            Text::One(t) => self.search_in(t, from),
            Text::Two(t) => self.search_in(t, from),
            Text::Four(t) => self.search_in(t, from),
        }
    }

    /// Where the last match lies.
    pub fn span(&self) -> (usize, usize) {
        self.found
    }

    fn begin(&mut self, from: usize, must_advance: bool) {
        self.reset();
        self.not_empty_at = if must_advance { from } else { usize::MAX };
    }

    #[inline(always)]
    fn attempt<U: Unit>(&mut self, text: &[U], from: usize) -> PyResult<bool> {
        if from > self.end {
            return Ok(false);
        }
        match self.run(text, 0, from, Self::OUTSIDE, true)? {
            Some(end) => {
                self.found = (from, end);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn search_in<U: Unit>(&mut self, text: &[U], from: usize) -> PyResult<bool> {
        let program = self.program;
        let Some(last) = self.end.checked_sub(program.min_width) else { return Ok(false) };
        let mut at = from;
        while at <= last {
            if let Some(first) = &program.start {
                match self.candidate(text, first, at) {
                    Some(place) if place <= last => at = place,
                    _ => return Ok(false),
                }
            }
            if self.attempt(text, at)? {
                return Ok(true);
            }
            if program.anchored {
                return Ok(false);
            }
            self.step()?;
            at = match program.leading_run {
                Some(set) => self.run_end(text, set, at).max(at + 1),
                None => at + 1,
            };
        }
        Ok(false)
    }
}
