//! The shapes of what the API answers (<https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse>), as far as they are
//! used: one for a whole answer, many for a stream.

use serde::Deserialize;

use domain::analysis::Usage;

/// An answer, or a piece of one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Answer {
    candidates: Vec<Candidate>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Tokens>,
    model_version: Option<String>,
    /// In a stream that has begun an error comes as an event.
    pub(crate) error: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Candidate {
    content: Content,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    parts: Vec<Part>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    text: String,
    /// What the model thought on the way is no part of the answer.
    thought: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Tokens {
    prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// At its end.
    Stopped,
    /// In the middle: it became too long.
    Long,
    /// The provider does not go on.
    Blocked,
    /// Anything else; the form of the answer tells.
    Other,
}

impl Answer {
    /// The text of the first candidate; there is one, because one was asked for.
    pub(crate) fn text(&self) -> String {
        let parts = self
            .candidates
            .first()
            .into_iter()
            .flat_map(|candidate| &candidate.content.parts);
        parts
            .filter(|part| !part.thought)
            .map(|part| part.text.as_str())
            .collect()
    }

    /// Why the answer ended, if it did.
    pub(crate) fn finish(&self) -> Option<Finish> {
        if self
            .prompt_feedback
            .as_ref()
            .is_some_and(|feedback| feedback.block_reason.is_some())
        {
            return Some(Finish::Blocked);
        }
        let reason = self.candidates.first()?.finish_reason.as_deref()?;
        Some(match reason {
            "STOP" => Finish::Stopped,
            "MAX_TOKENS" => Finish::Long,
            "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => {
                Finish::Blocked
            }
            _ => Finish::Other,
        })
    }

    /// Notes what the answer says about its cost. The counts of a stream are running ones: the last counts.
    pub(crate) fn note(&self, usage: &mut Usage) {
        if let Some(tokens) = &self.usage_metadata {
            usage.input_tokens = usage.input_tokens.max(tokens.prompt_token_count);
            let written = tokens
                .candidates_token_count
                .saturating_add(tokens.thoughts_token_count);
            usage.output_tokens = usage.output_tokens.max(written);
        }
        if let Some(model) = self.model_version.as_deref().filter(|model| !model.is_empty()) {
            usage.model = model.chars().take(100).collect();
        }
    }
}
