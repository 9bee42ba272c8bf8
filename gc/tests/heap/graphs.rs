//! Random histories of a small object graph against a model: a map from node to children and a multiset of handles.

use crate::toy::*;
use proptest::prelude::*;
use pyre_gc::{Reason, collect, resolve_exact, verify};
use std::collections::{HashMap, HashSet};

const SLOTS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    New,
    Link(usize, usize, usize),
    Unlink(usize, usize),
    Drop(usize),
    Copy(usize),
    Flip(usize),
    Collect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let node = 0..64usize;
    prop::collection::vec(
        prop_oneof![
            4 => Just(Step::New),
            6 => (node.clone(), 0..SLOTS, node.clone()).prop_map(|(a, at, b)| Step::Link(a, at, b)),
            2 => (node.clone(), 0..SLOTS).prop_map(|(a, at)| Step::Unlink(a, at)),
            3 => node.clone().prop_map(Step::Drop),
            1 => node.clone().prop_map(Step::Copy),
            1 => node.prop_map(Step::Flip),
            1 => Just(Step::Collect),
        ],
        1..120,
    )
}

#[derive(Default)]
struct Model {
    children: HashMap<u64, [Option<u64>; SLOTS]>,
    handles: Vec<u64>,
    flipped: HashSet<u64>,
}

impl Model {
    fn pick(&self, at: usize) -> Option<u64> {
        if self.handles.is_empty() { None } else { Some(self.handles[at % self.handles.len()]) }
    }

    fn reachable(&self) -> HashSet<u64> {
        let mut seen = HashSet::new();
        let mut stack = self.handles.clone();
        while let Some(node) = stack.pop() {
            if seen.insert(node) {
                stack.extend(self.children[&node].iter().flatten());
            }
        }
        seen
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::New => {
                let word = array(SLOTS);
                assert!(self.children.insert(word, [None; SLOTS]).is_none());
                self.handles.push(word);
            }
            Step::Link(a, at, b) => {
                if let (Some(a), Some(b)) = (self.pick(a), self.pick(b)) {
                    set(a, at, incref(b));
                    self.children.get_mut(&a).unwrap()[at] = Some(b);
                }
            }
            Step::Unlink(a, at) => {
                if let Some(a) = self.pick(a) {
                    set(a, at, NONE);
                    self.children.get_mut(&a).unwrap()[at] = None;
                }
            }
            Step::Drop(a) => {
                if let Some(a) = self.pick(a) {
                    let at = self.handles.iter().position(|&h| h == a).unwrap();
                    self.handles.swap_remove(at);
                    unroot(a);
                    decref(a);
                }
            }
            Step::Copy(a) => {
                if let Some(a) = self.pick(a) {
                    TOY.roots.lock().push(a);
                    self.handles.push(incref(a));
                }
            }
            Step::Flip(a) => {
                if let Some(a) = self.pick(a) {
                    assert!(header(a).flip(me()));
                    self.flipped.insert(a);
                }
            }
            Step::Collect => self.collect(),
        }
        if let Step::New = step {
            let word = *self.handles.last().unwrap();
            TOY.roots.lock().push(word);
        }
        self.forget_freed();
    }

    /// What counting freed was unreachable.
    fn forget_freed(&mut self) {
        let reachable = self.reachable();
        self.children.retain(|&node, _| {
            let live = resolve_exact(node).is_some();
            assert!(live || !reachable.contains(&node), "a reachable cell was freed");
            live
        });
    }

    fn collect(&mut self) {
        assert_eq!(verify(), Vec::<String>::new());
        collect(Reason::Explicit).unwrap();
        assert_eq!(verify(), Vec::<String>::new());
        let reachable = self.reachable();
        // Stale words on the stack may keep tracing-managed cells, and what they hold.
        let exact = self.flipped.is_empty();
        for (&node, children) in &self.children {
            let live = resolve_exact(node).is_some();
            assert!(live || !reachable.contains(&node), "a reachable cell was collected");
            if exact {
                assert_eq!(live, reachable.contains(&node));
            }
            if reachable.contains(&node) {
                for (at, child) in children.iter().enumerate() {
                    assert_eq!(slot(node, at).load_relaxed(), child.unwrap_or(NONE));
                }
            }
        }
        self.children.retain(|&node, _| resolve_exact(node).is_some());
    }
}

fn unroot(word: u64) {
    let mut roots = TOY.roots.lock();
    let at = roots.iter().position(|&root| root == word).unwrap();
    roots.swap_remove(at);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn exactly_the_unreachable_is_freed(steps in steps()) {
        let _session = Session::begin();
        TOY.roots.lock().clear();
        collect(Reason::Explicit).unwrap();
        let mut model = Model::default();
        for step in &steps {
            model.apply(step);
        }
        model.collect();
        while let Some(handle) = model.handles.pop() {
            unroot(handle);
            decref(handle);
        }
        model.collect();
    }
}
