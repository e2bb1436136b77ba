//! The word list as a trie: cuts hashtags into words, and tells whether a spelling is a word.

use std::sync::{Arc, LazyLock};

/// Words with weights on the Zipf scale.
#[derive(Debug)]
pub(super) struct Words {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// The byte that leads here.
    label: u8,
    /// How many nodes follow from here; they stand together, sorted by label.
    children: u16,
    first_child: u32,
    /// The word's weight; `NAN` where no word ends.
    weight: f32,
}

/// A place in the trie while it is walked byte by byte.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(u32);

static BUILT_IN: LazyLock<Arc<Words>> = LazyLock::new(|| Arc::new(Words::build(built_in_list())));

fn built_in_list() -> Vec<(String, f32)> {
    include_str!("words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (word, weight) = line.split_once(' ')?;
            Some((word.to_owned(), weight.parse().ok()?))
        })
        .collect()
}

impl Words {
    /// The built-in list, built once.
    pub(super) fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }

    /// No words but these, already folded.
    pub(super) fn only(list: Vec<String>) -> Self {
        Self::build(list.into_iter().map(|word| (word, 0.0)).collect())
    }

    /// The built-in list and more words, already folded; a word in both keeps the larger weight.
    pub(super) fn built_in_and(more: impl IntoIterator<Item = (String, f32)>) -> Self {
        let mut list = built_in_list();
        list.extend(more.into_iter().filter(|(word, weight)| !word.is_empty() && weight.is_finite()));
        Self::build(list)
    }

    fn build(mut list: Vec<(String, f32)>) -> Self {
        list.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        list.dedup_by(|later, earlier| later.0 == earlier.0);
        let root = Node { label: 0, children: 0, first_child: 0, weight: f32::NAN };
        let mut nodes = vec![root];
        // Breadth first: each entry is a node and the range of words below it, `depth` bytes deep.
        let mut queue = std::collections::VecDeque::from([(0usize, 0..list.len(), 0usize)]);
        while let Some((node, mut range, depth)) = queue.pop_front() {
            let byte = |i: usize| list[i].0.as_bytes().get(depth).copied();
            if range.start < range.end && byte(range.start).is_none() {
                nodes[node].weight = list[range.start].1;
                range.start += 1;
            }
            nodes[node].first_child = nodes.len() as u32;
            while range.start < range.end {
                let label = byte(range.start);
                let end = (range.start..range.end).find(|&i| byte(i) != label).unwrap_or(range.end);
                queue.push_back((nodes.len(), range.start..end, depth + 1));
                nodes.push(Node { label: label.unwrap_or(0), children: 0, first_child: 0, weight: f32::NAN });
                nodes[node].children += 1;
                range.start = end;
            }
        }
        Self { nodes }
    }

    pub(super) fn start() -> Place {
        Place(0)
    }

    /// The place one byte further, if some word goes on that way.
    pub(super) fn step(&self, place: Place, byte: u8) -> Option<Place> {
        let node = self.nodes.get(place.0 as usize)?;
        let first = node.first_child as usize;
        let children = self.nodes.get(first..first + node.children as usize)?;
        let at = children.iter().position(|child| child.label >= byte)?;
        (children[at].label == byte).then_some(Place((first + at) as u32))
    }

    /// The place one character further.
    pub(super) fn step_char(&self, place: Place, c: char) -> Option<Place> {
        c.encode_utf8(&mut [0; 4]).bytes().try_fold(place, |place, byte| self.step(place, byte))
    }

    /// The characters that some word goes on with from here, each with the place behind it.
    pub(super) fn letters(&self, place: Place) -> Vec<(char, Place)> {
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), place)];
        while let Some((bytes, place)) = open.pop() {
            if let Some(c) = std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()) {
                found.push((c, place));
                continue;
            }
            let Some(node) = self.nodes.get(place.0 as usize) else { continue };
            for child in node.first_child..node.first_child + u32::from(node.children) {
                let Some(next) = self.nodes.get(child as usize) else { continue };
                open.push(([&bytes[..], &[next.label]].concat(), Place(child)));
            }
        }
        found
    }

    /// The weight of the word that ends here.
    pub(super) fn weight_at(&self, place: Place) -> Option<f32> {
        self.nodes.get(place.0 as usize).map(|node| node.weight).filter(|weight| !weight.is_nan())
    }

    /// The weight of a word.
    pub(super) fn weight(&self, word: impl IntoIterator<Item = char>) -> Option<f32> {
        let mut place = Self::start();
        let mut buffer = [0; 4];
        for c in word {
            for &byte in c.encode_utf8(&mut buffer).as_bytes() {
                place = self.step(place, byte)?;
            }
        }
        self.weight_at(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_it_holds_and_nothing_else() {
        let words = Words::built_in_and([("فیس".to_owned(), 4.0), ("pakistan".to_owned(), 1.0)]);
        for (word, weight) in built_in_list() {
            assert_eq!(words.weight(word.chars()), Some(weight), "{word}");
        }
        assert_eq!(words.weight("فیس".chars()), Some(4.0));
        let few = Words::only(vec!["فیس".to_owned(), "in".to_owned(), "ida".to_owned()]);
        let mut letters: Vec<char> = few.letters(Words::start()).into_iter().map(|(c, _)| c).collect();
        letters.sort_unstable();
        assert_eq!(letters, ['i', 'ف']);
        let behind = few.step_char(Words::start(), 'i').expect("a place");
        assert_eq!(few.letters(behind).len(), 2);
        for absent in ["", "pakista", "pakistanx", "ف", "~", "\u{10FFFF}"] {
            assert_eq!(words.weight(absent.chars()), None, "{absent:?}");
        }
    }
}
