//! Which columns name people.

/// Columns that name people, or lead to them, without case, spaces, `_` and `-`.
#[rustfmt::skip]
const NAMES: [&str; 62] = [
    "account", "accountid", "acct", "actor", "actorid", "author", "authorid", "authorname", "avatar", "bio", "channel",
    "channelid", "channeltitle", "coordinates", "creator", "creatorid", "displayname", "email", "firstname", "from",
    "fromid", "fullname", "geo", "handle", "inreplytoscreenname", "inreplytouser", "inreplytouserid",
    "inreplytouseridstr", "ip", "ipaddress", "lastname", "latitude", "link", "location", "longitude", "mentions", "name",
    "nickname", "owner", "ownerid", "page", "pageid", "pagename", "permalink", "phone", "place", "poster", "posturl",
    "profile", "profileurl", "realname", "recipient", "screenname", "sender", "senderid", "tweeturl", "url", "user",
    "userdescription", "userid", "usermentions", "username",
];

/// Endings of further ones: `retweet_userid`, `quoted_user_screen_name`.
const ENDINGS: [&str; 8] =
    ["userid", "useridstr", "username", "screenname", "authorid", "email", "profileurl", "profileimageurl"];

/// Whether a column is known to name people or to lead to them: an author's id and name, an address, a place, a link to a
/// profile or a post. Case, spaces, `_` and `-` do not count; of a dotted name the parts do.
pub fn names_people(column: &str) -> bool {
    column.split('.').any(|part| {
        let part: String =
            part.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).flat_map(char::to_lowercase).collect();
        NAMES.contains(&part.as_str()) || ENDINGS.iter().any(|ending| part.ends_with(ending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names() {
        for name in
            ["author", "User ID", "user.lang", "retweet_userid", "in_reply_to_screen_name", "Permalink"]
        {
            assert!(names_people(name), "{name}");
        }
        for name in ["likes", "lang", "retweet_count", "platform", "created_at", "user_count", "id"] {
            assert!(!names_people(name), "{name}");
        }
        assert!(NAMES.is_sorted());
    }
}
