//! What stands around a hit: does it negate what the hit says, put it into another's mouth, take it back?

use std::{collections::HashMap, ops::Range};

use crate::{
    lexicon::{LexiconBuilder, Symbol, WordClass, Words},
    normalize::{Normalized, Normalizer},
    post::Language,
};

/// Words that negate what follows them: English, Arabic, Spanish, Portuguese, Romanian, Russian,
/// German, Turkish.
const BEFORE: &str = "not no never don't dont doesn't doesnt didn't didnt won't wont can't cant cannot isn't isnt \
    aren't arent wasn't wasnt weren't werent ain't aint wouldn't wouldnt shouldn't shouldnt couldn't couldnt \
    haven't havent hasn't hasnt nobody neither nor without \
    nunca jamás jamas tampoco ningún ninguna não nem jamais sem nenhum nenhuma niciun nu nici \
    لا لم لن ليس ليست ليسوا لست لسنا غير بدون مش مو \
    не нет никогда ни без nicht kein keine niemals değil hiç";

/// Words that negate what stands around them: in Urdu and Hindi the verb comes before or after.
const AROUND: &str = "nahi nahin nhi nai nahee nahein nahn nahii mat نہیں نہ مت نہی نئیں नहीं नही मत न नहि";

/// Words after which a negation no longer holds, and what was said before them counts less.
const CONTRAST: &str = "but however yet though although lekin lakin laikin magar mgr par پر لیکن مگر البتہ बल्कि लेकिन \
    मगर पर किंतु परंतु balke balkay balki pero sino mas porém لكن ولكن بل aber sondern но а ama fakat mais însă";

/// Words that take the negation back: "not only", "no doubt".
const NOT_NEGATING: &str = "only just doubt wonder sirf صرف सिर्फ solo sólo فقط";

/// Words that put a second target beside the first.
const AND: &str = "and or n aur or ya اور یا و और या एवं y e o und oder et ve или и";

/// Words by which somebody else is said to have said what follows.
const REPORTS: &str = "says said claims claimed alleges alleged allegedly accuses accused reportedly quoted chanted \
    chants shouted kaha kehta kehte kehti kehna bola boli bataya ilzam \
    کہا کہتا کہتے کہتی کہنا بقول الزام بولا कहा कहता कहते कहती कहना बोला बोले बताया आरोप \
    قال قالت يقول تقول يقولون زعم زعمت صرح هتف dice dijo dicen dijeron afirma afirmó asegura aseguró acusó disse diz";

/// Words before or behind those that make the author the one who says it, or that ask for it to be said.
const AUTHOR: &str = "i we i'd let lets please everyone main mein mai hum ham me maine humne میں ہم मैं हम मैंने हमने \
    أنا نحن اقول أقول yo nosotros digo decimos eu nós";

/// Words whose negation reaches the whole of what is said, thought or meant behind them: "I never said that …".
const SAYS: &str = "say says said saying think thinks thought thinking claim claimed claiming mean meant agree suggest \
    kaha kehta kehte kehti keh sochta sochti samajhta manta manti \
    کہا کہتا کہتے کہتی کہہ سوچتا سمجھتا مانتا کہا कहा कहता कहते कहती कह सोचता समझता मानता \
    digo dije dicho creo disse acho قلت أقول";

/// Words that speak of a hashtag as a hashtag.
const TREND: &str = "trend trends trending trended hashtag hashtags tag tags ٹرینڈ ٹرینڈز ٹرینڈنگ ہیشٹیگ چلانے ट्रेंड \
    ट्रेंडिंग हैशटैग चलाने chalane chalanay tendencia tendência etiqueta هاشتاق هاشتاغ ترند хештег тренд";

