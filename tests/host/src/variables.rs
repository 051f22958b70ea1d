//! Application variables: where their values come from and what each component sees of them.
//!
//! The first source that knows a name wins: `--variable`, static values of the runtime configuration,
//! `SPIN_VARIABLE_<NAME>` in the environment, the same in `.env` of the working directory, the default in the manifest.

use std::{
    collections::{BTreeMap, HashMap},
    env, fs,
    path::Path,
    sync::Arc,
};

use wasmtime::component::{Accessor, HasSelf};

use crate::{
    bindings::{spin::variables::variables as wit, wasi::config::store as config},
    manifest::{Component, Variable},
    template::Template,
};

const ENVIRONMENT_PREFIX: &str = "SPIN_VARIABLE_";

/// Why a variable has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// The name could not be one.
    #[error("invalid variable name: {0}")]
    InvalidName(String),
    /// The component does not declare it.
    #[error("undefined variable: {0}")]
    Undefined(String),
    /// It is declared, required, and nobody provides it.
    #[error("no value for required variable {0:?}: pass --variable {0}=… or set SPIN_VARIABLE_{upper}", upper = .0.to_ascii_uppercase())]
    Missing(String),
    /// A template of the manifest is broken.
    #[error("{0}")]
    Template(String),
}

/// All values of an app, settled at start.
#[derive(Debug, Default)]
pub struct Variables {
    values: HashMap<String, String>,
    required: Vec<String>,
}

/// Values from outside the manifest.
#[derive(Debug, Default)]
pub struct Provided {
    /// In order of precedence.
    pub sources: Vec<HashMap<String, String>>,
}

impl Provided {
    /// Command line, then static values of the runtime configuration, then environment and `.env`.
    pub fn new(command_line: &[(String, String)], configured: HashMap<String, String>) -> Self {
        let from_environment = by_variable_name(
            env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        );
        let from_file = by_variable_name(dotenv(Path::new(".env")));
        let command_line = command_line.iter().cloned().collect();
        Self {
            sources: vec![command_line, configured, from_environment, from_file],
        }
    }

    fn get(&self, name: &str) -> Option<&String> {
        self.sources.iter().find_map(|source| source.get(name))
    }
}

fn by_variable_name(pairs: impl IntoIterator<Item = (String, String)>) -> HashMap<String, String> {
    pairs
        .into_iter()
        .filter_map(|(name, value)| {
            name.strip_prefix(ENVIRONMENT_PREFIX)
                .map(|name| (name.to_ascii_lowercase(), value))
        })
        .collect()
}

/// `NAME=value` lines; comments, `export` and quotes as usual in such files.
fn dotenv(path: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), unquote(value.trim()).to_owned()))
        .collect()
}

fn unquote(value: &str) -> &str {
    let quoted = |quote| {
        value
            .strip_prefix(quote)
            .and_then(|rest: &str| rest.strip_suffix(quote))
    };
    quoted('"').or_else(|| quoted('\'')).unwrap_or(value)
}

impl Variables {
    /// Settles the value of every declared variable.
    ///
    /// # Errors
    /// A declared name that could not be one.
    pub fn new(declared: &BTreeMap<String, Variable>, provided: &Provided) -> Result<Self, VariableError> {
        let mut variables = Self::default();
        for (name, variable) in declared {
            check_name(name)?;
            match provided.get(name).or(variable.default.as_ref()) {
                Some(value) => {
                    variables.values.insert(name.clone(), value.clone());
                }
                None => variables.required.push(name.clone()),
            }
        }
        Ok(variables)
    }

    /// Refuses to go on while a required variable has no value.
    ///
    /// # Errors
    /// [`VariableError::Missing`] with the name.
    pub fn ensure_complete(&self) -> Result<(), VariableError> {
        self.required
            .first()
            .map_or(Ok(()), |name| Err(VariableError::Missing(name.clone())))
    }

    /// Fills in a template.
    ///
    /// # Errors
    /// A broken template, or a variable in it that is not declared or has no value.
    pub fn render(&self, text: &str) -> Result<String, VariableError> {
        Template::parse(text)
            .map_err(VariableError::Template)?
            .render(|name| {
                self.values.get(name).cloned().ok_or_else(|| {
                    if self.required.iter().any(|required| required == name) {
                        VariableError::Missing(name.to_owned())
                    } else {
                        VariableError::Template(format!("unknown variable {name:?} in {text:?}"))
                    }
                })
            })
    }

