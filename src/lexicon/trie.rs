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
        let mut lexicon = Lexicon { nodes: Vec::new(), labels: vec![0], symbols };
        while let Some(open) = order.get(lexicon.nodes.len()).and_then(|&node| self.nodes.get(node)) {
            let mut edges: Vec<(u8, usize)> = open.edges.iter().map(|(&byte, &node)| (byte, node)).collect();
            edges.sort_unstable();
            let first = order.len() as u32;
            lexicon.nodes.push(Node {
                first,
                end: first + edges.len() as u32,
                exact: open.exact,
                prefix: open.prefix,
            });
            lexicon.labels.extend(edges.iter().map(|(byte, _)| *byte));
            order.extend(edges.iter().map(|(_, node)| *node));
        }
        lexicon
    }
}

#[derive(Debug)]
struct Node {
    /// The nodes that follow: from `first` to `end`.
    first: u32,
    end: u32,
    exact: Option<Symbol>,
    prefix: Option<Symbol>,
}

/// All words of names and patterns, closed.
#[derive(Debug)]
pub struct Lexicon {
    nodes: Vec<Node>,
    /// The byte that leads to each node; apart from the nodes, so that those to choose from share a line of the cache.
    labels: Vec<u8>,
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
            let labels = &self.labels[node.first as usize..node.end as usize];
            let Some(at) = labels.iter().position(|label| *label == byte) else { return };
            node = &self.nodes[node.first as usize + at];
            found.extend(node.prefix);
        }
        found.extend(node.exact);
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