/// Words by which the author takes what somebody else said for true; rows, parted by `|`.
const AGREES: &str = "he is right|she is right|they are right|was right|were right|is absolutely right|is so right|i agree|we agree|\
    i fully agree|totally agree|so true|very true|exactly right|exactly that|spot on|well said|word is true|word of it is true|\
    bilkul sahi|bilkul theek|bilkul sach|sahi kaha|sahi kehta|sahi kehti|sahi kehte|sach kaha|sach hai|theek kaha|\
    متفق ہوں|متفق ہیں|سچ کہا|سچ ہے|درست کہا|ٹھیک کہا|صحیح کہا|بالکل درست|بالکل صحیح|بالکل ٹھیک|بالکل سچ|\
    सही कहा|सच कहा|सच है|सहमत हूँ|सहमत हूं|सहमत हैं|बिल्कुल सही|बिल्कुल सच|सही था|सही थे|सही थी|\
    tiene razón|tienen razón|estoy de acuerdo|tem razão|concordo|معه حق|أتفق معه|صدق";

/// Words that make a word of the sentence out of the hashtag right before them.
const OF_THE_TAG: &str =
    "में का के की पर वाले वालों लिखने میں کا کے کی والے والوں لکھنے mein walay wale walon likhne";

/// Words that open a condition, that put it into no time, and that end it.
const IF: &str = "if agar اگر अगर यदि si se wenn falls eğer если إذا لو";
const EVER: &str = "ever someday kabhi kbhi کبھی कभी alguna algún algum jemals bir когда нибудь";
const THEN: &str = "then to tou تو तो entonces então dann";

/// Words that are something else in a language: in a post that is in it they have no role.
const ELSEWHERE: [(&str, &str); 9] = [
    ("no", "pt gl"),         // "in the"
    ("mas", "es ca"),        // "more"
    ("ama", "es pt it"),     // "loves"
    ("dice", "en"),          // thrown at a table
    ("mat", "en de"),        // lies before a door
    ("par", "en fr"),        // "through"
    ("main", "en fr"),       // "the main claim"
    ("mein", "de"),          // "my"
    ("bola", "en es pt id"), // "ball"
];

/// Share of a post's letters from which on it is in a language, for its words that are something else elsewhere.
const IN_A_LANGUAGE: f32 = 0.6;

/// Signs that favor is not meant.
const MOCKS: &str = "🙄 🙃 🤡 😒 😏 🤣 😂 sarcasm yeah";

/// Words between a reporting word and a hit.
const REACH_REPORTED: usize = 12;

/// How many words before a hit a negation reaches it from.
const REACH_BEFORE: usize = 3;

/// How many words around a hit an Urdu or Hindi negation reaches it from.
const REACH_AROUND: usize = 2;

/// How many words around a hit a sign of sarcasm reaches it from.
const REACH_MOCKING: usize = 3;

/// Marks that end a clause.
const COMMAS: &[&str] = &[",", "،", ";", "؛"];

/// How many words behind a hashtag a word speaks of it.
const REACH_TREND: usize = 4;

/// How many emoji at the end of a sentence are read for sarcasm, and how many words a hashtag has at most behind a hit.
const REACH_CLOSING: usize = 16;

/// How many words behind a hit the author may agree.
const REACH_AGREEING: usize = 24;

/// How many words before the end of a hit a condition may open.
const REACH_SUPPOSED: usize = 12;

/// How many words before a word like "said" a negation takes back what was said.
const REACH_UNSAID: usize = 3;

/// What a word does to those around it; a set of bits.
mod role {
    pub const BEFORE: u16 = 1;
    pub const AROUND: u16 = 1 << 1;
    pub const CONTRAST: u16 = 1 << 2;
    pub const NOT_NEGATING: u16 = 1 << 3;
    pub const AND: u16 = 1 << 4;
    pub const REPORTS: u16 = 1 << 5;
    pub const AUTHOR: u16 = 1 << 6;
    pub const MOCKS: u16 = 1 << 7;
    pub const SAYS: u16 = 1 << 8;
    pub const TREND: u16 = 1 << 9;
    pub const IF: u16 = 1 << 10;
    pub const EVER: u16 = 1 << 11;
    pub const THEN: u16 = 1 << 12;
    pub const OF_THE_TAG: u16 = 1 << 13;
}

