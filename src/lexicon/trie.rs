//! A byte trie over all words of names and patterns.

use std::collections::HashMap;

/// A word, or the beginning of a word, that the codebook knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

const NOTHING: u32 = u32::MAX;

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

    /// Closes the lexicon.
    pub fn build(self) -> Lexicon {
        let mut nodes = Vec::with_capacity(self.nodes.len());
        let mut edges = Vec::new();
        let mut root = Box::new([NOTHING; 256]);
        for (&byte, &node) in &self.nodes[0].edges {
            root[usize::from(byte)] = node as u32;
        }
        for open in self.nodes {
            let first = edges.len() as u32;
            let mut own: Vec<(u8, u32)> =
                open.edges.into_iter().map(|(byte, node)| (byte, node as u32)).collect();
            own.sort_unstable();
            edges.extend(own);
            nodes.push(Node { first, end: edges.len() as u32, exact: open.exact, prefix: open.prefix });
        }
        Lexicon { nodes, edges, root, symbols: self.letters.len() }
    }
}

#[derive(Debug)]
struct Node {
    first: u32,
    end: u32,
    exact: Option<Symbol>,
    prefix: Option<Symbol>,
}

/// All words of names and patterns, closed.
#[derive(Debug)]
pub struct Lexicon {
    nodes: Vec<Node>,
    edges: Vec<(u8, u32)>,
    root: Box<[u32; 256]>,
    symbols: usize,
}

impl Lexicon {
    /// How many symbols there are; a symbol's number is below it.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// Appends the symbols of a folded word, prefixes first, the whole word last.
    pub fn look_up(&self, word: impl IntoIterator<Item = u8>, found: &mut Vec<Symbol>) {
        let mut bytes = word.into_iter();
        let Some(first) = bytes.next() else { return };
        let mut at = self.root[usize::from(first)];
        if at == NOTHING {
            return;
        }
        loop {
            let node = &self.nodes[at as usize];
            found.extend(node.prefix);
            let Some(byte) = bytes.next() else {
                found.extend(node.exact);
                return;
            };
            let edges = &self.edges[node.first as usize..node.end as usize];
            match edges.iter().find(|(edge, _)| *edge == byte) {
                Some((_, next)) => at = *next,
                None => return,
            }
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
}
