use super::{BlobReader, Repository};

/// What a repository's own `.mailmap` says of identities.
#[derive(Default)]
pub struct Mailmap(Vec<git2::Mailmap>);

impl Mailmap {
    /// Adds the `.mailmap` at the root of a repository's HEAD; whether there is one.
    pub fn add(&mut self, repository: &Repository) -> bool {
        let Some(text) = repository.read_at_head(".mailmap") else { return false };
        match git2::Mailmap::from_buffer(&String::from_utf8_lossy(&text)) {
            Ok(mailmap) => {
                self.0.push(mailmap);
                true
            }
            Err(_) => false,
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical name and address of an identity; itself where no mailmap knows it.
    pub fn resolve(&self, name: &[u8], email: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let unchanged = || (name.to_vec(), email.to_vec());
        let (Ok(n), Ok(e)) = (std::str::from_utf8(name), std::str::from_utf8(email)) else { return unchanged() };
        let Ok(signature) = git2::Signature::new(n, e, &git2::Time::new(0, 0)) else { return unchanged() };
        for mailmap in &self.0 {
            if let Ok(resolved) = mailmap.resolve_signature(&signature)
                && (resolved.name_bytes() != name || resolved.email_bytes() != email)
            {
                return (resolved.name_bytes().to_vec(), resolved.email_bytes().to_vec());
            }
        }
        unchanged()
    }
}

impl Repository {
    /// A file's bytes at HEAD; nothing where there is none, or where it cannot be read.
    fn read_at_head(&self, path: &str) -> Option<Vec<u8>> {
        let id = self.local().rev_parse_single(format!("HEAD:{path}").as_str()).ok()?.detach();
        let oid = crate::history::Oid::from_bytes(id.as_bytes())?;
        BlobReader::new(self).read(&oid).ok().map(<[u8]>::to_vec)
    }
}
