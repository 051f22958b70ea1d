//! The targets.

mod bodies;
mod documents;
mod headers;
mod streams;
mod tokens;
mod words;

/// One parser, or several that read the same input.
pub struct Target {
    /// Its name; its seeds lie in `seeds/<name>`.
    pub name: &'static str,
    /// Feeds it.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target {
        name: "access_token",
        run: tokens::access_token,
    },
    Target {
        name: "cursor",
        run: tokens::cursor,
    },
    Target {
        name: "client_address",
        run: headers::client_address,
    },
    Target {
        name: "user_agent",
        run: headers::user_agent,
    },
    Target {
        name: "languages",
        run: headers::languages,
    },
    Target {
        name: "trace",
        run: headers::trace,
    },
    Target {
        name: "precondition",
        run: headers::precondition,
    },
    Target {
        name: "json_body",
        run: bodies::json_body,
    },
    Target {
        name: "query",
        run: bodies::query,
    },
    Target {
        name: "partial_json",
        run: streams::partial_json,
    },
    Target {
        name: "event_stream",
        run: streams::event_stream,
    },
    Target {
        name: "text",
        run: words::text,
    },
    Target {
        name: "time",
        run: words::time,
    },
    Target {
        name: "word",
        run: words::word,
    },
    Target {
        name: "document",
        run: documents::document,
    },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
