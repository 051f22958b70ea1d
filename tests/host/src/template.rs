//! Strings with `{{ name }}` in them.

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Variable(String),
}

impl Template {
    /// Parses a string.
    ///
    /// # Errors
    /// A brace pair that is opened and not closed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once("{{") {
            let (name, after) = after
                .split_once("}}")
                .ok_or_else(|| format!("`{{{{` without `}}}}` in {text:?}"))?;
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            parts.push(Part::Variable(name.trim().to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// Fills in the variables.
    ///
    /// # Errors
    /// The first error that `value_of` gives.
    pub fn render<E>(&self, value_of: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(name) => text.push_str(&value_of(name)?),
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str) -> Result<String, String> {
        Template::parse(text)?.render(|name| Ok(format!("<{name}>")))
    }

    #[test]
    fn fills_in_variables() {
        assert_eq!(render("").unwrap(), "");
        assert_eq!(render("plain } {").unwrap(), "plain } {");
        assert_eq!(
            render("https://{{ host }}:{{port}}/x").unwrap(),
            "https://<host>:<port>/x"
        );
        assert!(render("{{ open").is_err());
    }
}
