//! Strings that break things elsewhere, by category. They are ours, written for what this app reads and stores; a large hunt adds the
//! package `big-list-of-naughty-strings` (MIT), which `REALCARE_HUNT_STRINGS` names.

use std::{env, fs};

use serde_json::Value;

/// One string.
#[derive(Clone)]
pub struct Naughty {
    /// What kind of trouble it is.
    pub category: String,
    text: String,
    json: Vec<u8>,
}

impl Naughty {
    /// A string as any client would send it.
    pub fn text_of(category: &str, text: &str) -> Self {
        Self {
            category: category.to_owned(),
            text: text.to_owned(),
            json: Value::from(text).to_string().into_bytes(),
        }
    }

    /// A string that only a hand-written JSON literal can be.
    fn literal(category: &str, json: &[u8]) -> Self {
        let text =
            serde_json::from_slice(json).unwrap_or_else(|_| String::from_utf8_lossy(json).into_owned());
        Self {
            category: category.to_owned(),
            text,
            json: json.to_vec(),
        }
    }

    /// The text; of a literal that is no JSON, the literal as far as it is text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The JSON literal.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// Whether the literal is JSON.
    pub fn is_json(&self) -> bool {
        serde_json::from_slice::<String>(&self.json).is_ok()
    }
}

/// All of them.
pub fn corpus() -> Vec<Naughty> {
    let mut all: Vec<Naughty> = TEXTS
        .iter()
        .flat_map(|(category, texts)| texts.iter().map(|text| Naughty::text_of(category, text)))
        .collect();
    all.extend(LITERALS.iter().map(|json| Naughty::literal("literal", json)));
    all.extend(LENGTHS.iter().flat_map(|length| {
        ["a", "\u{ac00}", "\u{1f3e0}", "e\u{301}", " ", "\u{0}", "\n"]
            .map(|piece| Naughty::text_of("length", &piece.repeat(*length)))
    }));
    if let Some(path) = env::var_os("REALCARE_HUNT_STRINGS") {
        let text = fs::read(path).expect("the list of strings can be read");
        let list: Vec<String> = serde_json::from_slice(&text).expect("the list is JSON of strings");
        all.extend(list.iter().map(|text| Naughty::text_of("list", text)));
    }
    all
}

/// Around every limit of a field.
const LENGTHS: &[usize] = &[100, 101, 128, 129, 200, 201, 254, 300, 301, 10_000, 10_001];