/// Knows the words that negate, report, take back and join.
#[derive(Debug)]
pub struct Scope {
    /// The roles of each symbol.
    roles: Vec<u16>,
    /// By language: the symbols that have none in it.
    elsewhere: HashMap<&'static str, Vec<Symbol>>,
    /// The rows of [`AGREES`], by their first symbol.
    agrees: HashMap<Symbol, Vec<Vec<Symbol>>>,
}

impl Scope {
    /// Registers the words.
    pub fn new(normalizer: &Normalizer, lexicon: &mut LexiconBuilder) -> Self {
        let mut roles = Vec::new();
        let lists = [
            (BEFORE, role::BEFORE),
            (AROUND, role::AROUND),
            (CONTRAST, role::CONTRAST),
            (NOT_NEGATING, role::NOT_NEGATING),
            (AND, role::AND),
            (REPORTS, role::REPORTS),
            (AUTHOR, role::AUTHOR),
            (MOCKS, role::MOCKS),
            (SAYS, role::SAYS),
            (TREND, role::TREND),
            (IF, role::IF),
            (EVER, role::EVER),
            (THEN, role::THEN),
            (OF_THE_TAG, role::OF_THE_TAG),
        ];
        for (list, role) in lists {
            for word in list.split_whitespace() {
                let at = lexicon.exact(&normalizer.fold(word)).0 as usize;
                roles.resize(roles.len().max(at + 1), 0);
                roles[at] |= role;
            }
        }
        let mut elsewhere: HashMap<&'static str, Vec<Symbol>> = HashMap::new();
        for (word, langs) in ELSEWHERE {
            let symbol = lexicon.exact(&normalizer.fold(word));
            for lang in langs.split_whitespace() {
                elsewhere.entry(lang).or_default().push(symbol);
            }
        }
        let mut agrees: HashMap<Symbol, Vec<Vec<Symbol>>> = HashMap::new();
        for row in AGREES.split('|') {
            let mut symbols =
                row.split_whitespace().map(|word| lexicon.exact(&normalizer.fold(word))).collect::<Vec<_>>();
            let first = symbols.remove(0);
            agrees.entry(first).or_default().push(symbols);
        }
        Self { roles, elsewhere, agrees }
    }

    /// A post, read in its language.
    pub fn read<'a>(&'a self, words: &'a Words, post: &'a Normalized, language: &Language) -> Around<'a> {
        let share = language.mix.iter().find(|share| share.lang == language.lang);
        let silent = (self.elsewhere.get(&*language.lang))
            .filter(|_| share.is_none_or(|share| share.share >= IN_A_LANGUAGE));
        Around { scope: self, silent: silent.map_or(&[], |symbols| symbols), words, post }
    }
}

/// What stands around the hits of one post.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    scope: &'a Scope,
    /// Symbols without a role in the post's language.
    silent: &'a [Symbol],
    words: &'a Words,
    post: &'a Normalized,
}

