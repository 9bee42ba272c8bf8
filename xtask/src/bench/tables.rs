//! The three tables: programs beside other Pythons, threads beside one thread, and start-up.

use std::time::Duration;

use super::process::run;
use super::{Options, Peer, programs_in, stem};

/// The best of several runs of one program on one Python.
struct Best {
    seconds: f64,
    memory: u64,
    output: String,
}

/// Runs the same arguments with every peer in turn, `rounds` times; one result a peer, in order.
fn interleave(peers: &[&Peer], arguments: &[Vec<String>], options: &Options) -> Vec<Result<Best, String>> {
    let mut results: Vec<Option<Result<Best, String>>> = peers.iter().map(|_| None).collect();
    for _ in 0..options.rounds {
        for ((peer, arguments), slot) in peers.iter().zip(arguments).zip(&mut results) {
            if matches!(slot, Some(Err(_))) {
                continue;
            }
            let outcome = run(peer, arguments, Duration::from_secs(options.limit));
            let next = match (slot.take(), outcome) {
                (_, Err(problem)) => Err(problem),
                (Some(Ok(best)), Ok(run)) => Ok(Best {
                    seconds: best.seconds.min(run.seconds),
                    memory: best.memory.min(run.memory),
                    output: best.output,
                }),
                (_, Ok(run)) => Ok(Best { seconds: run.seconds, memory: run.memory, output: run.output }),
            };
            *slot = Some(next);
        }
    }
    results.into_iter().map(|slot| slot.unwrap_or_else(|| Err("not run".to_owned()))).collect()
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

fn cell(result: &Result<Best, String>, reference: Option<&str>, show: impl Fn(&Best) -> String) -> String {
    match result {
        Ok(best) if reference.is_some_and(|text| text != best.output) => format!("{} WRONG", show(best)),
        Ok(best) => show(best),
        Err(problem) => problem.replace('|', "/"),
    }
}

fn failed(results: &[Result<Best, String>], reference: Option<&str>) -> usize {
    results
        .iter()
        .filter(|result| match result {
            Ok(best) => reference.is_some_and(|text| text != best.output),
            Err(_) => true,
        })
        .count()
}

fn rule(columns: usize) {
    println!("{}|", "|---".repeat(columns));
}

fn geometric_mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty())
        .then(|| (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp())
}

/// Single-threaded programs: seconds, pyre's speed relative to each peer, and memory. Returns how many runs went wrong.
pub fn programs(options: &Options) -> Result<usize, String> {
    let size = if options.full { "full" } else { "small" };
    let peers: Vec<&Peer> = options.peers.iter().collect();
    let mut header = String::from("| program |");
    peers.iter().for_each(|peer| header += &format!(" {} s |", peer.name));
    peers.iter().skip(1).for_each(|peer| header += &format!(" x {} |", peer.name));
    peers.iter().for_each(|peer| header += &format!(" {} MiB |", peer.name));
    println!("{header}");
    rule(3 * peers.len());
    let mut ratios: Vec<Vec<f64>> = vec![Vec::new(); peers.len()];
    let mut wrong = 0;
    for path in programs_in("benches", &options.names)? {
        let arguments = vec![vec![path.display().to_string(), size.to_owned()]; peers.len()];
        let results = interleave(&peers, &arguments, options);
        // CPython is the oracle: it stands right after pyre.
        let reference =
            results.iter().skip(1).find_map(|result| result.as_ref().ok()).map(|best| best.output.clone());
        wrong += failed(&results, reference.as_deref());
        let mut line = format!("| {} |", stem(&path));
        for result in &results {
            line +=
                &format!(" {} |", cell(result, reference.as_deref(), |best| format!("{:.3}", best.seconds)));
        }
        for (index, result) in results.iter().enumerate().skip(1) {
            match (&results[0], result) {
                (Ok(pyre), Ok(peer)) => {
                    let ratio = peer.seconds / pyre.seconds;
                    ratios[index].push(ratio);
                    line += &format!(" {ratio:.2} |");
                }
                _ => line += " - |",
            }
        }
        for result in &results {
            let memory =
                result.as_ref().map_or("-".to_owned(), |best| format!("{:.0}", mebibytes(best.memory)));
            line += &format!(" {memory} |");
        }
        println!("{line}");
    }
    let mut line = "| geometric mean |".to_owned() + &" |".repeat(peers.len());
    for values in ratios.iter().skip(1) {
        let mean = geometric_mean(values).map_or("-".to_owned(), |mean| format!("**{mean:.2}**"));
        line += &format!(" {mean} |");
    }
    println!("{line}{}\n", " |".repeat(peers.len()));
    Ok(wrong)
}

/// Threaded programs on pyre: one thread against several, for the same work.
pub fn threads(options: &Options) -> Result<usize, String> {
    let size = if options.full { "full" } else { "small" };
    let many = options.threads.to_string();
    let Some(pyre) = options.peers.first() else { return Ok(0) };
    println!("| threads | 1 thread s | {many} threads s | speed-up |");
    rule(4);
    let mut wrong = 0;
    for path in programs_in("benches/threads", &options.names)? {
        let arguments: Vec<Vec<String>> = ["1", many.as_str()]
            .iter()
            .map(|count| vec![path.display().to_string(), (*count).to_owned(), size.to_owned()])
            .collect();
        let results = interleave(&[pyre, pyre], &arguments, options);
        let reference = results[0].as_ref().ok().map(|best| best.output.clone());
        wrong += failed(&results, reference.as_deref());
        let ratio = match (&results[0], &results[1]) {
            (Ok(one), Ok(several)) => format!("{:.2}", one.seconds / several.seconds),
            _ => "-".to_owned(),
        };
        let show = |result| cell(result, reference.as_deref(), |best| format!("{:.3}", best.seconds));
        println!("| {} | {} | {} | {ratio} |", stem(&path), show(&results[0]), show(&results[1]));
    }
    println!();
    Ok(wrong)
}

/// Start-up: an empty program and a handful of imports, time and memory.
pub fn startup(options: &Options) -> Result<usize, String> {
    let peers: Vec<&Peer> = options.peers.iter().collect();
    let mut header = String::from("| start-up |");
    peers.iter().for_each(|peer| header += &format!(" {} ms | MiB |", peer.name));
    println!("{header}");
    rule(1 + 2 * peers.len());
    let mut wrong = 0;
    let more = Options {
        rounds: options.rounds.max(10),
        names: Vec::new(),
        peers: Vec::new(),
        only: None,
        ..*options
    };
    for code in ["pass", "import json, re, argparse, collections, pathlib"] {
        let arguments = vec![vec!["-c".to_owned(), code.to_owned()]; peers.len()];
        let results = interleave(&peers, &arguments, &more);
        wrong += failed(&results, None);
        let mut line = format!("| `{code}` |");
        for result in &results {
            line += &format!(" {} |", cell(result, None, |best| format!("{:.1}", best.seconds * 1000.0)));
            line += &format!(" {} |", cell(result, None, |best| format!("{:.1}", mebibytes(best.memory))));
        }
        println!("{line}");
    }
    println!();
    Ok(wrong)
}
