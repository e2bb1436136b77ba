//! Work on several threads, results in the order of the input, memory bounded.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crossbeam_channel::{bounded, unbounded};

use crate::read::{Chunk, ReadError, Reader};

/// Chunks that may be under way for each worker: read, being worked on, or waiting for their turn.
const UNDER_WAY: usize = 4;

/// A chunk's result, handed over in the order of the input.
#[derive(Debug)]
pub struct Delivered<T> {
    /// What the worker made of the chunk.
    pub result: T,
    /// Records of the chunk.
    pub records: u64,
}

/// Reads chunks, works on them on `threads` threads, each with its own state from `state`, and hands
/// the results to `deliver` on the calling thread, in the order of the input. At most a few chunks a
/// worker are in memory, however long the input is and however unequal the work.
///
/// Gives the reader back, with what it knows of its inputs, and the workers' states.
///
/// # Errors
/// The first error of the reader (after everything read before it was delivered) or of `deliver`
/// (which ends the run at once).
///
/// # Panics
/// Where `state`, `work` or `deliver` does; the other threads end first.
pub fn in_order<T: Send, S: Send, E: From<ReadError>>(
    mut reader: Reader,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&Chunk, &mut S) -> T + Sync,
    mut deliver: impl FnMut(Delivered<T>) -> Result<(), E>,
) -> Result<(Reader, Vec<S>), E> {
    let threads = threads.max(1);
    // A chunk may be read only when one of these tickets is free; the ticket returns when the chunk's
    // result was delivered. That bounds everything, also results that wait for a slow one before them.
    let (ticket_back, tickets) = bounded::<()>(threads * UNDER_WAY);
    for () in std::iter::repeat_n((), threads * UNDER_WAY) {
        let _ = ticket_back.send(());
    }
    let (to_workers, from_reader) = unbounded::<(u64, Chunk)>();
    let (to_writer, from_workers) = unbounded::<(u64, thread::Result<Delivered<T>>)>();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let stop = &stop;
        let reading = scope.spawn(move || {
            let mut outcome = Ok(());
            for number in 0.. {
                if tickets.recv().is_err() || stop.load(Ordering::Relaxed) {
                    break;
                }
                match reader.next_chunk() {
                    Ok(Some(chunk)) => {
                        if to_workers.send((number, chunk)).is_err() {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        outcome = Err(error);
                        break;
                    }
                }
            }
            (reader, outcome)
        });
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (from_reader, to_writer) = (from_reader.clone(), to_writer.clone());
                let (state, work) = (&state, &work);
                scope.spawn(move || {
                    let mut own = state();
                    for (number, chunk) in from_reader {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        // A chunk that never arrives would make everybody wait for it for ever.
                        let worked = catch_unwind(AssertUnwindSafe(|| work(&chunk, &mut own)));
                        let records = chunk.len() as u64;
                        let delivered = worked.map(|result| Delivered { result, records });
                        if to_writer.send((number, delivered)).is_err() {
                            break;
                        }
                    }
                    own
                })
            })
            .collect();
        drop((from_reader, to_writer));
        let mut waiting = BTreeMap::new();
        let mut next = 0u64;
        let mut outcome: Result<(), E> = Ok(());
        let mut panic = None;
        'results: for (number, delivered) in from_workers {
            waiting.insert(number, delivered);
            while let Some(delivered) = waiting.remove(&next) {
                next += 1;
                match delivered.map(&mut deliver) {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => outcome = Err(error),
                    Err(payload) => panic = Some(payload),
                }
                if outcome.is_err() || panic.is_some() {
                    stop.store(true, Ordering::Relaxed);
                    break 'results;
                }
                let _ = ticket_back.send(());
            }
        }
        drop(ticket_back);
        let states = workers.into_iter().map(join).collect();
        let (reader, read) = join(reading);
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
        outcome?;
        read?;
        Ok((reader, states))
    })
}

/// A thread's result; its panic goes on here.
fn join<T>(handle: thread::ScopedJoinHandle<'_, T>) -> T {
    handle.join().unwrap_or_else(|payload| resume_unwind(payload))
}
