//! All posts, counted by cell, stratum and what they were given; and the audited ones among them.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

use super::{Comparison, Condition, EstimateError, Keys, Row, RowsRead, Stratum, each_row, ppi::Unaudited};
use crate::post::Stance;

/// The most cells held.
const MOST_CELLS: usize = 100_000;

/// A label, or a label toward a target.
pub(super) type What = (String, Option<String>);

/// How the posts are counted.
pub(super) struct Counting<'a> {
    pub keys: &'a Keys,
    pub conditions: &'a [Condition],
    pub compare: &'a [Comparison],
    /// Predictions are scores, not given tags.
    pub scores: bool,
    /// The name of a target in the gold's words.
    pub target: &'a dyn Fn(&str) -> String,
}

/// What a cell is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum CellName {
    /// All posts that meet the conditions.
    All,
    /// Those with these values of the keys.
    Values(Vec<String>),
    /// One side of a comparison.
    Side(usize, usize),
}

/// The counts of a cell.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub posts: u64,
    pub strata: BTreeMap<u32, Count>,
}

/// The counts of a stratum in a cell.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub posts: u64,
    /// By what was given or scored.
    pub predicted: HashMap<u32, Predicted>,
}

/// How often something was given, and the sums of its predictions.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Predicted {
    pub given: u64,
    pub sums: Unaudited,
}

/// An audited post that was found among the tags.
#[derive(Debug)]
pub(super) struct Found {
    /// Its place in the gold.
    pub gold: usize,
    pub cells: Vec<u32>,
    pub stratum: u32,
    /// What was given, or scored, and how much.
    pub predicted: HashMap<u32, (bool, f64)>,
}

/// Names with numbers.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    numbers: HashMap<T, u32>,
    pub names: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), names: Vec::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Numbered<T> {
    pub fn of(&mut self, name: &T) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.clone(), number);
        self.names.push(name.clone());
        number
    }

    pub fn get(&self, name: &T) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// All posts, counted.
#[derive(Debug, Default)]
pub(super) struct Population {
    pub read: RowsRead,
    /// Posts that meet the conditions.
    pub posts: u64,
    pub cells: Vec<Cell>,
    pub cell_names: Numbered<CellName>,
    pub strata: Numbered<Stratum>,
    pub whats: Numbered<What>,
    pub found: Vec<Found>,
    /// Audited posts whose id came again.
    pub repeated: u64,
    /// Audited posts that do not meet the conditions.
    pub left_out: u64,
    /// Posts on neither or both sides, by comparison.
    pub beside: Vec<u64>,
    /// The stance that a label stands for.
    pub stances: HashMap<String, Stance>,
    /// Posts without scores, where scores were asked for.
    pub without_scores: u64,
}

impl Population {
    /// Counts the posts of tag files; `audited` gives the place of an audited post by its id, one of so
    /// many `places`.
    pub fn count(
        tags: &[PathBuf],
        how: &Counting<'_>,
        audited: &HashMap<&str, usize>,
        places: usize,
    ) -> Result<Self, EstimateError> {
        let mut population = Self { beside: vec![0; how.compare.len()], ..Self::default() };
        let mut seen = vec![false; places];
        population.cell_names.of(&CellName::All);
        population.cells.push(Cell::default());
        let read = each_row(tags, |row| population.add(&row, how, audited, &mut seen))?;
        population.read = read;
        Ok(population)
    }

    fn add(
        &mut self,
        row: &Row,
        how: &Counting<'_>,
        audited: &HashMap<&str, usize>,
        seen: &mut [bool],
    ) -> Result<(), EstimateError> {
        for tag in &row.tags {
            if let Some(stance) = tag.stance
                && !self.stances.contains_key(&tag.label)
            {
                self.stances.insert(tag.label.clone(), stance);
            }
        }
        let place = audited.get(row.id.as_str()).copied();
        let again = place.is_some_and(|place| std::mem::replace(&mut seen[place], true));
        self.repeated += u64::from(again);
        if !how.conditions.iter().all(|condition| condition.holds(row)) {
            self.left_out += u64::from(place.is_some() && !again);
            return Ok(());
        }
        self.posts += 1;
        let stratum = self.strata.of(&Stratum::of(row));
        let predicted = self.predicted(row, how);
        let cells = self.cells_of(row, how)?;
        for &cell in &cells {
            let cell = &mut self.cells[cell as usize];
            cell.posts += 1;
            let count = cell.strata.entry(stratum).or_default();
            count.posts += 1;
            for (&what, &(given, prediction)) in &predicted {
                let sums = count.predicted.entry(what).or_default();
                sums.given += u64::from(given);
                sums.sums.add(prediction);
            }
        }
        if let (Some(gold), false) = (place, again) {
            self.found.push(Found { gold, cells, stratum, predicted });
        }
        Ok(())
    }

    fn predicted(&mut self, row: &Row, how: &Counting<'_>) -> HashMap<u32, (bool, f64)> {
        let mut predicted: HashMap<u32, (bool, f64)> = HashMap::new();
        let mut give = |what: u32, score: f64| {
            let entry = predicted.entry(what).or_insert((true, 0.0));
            entry.1 = f64::max(entry.1, if how.scores { score } else { 1.0 });
        };
        for tag in &row.tags {
            give(self.whats.of(&(tag.label.clone(), None)), tag.score);
            if how.keys.target {
                give(self.whats.of(&(tag.label.clone(), Some((how.target)(&tag.target)))), tag.score);
            }
        }
        for (label, &score) in &row.scores {
            let what = self.whats.of(&(label.clone(), None));
            if how.scores {
                predicted.entry(what).or_insert((false, 0.0)).1 = score;
            }
        }
        for label in &row.abstained {
            self.whats.of(&(label.clone(), None));
        }
        self.without_scores += u64::from(how.scores && row.scores.is_empty());
        predicted
    }

    fn cells_of(&mut self, row: &Row, how: &Counting<'_>) -> Result<Vec<u32>, EstimateError> {
        let mut names = vec![CellName::All];
        names.extend(
            how.keys.cells(row).into_iter().filter(|values| !values.is_empty()).map(CellName::Values),
        );
        for (at, comparison) in how.compare.iter().enumerate() {
            match comparison.side(row) {
                Some(side) => names.push(CellName::Side(at, side)),
                None => self.beside[at] += 1,
            }
        }
        let cells: Vec<u32> = names.iter().map(|name| self.cell_names.of(name)).collect();
        self.cells.resize_with(self.cell_names.names.len(), Cell::default);
        if self.cells.len() > MOST_CELLS {
            return Err(EstimateError::TooManyCells { most: MOST_CELLS });
        }
        Ok(cells)
    }

    /// How often something was given in these cells together.
    pub fn given(&self, cells: &[u32], what: u32) -> u64 {
        self.sum(cells, |count| count.predicted.get(&what).map_or(0, |predicted| predicted.given))
    }

    /// The posts of these cells together.
    pub fn posts(&self, cells: &[u32]) -> u64 {
        cells.iter().map(|&cell| self.cells[cell as usize].posts).sum()
    }

    fn sum(&self, cells: &[u32], of: impl Fn(&Count) -> u64) -> u64 {
        cells.iter().flat_map(|&cell| self.cells[cell as usize].strata.values()).map(of).sum()
    }
}
