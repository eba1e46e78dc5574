//! The result of a test, or the reason why there is none.

/// The result of a test on a contributor.
#[derive(Clone, PartialEq, Debug)]
pub enum Reading<T> {
    /// The sample is too small or unsuitable, with the reason as text.
    Insufficient(String),
    /// The test ran, with its result.
    Tested(T),
}

impl<T> Reading<T> {
    /// Converts to a reading with a reference to the result.
    pub fn as_ref(&self) -> Reading<&T> {
        match self {
            Reading::Tested(found) => Reading::Tested(found),
            Reading::Insufficient(why) => Reading::Insufficient(why.clone()),
        }
    }

    /// Runs a further test on the result.
    pub fn and_then<U>(self, test: impl FnOnce(T) -> Reading<U>) -> Reading<U> {
        match self {
            Reading::Tested(found) => test(found),
            Reading::Insufficient(why) => Reading::Insufficient(why),
        }
    }

    /// The result, if the test ran.
    pub fn tested(&self) -> Option<&T> {
        match self {
            Reading::Tested(found) => Some(found),
            Reading::Insufficient(_) => None,
        }
    }
}
