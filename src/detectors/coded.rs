//! The boilerplate of coded detectors.

/// Boilerplate of a coded detector: a struct with its heuristic and parameters, the function that builds it, and the
/// trait implementation, whose `detect` calls the struct's `find`.
macro_rules! coded {
    // One without parameters.
    ($name:ident, $needs:expr, [$($guard:literal),*]) => {
        struct $name {
            heuristic: $crate::heuristics::Heuristic,
        }

        pub(crate) fn build(
            heuristic: $crate::heuristics::Heuristic,
        ) -> Result<Box<dyn $crate::detectors::detector::Detector>, $crate::detectors::detector::DetectError> {
            let $crate::detectors::detector::NoParams {} = $crate::detectors::detector::params(&heuristic)?;
            Ok(Box::new($name { heuristic }))
        }

        coded!(@detector $name, $needs, [$($guard),*]);
    };
    ($name:ident, $params:ty, $needs:expr, [$($guard:literal),*]) => {
        struct $name {
            heuristic: $crate::heuristics::Heuristic,
            params: $params,
        }

        pub(crate) fn build(
            heuristic: $crate::heuristics::Heuristic,
        ) -> Result<Box<dyn $crate::detectors::detector::Detector>, $crate::detectors::detector::DetectError> {
            let params = $crate::detectors::detector::params(&heuristic)?;
            Ok(Box::new($name { heuristic, params }))
        }

        coded!(@detector $name, $needs, [$($guard),*]);
    };
    (@detector $name:ident, $needs:expr, [$($guard:literal),*]) => {
        impl $crate::detectors::detector::Detector for $name {
            fn heuristic(&self) -> &$crate::heuristics::Heuristic {
                &self.heuristic
            }

            fn needs(&self) -> $crate::facts::FactSet {
                $needs
            }

            fn guards(&self) -> &'static [&'static str] {
                &[$($guard),*]
            }

            fn detect(
                &self,
                view: &$crate::detectors::view::View<'_>,
                sink: &mut $crate::detectors::sink::Sink<'_>,
            ) -> Result<(), $crate::detectors::detector::DetectError> {
                self.find(view, sink)
            }
        }
    };
}
