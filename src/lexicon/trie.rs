//! A byte trie over all words of names and patterns.

use std::collections::HashMap;

/// A word, or the beginning of a word, that the codebook knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

#[derive(Debug, Default)]
struct OpenNode {
    edges: HashMap<u8, usize>,
    exact: Option<Symbol>,
    prefix: Option<Symbol>,
}

/// Collects the words of names and patterns.
#[derive(Debug)]
pub struct LexiconBuilder {
    nodes: Vec<OpenNode>,
    /// The length of each symbol's word, in letters.
    letters: Vec<usize>,
}

impl Default for LexiconBuilder {
    fn default() -> Self {
        Self { nodes: vec![OpenNode::default()], letters: Vec::new() }
    }
}

impl LexiconBuilder {
    fn node(&mut self, word: &str) -> usize {
        let mut at = 0;
        for byte in word.bytes() {
            let next = self.nodes.len();
            at = *self.nodes[at].edges.entry(byte).or_insert(next);
            if at == next {
                self.nodes.push(OpenNode::default());
            }
        }
        at
    }

    /// The symbol of exactly this (folded) word.
    pub fn exact(&mut self, word: &str) -> Symbol {
        let node = self.node(word);
        let fresh = Symbol(self.letters.len() as u32);
        let symbol = *self.nodes[node].exact.get_or_insert(fresh);
        self.remember(symbol, word);
        symbol
    }

    /// The symbol of this (folded) word and every longer one that begins so.
    pub fn prefix(&mut self, word: &str) -> Symbol {
        let node = self.node(word);
        let fresh = Symbol(self.letters.len() as u32);
        let symbol = *self.nodes[node].prefix.get_or_insert(fresh);
        self.remember(symbol, word);
        symbol
    }

    fn remember(&mut self, symbol: Symbol, word: &str) {
        if symbol.0 as usize == self.letters.len() {
            self.letters.push(word.chars().count());
        }
    }

    /// How many letters the word of a symbol has.
    pub fn letters(&self, symbol: Symbol) -> usize {
        self.letters.get(symbol.0 as usize).copied().unwrap_or(0)
    }

    /// How many nodes the words take so far.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Closes the lexicon.
    pub fn build(self) -> Lexicon {
        let symbols = self.letters.len();
        // Breadth first, so that the nodes below one stand together; each with the bytes that must follow on the way to it.
        let mut order = vec![(0, 0..0)];
        let mut lexicon = Lexicon {
            nodes: Vec::new(),
            labels: vec![0],
            tables: Vec::new(),
            tails: Vec::new(),
            pairs: vec![NONE; 1 << 16].into_boxed_slice(),
            letters: [false; 256],
            short: vec![0; 1 << 10].into_boxed_slice(),
            quads: Quads::default(),
            symbols,
        };
        while let Some((node, tail)) = order.get(lexicon.nodes.len()).cloned() {
            let open = &self.nodes[node];
            let mut edges: Vec<(u8, usize)> = open.edges.iter().map(|(&byte, &node)| (byte, node)).collect();
            edges.sort_unstable();
            let first = order.len() as u32;
            let least = edges.first().map_or(0, |(byte, _)| *byte);
            let (table, span) = if edges.len() < WIDE {
                (NONE, edges.len())
            } else {
                let table = lexicon.tables.len();
                let span = edges.last().map_or(0, |(byte, _)| usize::from(byte - least) + 1);
                lexicon.tables.resize(table + span, NONE);
                for (at, (byte, _)) in edges.iter().enumerate() {
                    lexicon.tables[table + usize::from(byte - least)] = first + at as u32;
                }
                (table as u32, span)
            };
            lexicon.nodes.push(Node {
                first,
                table,
                tail: tail.start as u32,
                // No byte of UTF-8 is above 0xF4: the span of bytes fits.
                span: span as u8,
                least,
                bytes: tail.len() as u8,
                symbols: u8::from(open.exact.is_some()) | u8::from(open.prefix.is_some()) << 1,
                exact: open.exact.unwrap_or(Symbol(NONE)),
                prefix: open.prefix.unwrap_or(Symbol(NONE)),
            });
            for (byte, node) in edges {
                lexicon.labels.push(byte);
                let from = lexicon.tails.len();
                // The nodes behind the first byte are those of `pairs`.
                let end =
                    if lexicon.nodes.len() == 1 { node } else { self.only_way(node, &mut lexicon.tails) };
                order.push((end, from..lexicon.tails.len()));
            }
        }
        let ways = |node: usize| {
            let ways = lexicon.nodes[node].first..lexicon.nodes.get(node + 1).map_or(0, |next| next.first);
            ways.map(|next| (lexicon.labels[next as usize], next))
        };
        for (a, behind) in ways(0) {
            lexicon.letters[usize::from(a)] = lexicon.nodes[behind as usize].symbols != 0;
            for (b, next) in ways(behind as usize) {
                lexicon.pairs[pair(a, b)] = next;
            }
        }
        let mut quads = Vec::new();
        for (beginning, depth, node) in self.beginnings() {
            let [a, b, ..] = beginning;
            match depth {
                2 | 3 if self.nodes[node].prefix.is_some() => {
                    lexicon.short[pair(a, b) / 64] |= 1 << (pair(a, b) % 64);
                }
                4 => quads.extend(lexicon.behind(beginning).map(|place| (beginning, place))),
                _ => {}
            }
        }
        lexicon.quads = Quads::new(&quads);
        lexicon
    }

