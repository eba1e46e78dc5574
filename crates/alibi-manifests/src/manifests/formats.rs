//! The table of formats. If a file name matches two formats, the first one applies. Reports use the same order.

use super::format::ManifestFormat;
use super::{cargo, dotnet, github, go, image, java, npm, php, python, python_lock, ruby, yarn};

/// Every format.
pub(super) static FORMATS: [ManifestFormat; 31] = [
    npm::PACKAGE_JSON,
    npm::PACKAGE_LOCK,
    yarn::YARN_LOCK,
    yarn::PNPM_LOCK,
    npm::BUN_LOCK,
    python::REQUIREMENTS,
    python::PYPROJECT,
    python::SETUP_CFG,
    python::SETUP_PY,
    python::PIPFILE,
    python_lock::PIPFILE_LOCK,
    python_lock::POETRY_LOCK,
    python_lock::UV_LOCK,
    cargo::CARGO_TOML,
    cargo::CARGO_LOCK,
    go::GO_MOD,
    go::GO_SUM,
    ruby::GEMFILE,
    ruby::GEMFILE_LOCK,
    ruby::GEMSPEC,
    php::COMPOSER_JSON,
    php::COMPOSER_LOCK,
    java::POM,
    java::GRADLE,
    java::GRADLE_CATALOG,
    java::GRADLE_LOCK,
    dotnet::PROJECT,
    dotnet::PACKAGES_LOCK,
    github::WORKFLOW,
    image::DOCKERFILE,
    github::SUBMODULES,
];
