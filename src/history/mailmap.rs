/// One line of a `.mailmap`: who is written as whom.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MailmapEntry {
    /// The name that is used instead, if the line changes it.
    pub new_name: Option<Vec<u8>>,
    /// The address that is used instead, if the line changes it.
    pub new_email: Option<Vec<u8>>,
    /// The name that must be met, if the line asks for one.
    pub old_name: Option<Vec<u8>>,
    /// The address that must be met.
    pub old_email: Vec<u8>,
}