    /// Every node down to four bytes below the root: the bytes that lead to it, how many they are, and its number.
    fn beginnings(&self) -> Vec<([u8; 4], usize, usize)> {
        let mut all = vec![([0; 4], 0, 0)];
        let mut at = 0;
        while let Some(&(bytes, depth, node)) = all.get(at) {
            at += 1;
            if depth < 4 {
                all.extend(self.nodes[node].edges.iter().map(|(&byte, &next)| {
                    let mut longer = bytes;
                    longer[depth] = byte;
                    (longer, depth + 1, next)
                }));
            }
        }
        all
    }

    /// Goes on from a node while there is one way and nothing ends; writes down the bytes, gives the node reached.
    fn only_way(&self, mut node: usize, bytes: &mut Vec<u8>) -> usize {
        for _ in 0..u8::MAX {
            let OpenNode { edges, exact: None, prefix: None } = &self.nodes[node] else { break };
            let mut ways = edges.iter();
            let (Some((&byte, &next)), None) = (ways.next(), ways.next()) else { break };
            bytes.push(byte);
            node = next;
        }
        node
    }
}

/// From so many ways on a node has a table of them: the first bytes of words lead to many nodes, and are asked for
/// most.
const WIDE: usize = 4;

const NONE: u32 = u32::MAX;

fn pair(a: u8, b: u8) -> usize {
    usize::from(a) << 8 | usize::from(b)
}

#[derive(Debug)]
struct Node {
    /// Where the nodes that follow stand.
    first: u32,
    /// Where its table begins, if it has one.
    table: u32,
    /// The bytes that must follow the one that leads here, in [`Lexicon::tails`]: where nothing branches and nothing
    /// ends, there are no nodes in between.
    tail: u32,
    /// With a table: how many bytes it covers, from `least` on; without: how many nodes follow.
    span: u8,
    least: u8,
    bytes: u8,
    /// Whether a word ends here, and whether the beginning of one does: a bit for each.
    symbols: u8,
    exact: Symbol,
    prefix: Symbol,
}

/// All words of names and patterns, closed.
#[derive(Debug)]
pub struct Lexicon {
    nodes: Vec<Node>,
    /// The byte that leads to each node; apart from the nodes, so that those to choose from share a line of the cache.
    labels: Vec<u8>,
    /// By byte: the node that follows, for those that lead to many; all tables in one row.
    tables: Vec<u32>,
    tails: Vec<u8>,
    /// By the first two bytes of a word: the node that they lead to.
    pairs: Box<[u32]>,
    /// By the first byte of a word: whether it is a word, or the beginning of one, by itself.
    letters: [bool; 256],
    /// By the first two bytes of a word, a bit each: whether they, or they and a third, are the beginning of one by themselves.
    short: Box<[u64]>,
    quads: Quads,
    symbols: usize,
}

/// A node, and how many bytes of its tail the way there has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    node: u32,
    passed: u8,
}

