//! What functions do to their arguments.

use serde::Deserialize;

/// What a function does to its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    /// Joins the parts of a path.
    JoinPath,
    /// Joins strings, or the items of a list.
    JoinText,
    /// Decodes base64.
    Base64,
    /// Decodes hexadecimal digits.
    Hex,
    /// Converts numbers to characters.
    Characters,
    /// Decodes in a way that the second argument names.
    Named,
    /// Decodes in another way, which is not followed.
    Opaque,
    /// Opens the file at the path in the first argument.
    Open,
    /// Writes the second argument to the file at the path in the first one.
    WriteFile,
    /// Writes the argument to the file that the value is opened for.
    Write,
    /// Writes the value to the file that the argument is opened for.
    Pipe,
    /// Copies the second argument to the file that the first one is opened for.
    CopyTo,
    /// Copies the first argument to the file that the second one is opened for.
    CopyFrom,
    /// Fetches the first argument to the file at the path in the second one.
    Download,
    /// Moves the file at the first path to the second path.
    Move,
    /// Imports the module that the first argument names.
    Import,
    /// Reads a member that the second argument names.
    Member,
    /// Calls the first argument with the items of the second one.
    Map,
    /// Opens a connection, whose methods other rows name `connection.NAME`.
    Connect,
    /// Begins a command, whose arguments other calls add.
    Command,
    /// Adds an argument to a command.
    Argument,
    /// Returns the value itself.
    Same,
    /// Reverses text.
    Reverse,
    /// Replaces the first argument by the second one.
    Replace,
    /// Joins its arguments to one list.
    Concat,
    /// Parses an address, whose methods other rows name `address.NAME`.
    Address,
    /// Converts a list of numbers to text.
    Octets,
    /// Splits text, at the first argument or into characters.
    Split,
    /// Reads the environment variable that the first argument names.
    Variable,
    /// Calls the function or the method that the first argument names.
    Invoke,
    /// Lists the entries of the folder at the path in the first argument.
    Entries,
}

impl Action {
    /// The label that the action gives.
    pub(crate) fn label(self) -> Option<&'static str> {
        match self {
            Action::Base64 | Action::Hex | Action::Characters | Action::Named | Action::Opaque | Action::Octets => {
                Some("decoded")
            }
            Action::Download => Some("fetched"),
            _ => None,
        }
    }
}
