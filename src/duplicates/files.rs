//! Files of posts, or of tags that kept their texts, to copies.

use std::path::PathBuf;

use super::{Copies, Duplicates, Fingerprinted, Fingerprinter, Item, Settings};
use crate::{
    post::{DeadLetter, Post},
    read::{self, Options, Progress, ReadError},
    run::in_order,
    write::TOLD,
};

/// What was found in files.
#[derive(Debug)]
pub struct Found {
    /// The copies.
    pub copies: Copies,
    /// Records that could not be read.
    pub dead: u64,
    /// The first few of them.
    pub first_dead: Vec<DeadLetter>,
    /// Posts with a time that could not be read.
    pub bad_times: u64,
}

/// Finds the copies among the posts of files, in their order: everything that [`read`](crate::read) reads.
/// A file of tags is read like one of posts, where it kept their texts. `tick` is called now and then with the reader's
/// progress and the records done.
///
/// # Errors
/// [`ReadError`].
pub fn find(
    inputs: &[PathBuf],
    options: &Options,
    settings: Settings,
    threads: usize,
    mut tick: impl FnMut(&Progress, u64),
) -> Result<Found, ReadError> {
    let mut duplicates = Duplicates::new(settings);
    let fingerprinter = duplicates.fingerprinter().clone();
    let (mut dead, mut first_dead, mut bad_times, mut records) = (0, Vec::new(), 0, 0);
    let reader = read::open(inputs, options)?;
    let progress = reader.progress();
    in_order(
        reader,
        threads,
        || (),
        |chunk, ()| {
            let mut posts = chunk.posts();
            let read: Vec<Result<Fingerprinted, DeadLetter>> =
                posts.by_ref().map(|post| post.map(|post| fingerprinted(&fingerprinter, &post))).collect();
            (read, posts.bad_times())
        },
        |delivered| {
            let (read, unreadable) = delivered.result;
            bad_times += unreadable;
            records += delivered.records;
            for post in read {
                match post {
                    Ok(post) => {
                        duplicates.add(post);
                    }
                    Err(letter) => {
                        dead += 1;
                        if first_dead.len() < TOLD {
                            first_dead.push(letter);
                        }
                    }
                }
            }
            tick(&progress, records);
            Ok::<(), ReadError>(())
        },
    )?;
    Ok(Found { copies: duplicates.finish(), dead, first_dead, bad_times })
}

fn fingerprinted(fingerprinter: &Fingerprinter, post: &Post) -> Fingerprinted {
    fingerprinter.read(&Item {
        id: &post.id,
        text: &post.text,
        time: post.time,
        author: post.author.as_deref(),
        is_repost: post.repost_of.is_some(),
    })
}