impl Around<'_> {
    /// Whether a target that begins at the word `next` stands beside one that ends before the word `end`:
    /// with one joining word between them ("and", "aur", "اور"), or a comma, a slash or `&`.
    pub fn join(self, end: usize, next: usize) -> bool {
        let words = self.words;
        if end == 0 || next >= words.words.len() || !words.same_sentence(end - 1, next) {
            return false;
        }
        match next.checked_sub(end) {
            Some(0) => self.mark_between(end - 1, next, &[",", "/", "&", "،"]),
            Some(1) => self.is(end, role::AND),
            _ => false,
        }
    }

    /// Whether a hit on a range of words is negated. `literal` tells, in order, the words that the
    /// pattern itself asked for: those are part of what is said, not a comment on it.
    ///
    /// A negation reaches the first of them from three words before it, an Urdu or Hindi one from two
    /// words before it or after the hit, or it stands anywhere inside the hit; or what is said is said to be unsaid.
    pub fn negate(self, hit: &Range<usize>, literal: &[usize]) -> bool {
        let words = self.words;
        let first = literal.first().copied().unwrap_or(hit.start);
        let either = role::BEFORE | role::AROUND;
        if hit.clone().any(|word| !literal.contains(&word) && self.negates(word, either))
            || self.unsaid(first, literal)
        {
            return true;
        }
        for (distance, word) in (0..first).rev().take(REACH_BEFORE).enumerate() {
            if !words.same_sentence(word, first) || self.is(word, role::CONTRAST) {
                break;
            }
            // Before a hashtag an Urdu or Hindi negation ends the sentence of the text.
            let own = words.words[word].tag == words.words[first].tag || words.words[first].tag == 0;
            let own = own && !self.mark_between(word, first, COMMAS);
            let near = if distance < REACH_AROUND && own { role::AROUND } else { 0 };
            // "No, I love it" denies what somebody else said.
            if self.mark_between(word, word + 1, COMMAS) {
                continue;
            }
            if speaks_to(words, word, first) && self.negates(word, role::BEFORE | near) {
                return true;
            }
        }
        for word in (hit.end..words.words.len()).take(REACH_AROUND) {
            if !words.same_sentence(word, first)
                || self.is(word, role::CONTRAST)
                || self.mark_between(hit.end - 1, word, COMMAS)
            {
                break;
            }
            if speaks_to(words, word, first) && self.negates(word, role::AROUND) {
                return true;
            }
        }
        false
    }

    /// Whether a hit stands in somebody else's words: behind a word like "said", in the same sentence, not
    /// across a "but", and not the author's own ("I said"). `literal` as for [`Self::covers`].
    pub fn report(self, hit: &Range<usize>, literal: &[usize]) -> bool {
        let words = self.words;
        let first = literal.first().copied().unwrap_or(hit.start).min(hit.end);
        for word in (0..first).rev().take(REACH_REPORTED) {
            if !words.same_sentence(word, first) || self.is(word, role::CONTRAST) {
                return false;
            }
            if self.is(word, role::REPORTS) && !literal.contains(&word) && speaks_to(words, word, first) {
                let author = |near: usize| words.same_sentence(near, first) && self.is(near, role::AUTHOR);
                return !(word.saturating_sub(2)..word).any(author);
            }
        }
        false
    }

    /// Whether the author takes for true what a hit says in somebody else's words: "… He is right." behind it, in its
    /// sentence or the next.
    pub fn agree(self, hit: &Range<usize>) -> bool {
        let words = self.words;
        let last = words.words[hit.end - 1].sentence + 1;
        let behind = (hit.end..words.words.len()).take_while(|&word| words.words[word].sentence <= last);
        behind.take(REACH_AGREEING).any(|at| {
            let denied = (at.saturating_sub(2)..at)
                .any(|word| words.same_sentence(word, at) && self.negates(word, role::BEFORE | role::AROUND));
            let fits = |row: &Vec<Symbol>| {
                row.iter().zip(at + 1..).all(|(symbol, word)| {
                    word < words.words.len()
                        && words.same_sentence(word, at)
                        && words.symbols(word).contains(symbol)
                })
            };
            let rows = words.symbols(at).iter().filter_map(|symbol| self.scope.agrees.get(symbol));
            !denied && rows.flatten().any(fits)
        })
    }

    /// Whether a hit stands in a condition that may never come true: "if it ever …", "agar kabhi …", not behind what
    /// ends the condition.
    pub fn suppose(self, hit: &Range<usize>) -> bool {
        let words = self.words;
        let (mut ever, first) = (false, hit.start);
        for word in (0..hit.end).rev().take(REACH_SUPPOSED) {
            if !words.same_sentence(word, first) {
                return false;
            }
            if word < first && (self.is(word, role::THEN) || self.mark_between(word, word + 1, COMMAS)) {
                return false;
            }
            ever |= self.is(word, role::EVER);
            if self.is(word, role::IF) {
                return ever;
            }
        }
        false
    }

    /// Whether a sign of sarcasm stands beside a hit, and is no part of it; or among the emoji that close its
    /// sentence.
    pub fn mock(self, hit: &Range<usize>, literal: &[usize]) -> bool {
        let words = self.words;
        let from = hit.start.saturating_sub(REACH_MOCKING);
        let to = (hit.end + REACH_MOCKING).min(words.words.len());
        let emoji = WordClass::named("emoji").unwrap_or_default();
        let sentence = words.words[hit.start].sentence;
        let close = words.words.partition_point(|word| word.sentence <= sentence);
        let closes = |&word: &usize| emoji.admits(words.words[word].class);
        let closing = (hit.end..close).rev().take_while(closes).take(REACH_CLOSING);
        let closing = closing.chain((close..words.words.len()).take_while(closes).take(REACH_CLOSING));
        (from..to).chain(closing).any(|word| self.is(word, role::MOCKS) && !literal.contains(&word))
    }

    /// Whether a contrasting word stands anywhere.
    pub fn contrast(self) -> bool {
        (0..self.words.words.len()).any(|word| self.is(word, role::CONTRAST))
    }

    /// Whether a contrasting word stands between two words.
    pub fn contrast_between(self, from: usize, to: usize) -> bool {
        (from + 1..to).any(|word| self.is(word, role::CONTRAST))
    }

    /// Whether a hit is a hashtag that the post speaks of, instead of using it: "#X is trending again", "#X? why".
    pub fn speak_of_the_hashtag(self, hit: &Range<usize>) -> bool {
        let words = self.words;
        let tag = words.words[hit.start].tag;
        if tag == 0 || hit.clone().any(|word| words.words[word].tag != tag) {
            return false;
        }
        let rest = words.words[hit.end..].iter().take(REACH_CLOSING).take_while(|word| word.tag == tag);
        let end = hit.end + rest.count();
        let mark = words.words.get(end - 1).and_then(|last| self.post.tokens.get(last.token as usize + 1));
        if mark.is_some_and(|mark| self.post.token_text(mark) == "?") && words.running.end > end {
            return true;
        }
        let behind = (end..words.words.len()).take(REACH_TREND);
        let mut behind =
            behind.take_while(|&word| words.words[word].tag == 0 && words.same_sentence(word, end - 1));
        behind.any(|word| self.is(word, role::TREND) || word == end && self.is(word, role::OF_THE_TAG))
    }

    /// Whether one of these marks stands between two words.
    fn mark_between(self, word: usize, next: usize, marks: &[&str]) -> bool {
        let token = |word: usize| self.words.words.get(word).map(|word| word.token as usize);
        let (Some(from), Some(to)) = (token(word), token(next)) else { return false };
        let between = self.post.tokens.get(from + 1..to).unwrap_or_default();
        between.iter().any(|mark| marks.contains(&self.post.token_text(mark)))
    }

    fn is(self, word: usize, roles: u16) -> bool {
        let plays = |symbol: &Symbol| {
            self.scope.roles.get(symbol.0 as usize).is_some_and(|role| role & roles != 0)
                && !self.silent.contains(symbol)
        };
        self.words.symbols(word).iter().any(plays)
    }

    /// Whether a word has one of these roles, and the next one does not take it back.
    fn negates(self, word: usize, roles: u16) -> bool {
        let next = word + 1;
        self.is(word, roles) && !(next < self.words.words.len() && self.is(next, role::NOT_NEGATING))
    }

    /// Whether what stands at `first` is said, thought or meant by nobody: "I never said that …", "نہیں کہا کہ".
    fn unsaid(self, first: usize, literal: &[usize]) -> bool {
        let words = self.words;
        let before = (0..first).rev().take(REACH_REPORTED);
        let mut before =
            before.take_while(|&word| words.same_sentence(word, first) && !self.is(word, role::CONTRAST));
        before.any(|says| {
            self.is(says, role::SAYS)
                && !literal.contains(&says)
                && speaks_to(words, says, first)
                && (says.saturating_sub(REACH_UNSAID)..says).any(|word| {
                    let near = if says - word <= 1 { role::AROUND } else { 0 };
                    words.same_sentence(word, first) && self.negates(word, role::BEFORE | near)
                })
        })
    }
}

/// Whether what one word does can reach another: a hashtag speaks for itself (`#SayNoToWar` negates nothing
/// beside it).
fn speaks_to(words: &Words, from: usize, to: usize) -> bool {
    words.words[from].tag == 0 || words.words[from].tag == words.words[to].tag
}
