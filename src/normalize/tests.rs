//! Promises of the whole step: what folds to what, and that every token points at the letters it
//! came from.

use super::*;

/// The tokens of a text, each with the original it was cut from.
fn pairs(text: &str) -> Vec<(String, String)> {
    let post = normalize(text);
    post.tokens.iter().map(|token| (post.token_text(token).to_owned(), cut(text, &post, token))).collect()
}

fn cut(text: &str, post: &Normalized, token: &Token) -> String {
    let range = post.original(token.start as usize..token.end as usize);
    text.chars().skip(range.start as usize).take(range.len()).collect()
}

fn words(text: &str) -> String {
    normalize(text).text
}

#[test]
fn smoke() {
    for text in [
        "Shame on you @facebook! Don't ban ISPR's pages http://t.co/abc #IamISPR 🇵🇰🇵🇰",
        "#boycottfacebook #pakistanzindabad #indianarmy #shameonyoufacebook #fboff #ISPRzindabad #PakArmyZindabad #YouTube #FaceBook #iamispr #Kulbhushan_Jadhav #PTI2018 #G20 #rawalpindi #istandwithimran #Rawalpindi #modihaitomumkinhai #pakfauj",
        "faceb00k f@cebook tw1tter f.a.c.e.b.o.o.k f a c e b o o k sooooo faceboook fасеbооk",
        "پاکستان زندہ باد! میں آئی ایس پی آر ہوں #پاک_فوج_زندہ_باد",
        "हम ISPR के साथ हैं। फ़ेसबुक #फेसबुक_शर्म_करो",
        "1,544 posts at 19:30, 103pages 2nd covid19 12.5k a@b.com me@you",
        "巴基斯坦万岁 ประเทศไทย",
    ] {
        println!("{text}\n   {:?}", pairs(text));
        println!("   {:?}", normalize(text).entities);
    }
}
