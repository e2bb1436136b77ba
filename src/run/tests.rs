//! The promises of `in_order`, with work that takes unequally long.

use std::{
    io::{self, Read},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
};

use super::{Delivered, in_order};
use crate::read::{Options, ReadError, Reader, open_stream};

#[derive(Debug)]
enum Wrong {
    Read(ReadError),
    Deliver,
}

impl From<ReadError> for Wrong {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// One record a chunk.
fn reader(raw: impl Read + Send + 'static) -> Reader {
    let mut options = Options { format: Some(crate::read::Format::Text), ..Options::default() };
    options.limits.chunk_records = 1;
    open_stream(Box::new(raw), "test", &options).expect("a reader")
}

fn lines(count: usize) -> io::Cursor<String> {
    io::Cursor::new("post\n".repeat(count))
}

#[test]
fn results_come_in_the_order_of_the_input_and_few_are_under_way() {
    let (begun, under_way) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let most = AtomicUsize::new(0);
    let mut order = Vec::new();
    let threads = 3;
    let (reader, states) = in_order::<_, _, Wrong>(
        reader(lines(200)),
        threads,
        || 0usize,
        |chunk, done| {
            most.fetch_max(under_way.fetch_add(1, SeqCst) + 1, SeqCst);
            *done += 1;
            begun.fetch_add(1, SeqCst);
            let record = chunk.first_record();
            // Every fourth takes longer: until the two behind it have overtaken it.
            while record.is_multiple_of(4) && record < 196 && begun.load(SeqCst) < record as usize + 3 {
                std::thread::yield_now();
            }
            record
        },
        |Delivered { result, records }| {
            under_way.fetch_sub(1, SeqCst);
            assert_eq!(records, 1);
            order.push(result);
            Ok(())
        },
    )
    .expect("a run");
    assert_eq!(order, (0..200).collect::<Vec<u64>>());
    assert_eq!(states.iter().sum::<usize>(), 200);
    assert_eq!(reader.records(), 200);
    let most = most.into_inner();
    assert!((threads..=threads * 4).contains(&most), "{most} chunks were under way");
}

#[test]
fn no_records_give_no_results() {
    let run = in_order::<_, _, Wrong>(
        reader(lines(0)),
        2,
        || (),
        |chunk, ()| chunk.first_record(),
        |_| panic!("nothing is there"),
    );
    assert_eq!(run.expect("a run").0.records(), 0);
}

#[test]
fn an_error_of_the_writer_stops_the_run_soon() {
    let worked = AtomicUsize::new(0);
    let mut delivered = 0;
    let outcome = in_order(
        reader(lines(10_000)),
        2,
        || (),
        |chunk, ()| {
            worked.fetch_add(1, SeqCst);
            chunk.first_record()
        },
        |_| {
            delivered += 1;
            if delivered == 5 { Err(Wrong::Deliver) } else { Ok(()) }
        },
    );
    assert!(matches!(outcome, Err(Wrong::Deliver)));
    assert_eq!(delivered, 5);
    assert!(worked.into_inner() < 30);
}

#[test]
fn what_was_read_before_an_error_is_delivered() {
    struct Breaks;
    impl Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable was pulled"))
        }
    }
    // More than the window in which the format is looked for.
    let text = "a post of some length\n".repeat(100_000);
    let mut delivered = 0;
    let outcome = in_order(
        reader(io::Cursor::new(text).chain(Breaks)),
        2,
        || (),
        |chunk, ()| chunk.len(),
        |_| {
            delivered += 1;
            Ok(())
        },
    );
    let Err(Wrong::Read(error)) = outcome else { panic!("the error was lost") };
    assert!(error.to_string().contains("the cable was pulled"), "{error}");
    assert_eq!(delivered, 100_000);
}

#[test]
#[should_panic(expected = "the work went wrong")]
fn a_panic_of_the_work_ends_the_run() {
    let work =
        |chunk: &crate::read::Chunk, (): &mut ()| assert!(chunk.first_record() != 7, "the work went wrong");
    let _ = in_order::<_, _, Wrong>(reader(lines(1000)), 2, || (), work, |_| Ok(()));
}
