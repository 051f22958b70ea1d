//! What a client says of itself (RFC 9110, section 10.1.5), in words that a person recognises in the list of sign-ins (AUTH-12).
//!
//! Crates that know thousands of clients bring `regex` and a database, together larger than everything else in the component. People need
//! to tell "my phone" from "a computer that is not mine", so a short table does: the browsers and apps that are common in
//! Korea and the libraries that scripts use. Limits: versions are not shown; tablets that call themselves computers (iPadOS does) are
//! computers; whatever else is unknown, which is `None`. All of it is what the client claims.

use serde::Serialize;
use utoipa::ToSchema;

/// What kind of machine it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A computer.
    Desktop,
    /// A telephone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A script or a server.
    Program,
    /// Nobody knows.
    Unknown,
}

/// A client as a person sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserAgent {
    /// The kind of machine.
    pub device: Device,
    /// The browser or app.
    #[schema(required)]
    pub client: Option<&'static str>,
    /// The operating system.
    #[schema(required)]
    pub os: Option<&'static str>,
}

/// Mark in the text and name of the client. Browsers name those that they descend from, so the more special comes first.
const CLIENTS: &[(&str, &str)] = &[
    ("KAKAOTALK", "KakaoTalk"),
    ("NAVER(inapp", "Naver"),
    ("Instagram", "Instagram"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("Whale/", "Whale"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Opera", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
    ("CFNetwork/", "iOS app"),
    ("okhttp/", "Android app"),
];

/// The same for what is no person's machine.
const PROGRAMS: &[(&str, &str)] = &[
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("HTTPie/", "HTTPie"),
    ("PostmanRuntime/", "Postman"),
    ("insomnia/", "Insomnia"),
    ("python-requests/", "Python"),
    ("python-httpx/", "Python"),
    ("aiohttp/", "Python"),
    ("Go-http-client/", "Go"),
    ("Java/", "Java"),
    ("Apache-HttpClient/", "Java"),
    ("axios/", "Node.js"),
    ("node-fetch/", "Node.js"),
    ("undici", "Node.js"),
    ("reqwest/", "Rust"),
    ("Googlebot", "Googlebot"),
    ("Yeti/", "Yeti"),
];

/// Mark and name of the system, the more special first.
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows Phone", "Windows Phone"),
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("iPod", "iOS"),
    ("Darwin/", "iOS"),
    ("Macintosh", "macOS"),
    ("Android", "Android"),
    ("okhttp/", "Android"),
    ("CrOS", "ChromeOS"),
    ("Tizen", "Tizen"),
    ("Linux", "Linux"),
];

impl UserAgent {
    /// Reads the text of a `User-Agent` header.
    pub fn read(raw: &str) -> Self {
        if let Some(program) = find(PROGRAMS, raw) {
            return Self {
                device: Device::Program,
                client: Some(program),
                os: find(SYSTEMS, raw),
            };
        }
        let os = find(SYSTEMS, raw);
        Self {
            device: device(os, raw),
            client: find(CLIENTS, raw),
            os,
        }
    }
}

fn find(table: &[(&str, &'static str)], raw: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(mark, _)| raw.contains(mark))
        .map(|(_, name)| *name)
}

fn device(os: Option<&str>, raw: &str) -> Device {
    match os {
        Some("iOS" | "Windows Phone") => Device::Mobile,
        Some("iPadOS") => Device::Tablet,
        // Chrome on a tablet leaves the word `Mobile` out; so does okhttp, which says nothing of the machine.
        Some("Android") if raw.contains("Mobile") || raw.contains("okhttp/") => Device::Mobile,
        Some("Android") => Device::Tablet,
        Some("Tizen") => Device::Unknown,
        Some(_) => Device::Desktop,
        None => Device::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(raw: &str) -> (Device, Option<&'static str>, Option<&'static str>) {
        let agent = UserAgent::read(raw);
        (agent.device, agent.client, agent.os)
    }

    #[test]
    fn common_clients_are_told_apart() {
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        let phone = "Mozilla/5.0 (Linux; Android 14; SM-S918N) AppleWebKit/537.36 (KHTML, like Gecko)";
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let cases = [
            (
                windows.to_owned(),
                (Device::Desktop, Some("Chrome"), Some("Windows")),
            ),
            (
                format!("{windows} Edg/126.0"),
                (Device::Desktop, Some("Edge"), Some("Windows")),
            ),
            (
                format!("{windows} Whale/3.26"),
                (Device::Desktop, Some("Whale"), Some("Windows")),
            ),
            (
                format!("{windows} OPR/111.0"),
                (Device::Desktop, Some("Opera"), Some("Windows")),
            ),
            (
                format!("{mac} Version/17.5 Safari/605.1.15"),
                (Device::Desktop, Some("Safari"), Some("macOS")),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0".to_owned(),
                (Device::Desktop, Some("Firefox"), Some("Linux")),
            ),
            (
                format!("{phone} SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36"),
                (Device::Mobile, Some("Samsung Internet"), Some("Android")),
            ),
            (
                format!("{phone} Chrome/126.0 Safari/537.36"),
                (Device::Tablet, Some("Chrome"), Some("Android")),
            ),
            (
                format!("{phone} Version/4.0 Chrome/126.0 Mobile Safari/537.36 KAKAOTALK 2410820"),
                (Device::Mobile, Some("KakaoTalk"), Some("Android")),
            ),
            (
                format!("{iphone} Version/17.5 Mobile/15E148 Safari/604.1"),
                (Device::Mobile, Some("Safari"), Some("iOS")),
            ),
            (
                format!("{iphone} CriOS/126.0 Mobile/15E148 Safari/604.1"),
                (Device::Mobile, Some("Chrome"), Some("iOS")),
            ),
            (
                format!("{iphone} Mobile/15E148 NAVER(inapp; search; 2000; 12.5.3)"),
                (Device::Mobile, Some("Naver"), Some("iOS")),
            ),
            (
                "RealCare/7 CFNetwork/1496.0.7 Darwin/23.5.0".to_owned(),
                (Device::Mobile, Some("iOS app"), Some("iOS")),
            ),
            (
                "okhttp/4.12.0".to_owned(),
                (Device::Mobile, Some("Android app"), Some("Android")),
            ),
            ("curl/8.5.0".to_owned(), (Device::Program, Some("curl"), None)),
            (
                "python-requests/2.32.3".to_owned(),
                (Device::Program, Some("Python"), None),
            ),
            (String::new(), (Device::Unknown, None, None)),
            ("something new".to_owned(), (Device::Unknown, None, None)),
        ];
        for (raw, expected) in cases {
            assert_eq!(seen(&raw), expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn nothing_of_the_clients_own_text_comes_back(raw in any::<String>()) {
            let agent = UserAgent::read(&raw);
            let known = |table: &[(&str, &str)], name: &str| table.iter().any(|(_, known)| *known == name);
            prop_assert!(agent.client.is_none_or(|name| known(CLIENTS, name) || known(PROGRAMS, name)));
            prop_assert!(agent.os.is_none_or(|name| known(SYSTEMS, name)));
        }
    }
}