const TEXTS: &[(&str, &[&str])] = &[
    (
        "nothing",
        &[
            "",
            " ",
            "\t",
            "\n",
            "\u{3000}",
            "\u{200b}",
            "null",
            "undefined",
            "nil",
            "None",
            "NaN",
            "true",
            "{}",
            "[]",
        ],
    ),
    (
        "control",
        &[
            "a\u{0}b",
            "\u{0}",
            "\u{1}\u{2}\u{1f}",
            "a\u{8}\u{8}b",
            "\u{1b}[31mred\u{1b}[0m",
            "\u{1b}]0;title\u{7}",
            "a\u{7f}b",
            "a\u{80}\u{9f}b",
            "\u{85}",
            "a\rb",
            "a\r\nb",
            "\u{b}\u{c}",
        ],
    ),
    (
        "direction",
        &[
            "a\u{202e}b",
            "\u{202a}\u{202b}\u{202c}\u{202d}",
            "\u{2066}x\u{2067}y\u{2068}z\u{2069}",
            "a\u{200e}b\u{200f}c",
            "\u{61c}x",
            "\u{645}\u{631}\u{62d}\u{628}\u{627}",
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd} abc 123",
            "\u{fdfd}",
            "\u{fdfa}",
        ],
    ),
    (
        "invisible",
        &[
            "a\u{200b}b",
            "a\u{200c}b\u{200d}c",
            "\u{feff}a",
            "a\u{2060}b\u{2061}",
            "a\u{ad}b",
            "\u{180e}a",
            "\u{3164}",
            "\u{115f}\u{1160}",
            "a\u{e0041}\u{e007f}",
            "\u{fff9}a\u{fffa}b\u{fffb}",
            "\u{200b}e\u{200b}\u{301}\u{200b}",
        ],
    ),
    (
        "space",
        &[
            "\u{a0}a\u{a0}",
            "a\u{2000}\u{2001}b",
            "a\u{2028}b\u{2029}c",
            "\u{202f}\u{205f}\u{3000}a",
            "  a   b  ",
            "\u{1680}a",
        ],
    ),
    (
        "combining",
        &[
            "e\u{301}",
            "\u{e9}",
            "a\u{feff}\u{308}",
            "\u{301}",
            "Z\u{351}\u{36b}\u{343}\u{36a}A\u{346}\u{329}L\u{349}\u{352}G\u{33a}O\u{31a}",
            "\u{1e9b}\u{323}",
            "\u{212b}\u{2126}\u{212a}",
            "\u{344}",
            "\u{958}",
            "\u{fb01}\u{fb2a}",
            "a\u{327}\u{301}\u{327}",
        ],
    ),
    (
        "hangul",
        &[
            "\u{ac00}\u{b098}\u{b2e4}",
            "\u{1100}\u{1161}\u{1102}\u{1161}",
            "\u{ac00}\u{11a8}",
            "\u{1100}\u{200b}\u{1161}",
            "\u{3131}\u{314f}",
            "\u{ffa1}\u{ffc2}",
            "\u{ac01}\u{11a8}",
            "똠방각하",
            "서울특별시 강남구 역삼동 １２３",
            "㈜한국",
            "株式會社",
        ],
    ),
    (
        "emoji",
        &[
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{1f1f0}\u{1f1f7}",
            "\u{1f44d}\u{1f3fd}",
            "\u{2764}\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
        ],
    ),
    (
        "edge",
        &[
            "\u{fffd}",
            "\u{ffff}",
            "\u{fffe}",
            "\u{fdd0}",
            "\u{10ffff}",
            "\u{1ffff}",
            "\u{e000}",
            "\u{d7ff}",
            "\u{10000}",
            "\u{ff21}\u{ff22}",
        ],
    ),
    (
        "case",
        &[
            "\u{130}I\u{131}i",
            "\u{df}\u{1e9e}SS",
            "\u{3a3}\u{3c3}\u{3c2}",
            "J\u{30c}\u{1f0}",
            "\u{1c5}",
            "\u{149}",
        ],
    ),
    (
        "sql",
        &[
            "' OR '1'='1",
            "'; DROP TABLE users; --",
            "\" OR \"\"=\"",
            "1;SELECT pg_sleep(5)",
            "$1",
            "$$",
            "?1 :a @b",
            "\\' OR 1=1 --",
            "%",
            "_",
            "%_%",
            "'||(SELECT 1)||'",
            "E'\\x00'",
            "NULL",
            "x' AND 1=CAST((SELECT version()) AS int)--",
            "\"\" AND * NEAR(a b) OR -c",
            "{a b}:c^d",
        ],
    ),
    (
        "html",
        &[
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "\"><svg/onload=alert(1)>",
            "&lt;b&gt;&amp;",
            "javascript:alert(1)",
            "<!--",
            "]]>",
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]>",
            "\u{ff1c}script\u{ff1e}",
            "</textarea><b>",
        ],
    ),
    (
        "shell",
        &[
            "$(id)",
            "`id`",
            "; id",
            "| id",
            "&& id",
            "$HOME",
            "() { :;}; id",
            "-rf",
            "--help",
            "\\\n",
            "%00",
            "%0d%0aSet-Cookie: a=b",
            "a\tb",
        ],
    ),
    (
        "path",
        &[
            "../../../../etc/passwd",
            "..\\..\\a",
            "/dev/null",
            "file:///etc/passwd",
            "C:\\con\\aux",
            ".",
            "..",
            "a/b/c",
            "//example.com",
            "~",
        ],
    ),
    (
        "template",
        &[
            "{{7*7}}",
            "${7*7}",
            "<%= 7*7 %>",
            "#{7*7}",
            "{% raw %}",
            "${jndi:ldap://127.0.0.1/a}",
            "{0}",
            "{name}",
            "%{a}",
        ],
    ),
    (
        "format",
        &[
            "%s%s%s%n",
            "%d",
            "%x%x",
            "{}",
            "{:?}",
            "{0:999999999}",
            "%99999999s",
            "\\u0000",
            "\\x00",
            "\\",
        ],
    ),
    (
        "number",
        &[
            "0",
            "-0",
            "1",
            "-1",
            "1.0",
            "1e3",
            "0x10",
            "1_000",
            "1,000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "1e309",
            "Infinity",
            "\u{661}\u{662}",
            "\u{ff11}\u{ff12}",
            "\u{b2}",
            "\u{bd}",
            "007",
        ],
    ),
    (
        "time",
        &[
            "2026-02-30",
            "-2026-01-01",
            "+2026-01-01",
            "0000-00-00",
            "0000-01-01",
            "9999-12-31",
            "10000-01-01",
            "2026-1-1",
            "2026-01-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2016-12-31T23:59:60Z",
            "0000-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "9999-12-31T23:59:59.999999999Z",
            "2026-01-01T00:00:00.0000000000000000001Z",
            "today",
            "\u{ff12}026-01-01",
            "infinity",
            "-infinity",
            "epoch",
        ],
    ),
    (
        "id",
        &[
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "FFFFFFFF-FFFF-7FFF-8FFF-FFFFFFFFFFFF",
            "{01890000-0000-7000-8000-000000000000}",
            "urn:uuid:01890000-0000-7000-8000-000000000000",
            "01890000000070008000000000000000",
            "01890000-0000-7000-8000-00000000000",
        ],
    ),
    (
        "address",
        &[
            "a@b",
            "@",
            "a@b@c.de",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
            "a@[IPv6:::1]",
            "<a@example.com>",
            "a@example.com\u{0}",
            "a@example.com\nBcc: b@example.com",
            "a+b@example.com",
            "\u{ac00}@example.com",
            "a@\u{ac00}.com",
            "a@xn--o39a.com",
            "A@EXAMPLE.COM",
            "a@example..com",
            ".a@example.com",
            "a@-example.com",
            "a\u{200b}@example.com",
            "K\u{212a}@example.com",
        ],
    ),
    (
        "token",
        &[
            "a.b.c",
            "....",
            "eyJhbGciOiJub25lIn0.e30.",
            "Bearer x",
            "AAAA",
            "=",
            "====",
            "AA==",
            "-_-_",
            "+/+/",
        ],
    ),
    (
        "syntax",
        &[
            "\"",
            "\\\"",
            "\\\\",
            "'",
            "\"a\": 1",
            "{\"a\":",
            ",",
            ":",
            ";",
            "=",
            "&a=b",
            "?a=b",
            "#a",
            "\u{2019}\u{201c}",
            "a\nb: c",
            "W/\"v1\"",
            "*",
            "\"v1\", \"v2\"",
        ],
    ),
];

/// What JSON forbids, or allows and few expect.
const LITERALS: &[&[u8]] = &[
    br#""\ud800""#,
    br#""\udc00\ud800""#,
    br#""\ud83c\udfe0""#,
    br#""\ud83c\ud83c""#,
    br#""\u0000""#,
    br#""a\u0000b""#,
    br#""\u202e""#,
    br#""\/\b\f\n\r\t""#,
    br#""\x41""#,
    br#""\u12""#,
    br#""\"#,
    br#"""#,
    br#"'a'"#,
    b"\"\x00\"",
    b"\"a\nb\"",
    b"\"\xff\xfe\"",
    b"\"\xc0\x80\"",
    b"\"\xe0\x80\x80\"",
    b"\"\xed\xa0\x80\"",
    b"\"\xf4\x90\x80\x80\"",
    b"\"\xf0\x9f\x8f\"",
    b"\"\xef\xbb\xbfa\"",
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1.5",
    b"1e400",
    b"9223372036854775808",
    b"[]",
    b"{}",
    br#"["a"]"#,
    br#"{"a":"b"}"#,
    br#"{"$numberLong":"1"}"#,
    br#""a","a":"b""#,
    b"",
];
