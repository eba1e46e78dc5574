//! A macro for the boilerplate of coded detectors.

/// Defines a coded detector: a struct with its heuristic and parameters, the function that builds it, and the trait
/// implementation, whose `detect` calls the struct's `find`.
macro_rules! coded {
    // A detector without parameters.
    ($name:ident, $needs:expr, [$($guard:literal),*]) => {
        struct $name {
            heuristic: alibi_rules::heuristics::Heuristic,
        }

        pub(crate) fn build(
            heuristic: alibi_rules::heuristics::Heuristic,
        ) -> Result<Box<dyn alibi_core::detection::Detector>, alibi_core::detection::DetectError> {
            let alibi_core::detection::NoParams {} = alibi_core::detection::params(&heuristic)?;
            Ok(Box::new($name { heuristic }))
        }

        coded!(@detector $name, $needs, [$($guard),*]);
    };
    ($name:ident, $params:ty, $needs:expr, [$($guard:literal),*]) => {
        struct $name {
            heuristic: alibi_rules::heuristics::Heuristic,
            params: $params,
        }

        pub(crate) fn build(
            heuristic: alibi_rules::heuristics::Heuristic,
        ) -> Result<Box<dyn alibi_core::detection::Detector>, alibi_core::detection::DetectError> {
            let params = alibi_core::detection::params(&heuristic)?;
            Ok(Box::new($name { heuristic, params }))
        }

        coded!(@detector $name, $needs, [$($guard),*]);
    };
    (@detector $name:ident, $needs:expr, [$($guard:literal),*]) => {
        impl alibi_core::detection::Detector for $name {
            fn heuristic(&self) -> &alibi_rules::heuristics::Heuristic {
                &self.heuristic
            }

            fn needs(&self) -> alibi_core::facts::FactSet {
                $needs
            }

            fn guards(&self) -> &'static [&'static str] {
                &[$($guard),*]
            }

            fn detect(
                &self,
                view: &alibi_core::detection::View<'_>,
                sink: &mut alibi_core::detection::Sink<'_>,
            ) -> Result<(), alibi_core::detection::DetectError> {
                self.find(view, sink)
            }
        }
    };
}
