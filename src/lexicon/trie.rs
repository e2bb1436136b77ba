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
        // Breadth first, so that the nodes below one stand together.
        let mut order = vec![0];
        let mut lexicon = Lexicon { nodes: Vec::new(), labels: vec![0], tables: Vec::new(), symbols };
        while let Some(open) = order.get(lexicon.nodes.len()).and_then(|&node| self.nodes.get(node)) {
            let mut edges: Vec<(u8, usize)> = open.edges.iter().map(|(&byte, &node)| (byte, node)).collect();
            edges.sort_unstable();
            let first = order.len() as u32;
            let table = if edges.len() < WIDE {
                NONE
            } else {
                let mut table = [NONE; 256];
                for (at, (byte, _)) in edges.iter().enumerate() {
                    table[usize::from(*byte)] = first + at as u32;
                }
                lexicon.tables.push(table);
                lexicon.tables.len() as u32 - 1
            };
            lexicon.nodes.push(Node {
                first,
                edges: edges.len() as u16,
                symbols: u16::from(open.exact.is_some()) | u16::from(open.prefix.is_some()) << 1,
                table,
                exact: open.exact.unwrap_or(Symbol(NONE)),
                prefix: open.prefix.unwrap_or(Symbol(NONE)),
            });
            lexicon.labels.extend(edges.iter().map(|(byte, _)| *byte));
            order.extend(edges.iter().map(|(_, node)| *node));
        }
        lexicon
    }
}

/// From so many ways on a node has a table of them: the first bytes of words lead to many nodes, and are asked for
/// most.
const WIDE: usize = 12;

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Node {
    /// The nodes that follow: so many from `first` on.
    first: u32,
    edges: u16,
    /// Whether a word ends here, and whether the beginning of one does: a bit for each.
    symbols: u16,
    /// Its table, if it has one.
    table: u32,
    exact: Symbol,
    prefix: Symbol,
}

/// All words of names and patterns, closed.
#[derive(Debug)]
pub struct Lexicon {
    nodes: Vec<Node>,
    /// The byte that leads to each node; apart from the nodes, so that those to choose from share a line of the cache.
    labels: Vec<u8>,
    /// By byte: the node that follows, for those that lead to many.
    tables: Vec<[u32; 256]>,
    symbols: usize,
}

impl Lexicon {
    /// How many symbols there are; a symbol's number is below it.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// Appends the symbols of a folded word, prefixes first, the whole word last.
    pub fn look_up(&self, word: impl IntoIterator<Item = u8>, found: &mut Vec<Symbol>) {
        let mut node = &self.nodes[0];
        for byte in word {
            let next = match self.tables.get(node.table as usize) {
                Some(table) => table[usize::from(byte)],
                None => {
                    let first = node.first as usize;
                    let labels = &self.labels[first..first + usize::from(node.edges)];
                    match labels.iter().position(|label| *label == byte) {
                        Some(at) => node.first + at as u32,
                        None => return,
                    }
                }
            };
            match self.nodes.get(next as usize) {
                Some(following) => node = following,
                None => return,
            }
            if node.symbols & 2 != 0 {
                found.push(node.prefix);
            }
        }
        if node.symbols & 1 != 0 {
            found.push(node.exact);
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
            lexicon.look_up(word.bytes(), &mut found);
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
    fn a_node_with_many_ways_finds_them_all_and_no_other() {
        let letters: Vec<String> = ('a'..='z').chain('а'..='я').map(|c| c.to_string()).collect();
        let mut builder = LexiconBuilder::default();
        let symbols: Vec<Symbol> = letters.iter().map(|letter| builder.exact(letter)).collect();
        let lexicon = builder.build();
        for (letter, symbol) in letters.iter().zip(symbols) {
            let mut found = Vec::new();
            lexicon.look_up(letter.bytes(), &mut found);
            assert_eq!(found, [symbol], "{letter}");
        }
        for other in ["0", "ß", "ب", "aa", "Ӿ"] {
            let mut found = Vec::new();
            lexicon.look_up(other.bytes(), &mut found);
            assert_eq!(found, [], "{other}");
        }
    }
}
