//! Which texts belong together: union–find.

/// Texts by number, each in one group; a group's root is its first text.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<u32>);

impl Groups {
    /// A new text, in a group of its own.
    pub(super) fn push(&mut self) {
        self.0.push(self.0.len() as u32);
    }

    pub(super) fn root(&mut self, text: u32) -> u32 {
        let mut at = text as usize;
        while self.0[at] as usize != at {
            self.0[at] = self.0[self.0[at] as usize];
            at = self.0[at] as usize;
        }
        at as u32
    }

    /// Makes two groups one; gives the root that stays and the one that is none any more, where they were two.
    pub(super) fn join(&mut self, a: u32, b: u32) -> Option<(u32, u32)> {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return None;
        }
        let (stays, goes) = (a.min(b), a.max(b));
        self.0[goes as usize] = stays;
        Some((stays, goes))
    }

    /// Takes texts out, whole groups only: `number` gives each text's new number, if it stays.
    pub(super) fn retain(&mut self, number: &[Option<u32>]) {
        let roots: Vec<u32> = (0..self.0.len() as u32).map(|text| self.root(text)).collect();
        let stays = roots.iter().zip(number).filter(|(_, number)| number.is_some());
        self.0 = stays.filter_map(|(&root, _)| number[root as usize]).collect();
    }
}
