//! Forms that come back filled in: what was typed is kept, a summary of what is wrong stands at the top
//! and its entries lead to the fields.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};

use super::words::Words;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the field, or empty where the whole form is meant.
    pub field: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Text,
    /// Whole or decimal figures: a text field with a figure keyboard, so that no wheel changes it.
    Figure,
    Date,
    Password,
    /// Many lines of text.
    Long,
    /// A box that is ticked or not: sent as `on`, or not at all.
    Check,
    Choice(Vec<(String, String)>),
}

/// One labelled field.
#[derive(Debug, Clone, Template)]
#[template(path = "kit/field.html")]
pub struct Field {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub input: Input,
    pub value: String,
    pub error: String,
    /// What the browser may fill in (`autocomplete`).
    pub fills: &'static str,
    pub required: bool,
}

/// Everything that was wrong, at the top of the form; empty, it draws nothing.
#[derive(Debug, Clone, Template)]
#[template(path = "kit/errors.html")]
pub struct ErrorSummary {
    pub words: Words,
    pub errors: Vec<FieldError>,
}

/// What a person sent, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, String>,
    pub errors: Vec<FieldError>,
}

impl Form {
    pub fn of(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { values: values.into_iter().collect(), errors: Vec::new() }
    }

    /// What was typed, without blanks at the ends; empty where the field was not sent.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", |value| value.trim())
    }

    /// Whether a box was ticked.
    pub fn is_ticked(&self, field: &str) -> bool {
        self.value(field) == "on"
    }

    /// All that was sent or set, by the names of the fields.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// As typed: for passwords, whose blanks count.
    pub fn raw(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.values.insert(field.to_owned(), value.into());
    }

    /// As if it had not been sent.
    pub fn forget(&mut self, field: &str) {
        self.values.remove(field);
    }

    pub fn wrong(&mut self, field: &str, text: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), text: text.into() });
    }

    pub fn is_right(&self) -> bool {
        self.errors.is_empty()
    }

    fn error(&self, field: &str) -> String {
        self.errors
            .iter()
            .find(|error| error.field == field)
            .map_or_else(String::new, |error| error.text.clone())
    }

    pub fn field(&self, name: impl Into<String>, label: String, input: Input) -> Field {
        let name = name.into();
        let value = if input == Input::Password { String::new() } else { self.value(&name).to_owned() };
        Field {
            error: self.error(&name),
            name,
            label,
            hint: String::new(),
            input,
            value,
            fills: "off",
            required: true,
        }
    }

    pub fn summary(&self, words: &Words) -> ErrorSummary {
        ErrorSummary { words: words.clone(), errors: self.errors.clone() }
    }
}

/// A body that is too long or no form is refused as axum refuses it.
impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = FormRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, FormRejection> {
        let axum::Form(sent) = axum::Form::<Vec<(String, String)>>::from_request(request, state).await?;
        Ok(Self::of(sent))
    }
}

impl Field {
    #[must_use]
    pub fn hinted(mut self, hint: String) -> Self {
        self.hint = hint;
        self
    }

    #[must_use]
    pub fn filled_by(mut self, fills: &'static str) -> Self {
        self.fills = fills;
        self
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.name));
        }
        ids.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_except_secrets() {
        let mut form = Form::of([
            ("name".to_owned(), " 2×1 <b>".to_owned()),
            ("password".to_owned(), "secret".to_owned()),
        ]);
        form.wrong("name", "too short");
        let name = form.field("name", "Name".to_owned(), Input::Text).render().unwrap();
        assert!(name.contains("value=\"2×1 &#60;b&#62;\""), "{name}");
        assert!(
            name.contains("aria-describedby=\"name-error\"") && name.contains("aria-invalid=\"true\""),
            "{name}"
        );
        let password = form.field("password", "Password".to_owned(), Input::Password).render().unwrap();
        assert!(!password.contains("secret"), "{password}");
        let summary = form.summary(&Words::sample_en()).render().unwrap();
        assert!(summary.contains("href=\"#name\"") && summary.contains("too short"), "{summary}");
    }

    #[test]
    fn a_form_without_errors_has_no_summary() {
        assert_eq!(Form::default().summary(&Words::sample_es()).render().unwrap().trim(), "");
    }
}
