//! The questions that scores answer.

/// A question about a timeline, answered by one score. Sorted by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Question {
    /// Whether the dates are forged.
    Dates,
    /// Whether the working day fits the recorded offsets.
    Day,
    /// Whether another author took over, tested after 20 commits.
    HandAfter20,
    /// Whether another author took over, tested after five commits.
    HandAfter5,
    /// Whether the offsets contradict a single place.
    Place,
    /// Whether several people share the identity.
    Shared,
}

impl Question {
    /// Every question.
    pub(crate) const ALL: [Question; 6] = [
        Question::Dates,
        Question::Day,
        Question::HandAfter20,
        Question::HandAfter5,
        Question::Place,
        Question::Shared,
    ];

    /// The name in figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Question::Dates => "dates",
            Question::Day => "day",
            Question::HandAfter20 => "hand after 20",
            Question::HandAfter5 => "hand after 5",
            Question::Place => "place",
            Question::Shared => "shared",
        }
    }
}
