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
        lexicon
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
    symbols: usize,
}

impl Lexicon {
    /// How many symbols there are; a symbol's number is below it.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// Appends the symbols of a folded word, prefixes first, the whole word last.
    pub fn look_up(&self, word: &[u8], found: &mut Vec<Symbol>) {
        let Some((&first, mut rest)) = word.split_first() else { return };
        // A letter by itself, or as the beginning of words, is rare: it has a step of its own.
        let letter = if self.letters[usize::from(first)] { self.next(&self.nodes[0], first) } else { None };
        if let Some(letter) = letter {
            found.extend((letter.symbols & 2 != 0).then_some(letter.prefix));
            found.extend((letter.symbols & 1 != 0 && rest.is_empty()).then_some(letter.exact));
        }
        let Some((&second, behind)) = rest.split_first() else { return };
        rest = behind;
        let mut next = self.nodes.get(self.pairs[pair(first, second)] as usize);
        while let Some(node) = next {
            if node.bytes > 0 {
                let tail = &self.tails[node.tail as usize..][..usize::from(node.bytes)];
                // Shorter than what a call to compare memory costs.
                if tail.len() > rest.len() || tail.iter().zip(rest).any(|(a, b)| a != b) {
                    return;
                }
                rest = &rest[tail.len()..];
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
            next = self.next(node, byte);
        }
    }

    #[inline]
    fn next(&self, node: &Node, byte: u8) -> Option<&Node> {
        let next = if node.table == NONE {
            let labels = &self.labels[node.first as usize..][..usize::from(node.span)];
            node.first + labels.iter().position(|label| *label == byte)? as u32
        } else {
            let at = byte.wrapping_sub(node.least);
            if at >= node.span {
                return None;
            }
            self.tables[node.table as usize + usize::from(at)]
        };
        self.nodes.get(next as usize)
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
}