    /// What one component sees.
    ///
    /// # Errors
    /// An invalid name or template in the component's `variables` table.
    pub fn of_component(&self, id: &str, component: &Component) -> Result<ComponentVariables, VariableError> {
        let mut values = BTreeMap::new();
        for (name, template) in &component.variables {
            check_name(name)?;
            values.insert(name.clone(), self.render(template)?);
        }
        Ok(ComponentVariables {
            component: id.to_owned(),
            values: Arc::new(values),
        })
    }
}

/// Lower-case letters, digits and single underscores, beginning with a letter.
fn check_name(name: &str) -> Result<(), VariableError> {
    let wrong = |reason: &str| Err(VariableError::InvalidName(format!("{name:?}: {reason}")));
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if !name.chars().all(allowed) {
        return wrong("only lower-case letters, digits and underscores are allowed");
    }
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return wrong("it has to begin with a lower-case letter");
    }
    if name.ends_with('_') || name.contains("__") {
        return wrong("underscores stand alone between other characters");
    }
    Ok(())
}

/// The variables that one component sees.
#[derive(Debug, Clone, Default)]
pub struct ComponentVariables {
    component: String,
    values: Arc<BTreeMap<String, String>>,
}

impl ComponentVariables {
    fn get(&self, name: &str) -> Result<String, VariableError> {
        check_name(name)?;
        let undefined = || VariableError::Undefined(format!("no variable for {:?}.{name:?}", self.component));
        self.values.get(name).cloned().ok_or_else(undefined)
    }
}

impl From<VariableError> for wit::Error {
    fn from(error: VariableError) -> Self {
        match error {
            VariableError::InvalidName(text) => Self::InvalidName(text),
            VariableError::Undefined(text) => Self::Undefined(text),
            VariableError::Missing(_) => Self::Provider(error.to_string()),
            VariableError::Template(text) => Self::Other(text),
        }
    }
}

impl wit::Host for ComponentVariables {
    fn convert_error(&mut self, error: wit::Error) -> wasmtime::Result<wit::Error> {
        Ok(error)
    }
}

impl<T: Send> wit::HostWithStore<T> for HasSelf<ComponentVariables> {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> Result<String, wit::Error> {
        let variables = accessor.with(|mut access| access.get().clone());
        Ok(variables.get(&name)?)
    }
}

impl config::Host for ComponentVariables {
    fn convert_error(&mut self, error: config::Error) -> wasmtime::Result<config::Error> {
        Ok(error)
    }

    async fn get(&mut self, key: String) -> Result<Option<String>, config::Error> {
        Ok(ComponentVariables::get(self, &key).ok())
    }

    async fn get_all(&mut self) -> Result<Vec<(String, String)>, config::Error> {
        Ok(self
            .values
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> BTreeMap<String, Variable> {
        let with_default = Variable {
            default: Some("default".into()),
            ..Variable::default()
        };
        let required = Variable {
            required: true,
            ..Variable::default()
        };
        [("a".to_owned(), with_default), ("b".to_owned(), required)].into()
    }

    fn provided(sources: &[&[(&str, &str)]]) -> Provided {
        let map = |pairs: &&[(&str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        Provided {
            sources: sources.iter().map(map).collect(),
        }
    }

    #[test]
    fn earlier_sources_win_over_later_ones_and_the_default() {
        let variables = Variables::new(
            &declared(),
            &provided(&[&[("b", "1")], &[("a", "2"), ("b", "2")]]),
        )
        .unwrap();
        assert_eq!(variables.render("{{ a }} {{ b }}").unwrap(), "2 1");
        let variables = Variables::new(&declared(), &provided(&[&[("b", "1")]])).unwrap();
        assert_eq!(variables.render("{{ a }}").unwrap(), "default");
    }

    #[test]
    fn a_missing_required_variable_is_named() {
        let error = Variables::new(&declared(), &provided(&[]))
            .unwrap()
            .ensure_complete()
            .unwrap_err();
        assert!(error.to_string().contains("--variable b=…"), "{error}");
        assert!(error.to_string().contains("SPIN_VARIABLE_B"), "{error}");
    }

    #[test]
    fn names_are_checked() {
        for name in ["", "A", "1a", "a__b", "a_", "a-b", "_a"] {
            assert!(
                matches!(check_name(name), Err(VariableError::InvalidName(_))),
                "{name}"
            );
        }
        assert!(check_name("token_1_b").is_ok());
    }

    #[test]
    fn environment_names_are_upper_case_with_a_prefix() {
        let pairs = [("SPIN_VARIABLE_LOG_LEVEL", "debug"), ("OTHER", "x")];
        let map = by_variable_name(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(map, HashMap::from([("log_level".to_owned(), "debug".to_owned())]));
    }
}
