//! Tags find their texts: two streams in the same order, joined by id.
//!
//! `tag` writes the posts in the order that it read them, so a tagged post is never far from its text. Posts that are
//! read before they are asked for wait in a window; a text that is not within it is not found.

use std::collections::{HashMap, VecDeque};

use super::{ExportError, Tagged};
use crate::{post::Post, read::Reader};

/// Bytes of texts that wait.
const WINDOW_BYTES: usize = 256 << 20;

/// The posts' texts, by id.
pub(super) struct Texts {
    reader: Option<Reader>,
    waiting: HashMap<String, Post>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Texts {
    /// Texts of these posts; what cannot be read of them is passed over, as `tag` did.
    pub fn new(reader: Reader) -> Self {
        Self { reader: Some(reader), waiting: HashMap::new(), order: VecDeque::new(), bytes: 0 }
    }

    /// Gives a tagged post its text and the columns that were asked for.
    pub fn give(&mut self, tagged: &mut Tagged, meta: &[String]) -> Result<(), ExportError> {
        let id = &tagged.document.id;
        while !self.waiting.contains_key(id) {
            if !self.read()? {
                return Ok(());
            }
        }
        let Some(post) = self.waiting.remove(id) else { return Ok(()) };
        self.bytes -= post.text.len();
        let columns: serde_json::Map<String, serde_json::Value> =
            post.input.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        for name in meta {
            if let Some(value) = columns.get(name) {
                tagged.document.meta.insert(name.clone(), value.clone());
            }
        }
        tagged.document.text = post.text;
        tagged.has_text = true;
        Ok(())
    }

    /// Reads on; false at the end.
    fn read(&mut self) -> Result<bool, ExportError> {
        let Some(reader) = &mut self.reader else { return Ok(false) };
        let Some(chunk) = reader.next_chunk()? else {
            self.reader = None;
            return Ok(false);
        };
        for post in chunk.posts().flatten() {
            self.bytes += post.text.len();
            self.order.push_back(post.id.clone());
            // Of two posts with one id the first is the one that comes first in the tags, too.
            if let Some(twin) = self.waiting.get(&post.id) {
                self.bytes -= post.text.len();
                debug_assert_eq!(twin.id, post.id);
            } else {
                self.waiting.insert(post.id.clone(), post);
            }
        }
        while self.bytes > WINDOW_BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(post) = self.waiting.remove(&oldest) {
                self.bytes -= post.text.len();
            }
        }
        Ok(true)
    }
}
