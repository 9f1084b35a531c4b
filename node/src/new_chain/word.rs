//! What is written in words: names, choices and addresses of nodes.

use super::suggestion::nearest;
use sc_network::config::MultiaddrWithPeerId;

/// One of some words.
pub(super) fn choice<T: Clone>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == text);
    found.map(|(_, choice)| choice.clone()).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        let meant = nearest(text, names.iter().copied()).map(|name| format!(" (did you mean {name}?)"));
        format!("expected one of {}{}", names.join(", "), meant.unwrap_or_default())
    })
}

/// A text of so many characters, or fewer.
pub(super) fn text(most: usize) -> impl Fn(&str) -> Result<String, String> {
    move |text| match text.chars().count() {
        count if (1..=most).contains(&count) && !text.chars().any(char::is_control) => Ok(text.to_owned()),
        _ => Err(format!("expected 1 to {most} characters")),
    }
}

/// A name for folders and protocols.
pub(super) fn plain_id(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err("expected 1 to 64 of a-z, 0-9, _ and -".into())
}

/// Where a node can be reached.
pub(super) fn bootnode(text: &str) -> Result<MultiaddrWithPeerId, String> {
    text.parse().map_err(|error| {
        format!("is no address of a node ({error}), expected one such as /ip4/192.0.2.1/tcp/30333/p2p/12D3KooW…")
    })
}
