//! What somebody may have meant by a name that does not exist.

/// The name that is the fewest typing errors away from `written`, where that is not a different word altogether.
pub(super) fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distances = names.into_iter().map(|name| (distance(written, name), name));
    let (errors, name) = distances.min_by_key(|(errors, _)| *errors)?;
    (errors <= name.len().div_ceil(3)).then_some(name)
}

/// Letters to insert, remove or replace on the way from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    // `row[i]` is the distance from what of `from` was read to the first `i` letters of `to`.
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for letter in from.chars() {
        let mut diagonal = row[0];
        row[0] += 1;
        for (i, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[i + 1];
            row[i + 1] = replaced.min(row[i] + 1).min(row[i + 1] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, errors) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("lock", "lock", 0),
            ("min_lok", "min_lock", 1),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(from, to), errors, "{from} {to}");
        }
    }

    #[test]
    fn other_words_are_no_suggestions() {
        let names = ["min_lock", "max_lock", "unbonding"];
        assert_eq!(nearest("min_lok", names), Some("min_lock"));
        assert_eq!(nearest("unbondng", names), Some("unbonding"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("x", []), None);
    }
}
