//! Parses an identity into the features that resolution compares.

use super::address::{NoReply, is_machine, is_role, noreply, normalise_email};
use super::name::{Name, fold};

/// The kind of owner of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Address {
    /// The address of a person.
    Personal,
    /// The address of a user on a machine (`user@host.local`). It identifies a person only if the machine has one user.
    Machine,
    /// The address of a role, by its local part: `info@…`. On a private domain, it may still belong to a person.
    Role,
    /// An address that identifies no one: empty, a placeholder that many names share, or a default of a machine.
    Nobodys,
}

/// A parsed identity: everything that resolution compares.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    /// The name.
    pub name: Name,
    /// The normalised address.
    pub email: String,
    /// The part after the `@`.
    pub domain: String,
    /// The account, if the address is a no-reply address.
    pub account: Option<NoReply>,
    /// The kind of address.
    pub address: Address,
    /// Short names of the identity, without repeats: the local part or login, and a name that is not a full name.
    pub handles: Vec<Handle>,
}

/// A short name, as letters and digits without separators.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Handle {
    /// Letters and digits, in lower case, without diacritics or separators.
    pub text: String,
    /// The words of the short name, split at separators and digits, sorted and joined: the same for `bisht.ayush2001`
    /// and `ayush_bisht`.
    pub letters: String,
    /// Number of digits.
    pub digits: usize,
}

impl Handle {
    fn new(raw: &str) -> Option<Handle> {
        let text = fold(&raw.to_lowercase());
        let mut words: Vec<String> =
            raw.to_lowercase().split(|c: char| !c.is_alphabetic()).map(fold).filter(|w| !w.is_empty()).collect();
        words.sort_unstable();
        let letters = words.concat();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        (!text.is_empty()).then_some(Handle { text, letters, digits })
    }
}

impl Profile {
    /// Parses an identity; `is_placeholder` tests for addresses that many unrelated names share.
    pub(super) fn new(name: &[u8], email: &[u8], is_placeholder: impl Fn(&[u8]) -> bool) -> Profile {
        let email = normalise_email(email);
        let account = noreply(&email);
        let shared = email.is_empty() || is_placeholder(&email);
        let role = is_role(&email);
        let email = String::from_utf8_lossy(&email).into_owned();
        let (local, domain) = email.rsplit_once('@').unwrap_or((&email, ""));
        let local = match &account {
            Some(account) => account.login.clone(),
            None => local.split('+').next().unwrap_or(local).to_owned(),
        };
        let domain = domain.to_owned();
        let machine = account.is_none() && is_machine(&domain);
        let name = Name::parse(name);
        let nonsense = !domain.is_empty() && !domain.chars().any(char::is_alphanumeric);
        let address = if shared || nonsense || is_nobody(&local) || role && machine {
            Address::Nobodys
        } else if role {
            Address::Role
        } else if machine {
            Address::Machine
        } else {
            Address::Personal
        };
        let mut handles: Vec<Handle> = Vec::new();
        if matches!(address, Address::Personal | Address::Machine) {
            handles.extend(Handle::new(&local));
        }
        // `Ana D` is a shortened name, not a nickname.
        let cut_short = name.words.len() > 1 && name.words.iter().any(|w| w.chars().count() == 1);
        if !name.full && !cut_short {
            handles.extend(Handle::new(&name.words.join(" ")));
        }
        handles.retain(|h| h.text.len() >= 3);
        handles.dedup();
        Profile { name, domain, account, address, handles, email }
    }

    /// Whether a handle only repeats the name: it consists of the name's words or initials.
    pub(super) fn has_handle(&self, handle: &Handle) -> bool {
        self.name.full && written_from(&self.name.words).iter().any(|w| w.text == handle.letters)
    }
}

/// A handle derived from a name, and the whole words in it.
pub(super) struct FromName {
    /// The letters of the handle. Unlike [`Handle::letters`], the words are not sorted.
    pub text: String,
    /// The words that the handle contains in full: two, or one next to an initial.
    pub whole: Vec<String>,
}

/// Handles that people commonly derive from a full name: `firstlast`, `lastfirst`, `flast`, `lastf`, `firstl`, and
/// forms with middle names.
pub(super) fn written_from(words: &[String]) -> Vec<FromName> {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
    if words.len() < 2 {
        return Vec::new();
    }
    let initial = |w: &String| w.chars().next().map(String::from).unwrap_or_default();
    let both = || vec![first.clone(), last.clone()];
    let form = |text: String, whole: Vec<String>| FromName { text, whole };
    let mut forms = vec![
        form(format!("{first}{last}"), both()),
        form(format!("{last}{first}"), both()),
        form(format!("{}{last}", initial(first)), vec![last.clone()]),
        form(format!("{last}{}", initial(first)), vec![last.clone()]),
        form(format!("{first}{}", initial(last)), vec![first.clone()]),
    ];
    if words.len() > 2 {
        forms.push(form(words.concat(), both()));
        let initials = words[..words.len() - 1].iter().map(initial).collect::<String>();
        forms.push(form(format!("{initials}{last}"), vec![last.clone()]));
    }
    forms
}

/// Whether a local part is a machine's default user name or a placeholder.
pub(super) fn is_nobody(local: &str) -> bool {
    matches!(
        local,
        "" | "user" | "unknown" | "none" | "nobody" | "ubuntu" | "vagrant" | "pi" | "owner" | "test" | "me" | "you"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str, email: &str) -> Profile {
        Profile::new(name.as_bytes(), email.as_bytes(), |_| false)
    }

    #[test]
    fn addresses_are_split_and_classified() {
        let p = profile("Ana Duarte", "Ana.Duarte+git@Example.org");
        assert_eq!((p.domain.as_str(), p.address), ("example.org", Address::Personal));
        assert_eq!((p.handles[0].text.as_str(), p.handles[0].letters.as_str()), ("anaduarte", "anaduarte"));
        assert!(p.has_handle(&p.handles[0]));
        assert_eq!(profile("x", "12+Nick9@users.noreply.github.com").handles[0].text, "nick9");
        for (email, address) in [
            ("ana@box.(none)", Address::Machine),
            ("ana@192.168.1.2", Address::Machine),
            ("root@example.org", Address::Role),
            ("user@host", Address::Nobodys),
            ("?@?", Address::Nobodys),
            ("", Address::Nobodys),
        ] {
            assert_eq!(profile("Ana", email).address, address, "{email}");
        }
    }

    #[test]
    fn reordered_handles_have_the_same_letters() {
        let (a, b) = (profile("", "bisht.ayush2001@example.org"), profile("", "ayush_bisht@example.org"));
        assert_eq!(a.handles[0].letters, b.handles[0].letters);
        assert_eq!((a.handles[0].digits, b.handles[0].digits), (4, 0));
    }
}