/// Where the first four bytes of a word lead, by open addressing: most words of a post end their search here.
#[derive(Debug, Default)]
struct Quads {
    /// Bytes and place; places without a node are free, and at least every second one is.
    slots: Vec<(u32, Place)>,
    /// The bits of the hash that are not used.
    shift: u32,
}

impl Quads {
    fn new(quads: &[([u8; 4], Place)]) -> Self {
        let bits = (2 * quads.len() + 1).next_power_of_two().ilog2();
        let mut table =
            Quads { slots: vec![(0, Place { node: NONE, passed: 0 }); 1 << bits], shift: 32 - bits };
        for (bytes, place) in quads {
            let (at, _) = table.slot(*bytes);
            table.slots[at] = (u32::from_le_bytes(*bytes), *place);
        }
        table
    }

    /// The slot of these bytes, theirs or free, and what it holds.
    #[inline]
    fn slot(&self, bytes: [u8; 4]) -> (usize, Place) {
        let key = u32::from_le_bytes(bytes);
        // Fibonacci hashing (Knuth, volume 3, 6.4).
        let mut at = (key.wrapping_mul(0x9E37_79B1) >> self.shift) as usize;
        loop {
            let (known, place) = self.slots[at];
            if known == key || place.node == NONE {
                return (at, place);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

impl Lexicon {
    /// How many symbols there are; a symbol's number is below it.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// Appends the symbols of a folded word, prefixes first, the whole word last.
    pub fn look_up(&self, word: &[u8], found: &mut Vec<Symbol>) {
        if let Some((&[a, b, c, d], rest)) = word.split_first_chunk()
            && !self.letters[usize::from(a)]
            && self.short[pair(a, b) / 64] >> (pair(a, b) % 64) & 1 == 0
        {
            let (_, place) = self.quads.slot([a, b, c, d]);
            return self.follow(place, rest, found);
        }
        // What is shorter, and what goes on from a beginning of three bytes or less, is rare.
        let Some((&first, rest)) = word.split_first() else { return };
        if self.letters[usize::from(first)]
            && let Some(letter) = self.nodes.get(self.step(&self.nodes[0], first) as usize)
        {
            found.extend((letter.symbols & 2 != 0).then_some(letter.prefix));
            found.extend((letter.symbols & 1 != 0 && rest.is_empty()).then_some(letter.exact));
        }
        let Some((&second, rest)) = rest.split_first() else { return };
        self.follow(Place { node: self.pairs[pair(first, second)], passed: 0 }, rest, found);
    }

    /// Goes on from a place with the rest of a word, and appends the symbols on the way.
    #[inline]
    fn follow(&self, place: Place, mut rest: &[u8], found: &mut Vec<Symbol>) {
        let mut passed = usize::from(place.passed);
        let mut next = self.nodes.get(place.node as usize);
        while let Some(node) = next {
            if node.bytes > 0 {
                let tail = &self.tails[node.tail as usize..][passed..usize::from(node.bytes)];
                // Shorter than what a call to compare memory costs.
                if tail.len() > rest.len() || tail.iter().zip(rest).any(|(a, b)| a != b) {
                    return;
                }
                rest = &rest[tail.len()..];
                passed = 0;
            }
            if node.symbols & 2 != 0 {
                found.push(node.prefix);
            }
            let Some((&byte, behind)) = rest.split_first() else {
                if node.symbols & 1 != 0 {
                    found.push(node.exact);
                }
                return;
            };
            rest = behind;
            next = self.nodes.get(self.step(node, byte) as usize);
        }
    }

    /// Where four bytes lead, if a word goes there.
    fn behind(&self, bytes: [u8; 4]) -> Option<Place> {
        let [first, second, rest @ ..] = bytes;
        let mut place = Place { node: self.pairs[pair(first, second)], passed: 0 };
        for byte in rest {
            let node = self.nodes.get(place.node as usize)?;
            if place.passed < node.bytes {
                let tail = self.tails[node.tail as usize + usize::from(place.passed)];
                (tail == byte).then_some(())?;
                place.passed += 1;
            } else {
                place = Place { node: self.step(node, byte), passed: 0 };
            }
        }
        (place.node != NONE).then_some(place)
    }

    /// The number of the node that a byte leads to; [`NONE`] without one.
    #[inline]
    fn step(&self, node: &Node, byte: u8) -> u32 {
        if node.table == NONE {
            let labels = &self.labels[node.first as usize..][..usize::from(node.span)];
            labels.iter().position(|label| *label == byte).map_or(NONE, |at| node.first + at as u32)
        } else {
            let at = byte.wrapping_sub(node.least);
            if at < node.span { self.tables[node.table as usize + usize::from(at)] } else { NONE }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_and_beginnings() {
        let mut builder = LexiconBuilder::default();
        let pak = builder.exact("pak");
        let pakistani = builder.prefix("pakistan");
        let india = builder.exact("بھارت");
        assert_eq!(builder.exact("pak"), pak);
        assert_ne!(builder.exact("pakistan"), pakistani);
        let lexicon = builder.build();
        let look = |word: &str| {
            let mut found = Vec::new();
            lexicon.look_up(word.as_bytes(), &mut found);
            found
        };
        assert_eq!(look("pak"), [pak]);
        assert_eq!(look("pakistanis"), [pakistani]);
        assert_eq!(look("pakistan").len(), 2);
        assert_eq!(look("بھارت"), [india]);
        assert_eq!(look("paki"), []);
        assert_eq!(look(""), []);
        assert_eq!(lexicon.symbols(), 4);
    }

    #[test]
    fn a_long_way_without_a_fork_is_followed_to_its_end_only() {
        let long = "x".repeat(700);
        let mut builder = LexiconBuilder::default();
        let symbols = [builder.exact(&long), builder.prefix("xxxxa"), builder.exact("zumbador")];
        let lexicon = builder.build();
        for (word, expected) in [
            (&*long, &symbols[..1]),
            (&long[1..], &[]),
            (&long[..255], &[]),
            ("xxxxab", &symbols[1..2]),
            ("xxxx", &[]),
            ("zumbador", &symbols[2..]),
            ("zumbado", &[]),
            ("zumbadora", &[]),
            ("zumb", &[]),
        ] {
            let mut found = Vec::new();
            lexicon.look_up(word.as_bytes(), &mut found);
            assert_eq!(found, expected, "{word}");
        }
    }

    #[test]
    fn a_node_with_many_ways_finds_them_all_and_no_other() {
        let letters: Vec<String> = ('a'..='z').chain('а'..='я').map(|c| c.to_string()).collect();
        let mut builder = LexiconBuilder::default();
        let symbols: Vec<Symbol> = letters.iter().map(|letter| builder.exact(letter)).collect();
        let lexicon = builder.build();
        for (letter, symbol) in letters.iter().zip(symbols) {
            let mut found = Vec::new();
            lexicon.look_up(letter.as_bytes(), &mut found);
            assert_eq!(found, [symbol], "{letter}");
        }
        for other in ["0", "ß", "ب", "aa", "Ӿ"] {
            let mut found = Vec::new();
            lexicon.look_up(other.as_bytes(), &mut found);
            assert_eq!(found, [], "{other}");
        }
    }

    #[test]
    fn words_of_every_length_are_found_as_by_comparing_them_all() {
        // Of few letters of one and two bytes, so that many share their beginning.
        let word = |mut number: usize| {
            let mut word = String::new();
            while number > 0 {
                word.push(['a', 'b', 'ب', 'ت'][number % 4]);
                number /= 4;
            }
            word
        };
        let mut builder = LexiconBuilder::default();
        let mut known = Vec::new();
        for number in (1..40_000).step_by(97) {
            let word = word(number);
            if number % 3 == 0 {
                known.push((word.clone(), true, builder.prefix(&word)));
            } else {
                known.push((word.clone(), false, builder.exact(&word)));
            }
        }
        let lexicon = builder.build();
        for number in 1..40_000 {
            let word = word(number);
            let mut found = Vec::new();
            lexicon.look_up(word.as_bytes(), &mut found);
            let mut expected: Vec<(bool, usize, Symbol)> = known
                .iter()
                .filter(|(known, prefix, _)| if *prefix { word.starts_with(known) } else { word == *known })
                .map(|(known, prefix, symbol)| (!prefix, known.len(), *symbol))
                .collect();
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(found, expected.iter().map(|(_, _, symbol)| *symbol).collect::<Vec<_>>(), "{word}");
        }
    }
}
