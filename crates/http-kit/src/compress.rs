//! Content codings (GUARD-8; RFC 9110, sections 8.4 and 12.5.3): gzip (RFC 1952) and Brotli (RFC 7932).

use std::io::Write;

/// Answers below this many bytes fit into one packet anyway and stay as they are.
pub const SMALLEST: usize = 1024;

/// Levels that cost little on shared instances; `cargo xtask bench` shows what they bring.
const GZIP_LEVEL: u32 = 4;
const BROTLI_LEVEL: u32 = 4;
const BROTLI_WINDOW: u32 = 18;

/// A coding that we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Coding {
    /// The name in `Content-Encoding`; `None` for [`Coding::Identity`].
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// Encodes a body; `None` when it cannot.
type Encode = fn(&[u8]) -> Option<Vec<u8>>;

/// The encoders of a component. Brotli's has tables of a megabyte, so only components with long answers hold it; they name it, and
/// from the others the linker takes it out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Encoders {
    brotli: Option<Encode>,
}

impl Encoders {
    /// gzip only.
    pub const GZIP: Self = Self { brotli: None };
    /// gzip and Brotli.
    pub const ALL: Self = Self { brotli: Some(brotli) };

    /// The coding that the client prefers among those that we have. Equal weights give gzip, which costs us less; a weight of zero
    /// refuses.
    pub fn negotiate(self, accept_encoding: Option<&str>) -> Coding {
        match self.brotli {
            Some(_) => choose(accept_encoding, &[Coding::Gzip, Coding::Brotli]),
            None => choose(accept_encoding, &[Coding::Gzip]),
        }
    }

    /// `body` in a coding; `None` when it would not become smaller.
    pub fn encode(self, coding: Coding, body: &[u8]) -> Option<Vec<u8>> {
        let encoded = match coding {
            Coding::Identity => None,
            Coding::Gzip => gzip(body),
            Coding::Brotli => self.brotli.and_then(|encode| encode(body)),
        };
        encoded.filter(|encoded| encoded.len() < body.len())
    }
}

/// The coding that the client prefers among `offers`, the first of those with equal weights; [`Coding::Identity`] when it takes none.
pub fn choose(accept_encoding: Option<&str>, offers: &[Coding]) -> Coding {
    let accepted = accept_encoding.unwrap_or_default();
    let weigh = |coding: &Coding| (coding.name().map_or(0, |name| weight(accepted, name)), *coding);
    let best = offers
        .iter()
        .map(weigh)
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.filter(|(weight, _)| *weight > 0)
        .map_or(Coding::Identity, |(_, coding)| coding)
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

fn brotli(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, BROTLI_LEVEL, BROTLI_WINDOW);
    encoder.write_all(body).ok()?;
    encoder.flush().ok()?;
    Some(encoder.into_inner())
}

/// The weight of a coding in thousandths (RFC 9110, section 12.4.2); `*` stands for what is not named.
fn weight(accepted: &str, name: &str) -> u16 {
    let mut star = 0;
    for item in accepted.split(',') {
        let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
        let coding = coding.trim();
        if coding.eq_ignore_ascii_case(name) {
            return quality(parameters);
        }
        if coding == "*" {
            star = quality(parameters);
        }
    }
    star
}

fn quality(parameters: &str) -> u16 {
    let raw = parameters.trim();
    let Some(raw) = raw.strip_prefix("q=").or_else(|| raw.strip_prefix("Q=")) else {
        return 1000;
    };
    let (whole, digits) = raw.split_once('.').unwrap_or((raw, ""));
    let digits: String = digits.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse()) {
        ("0", Ok(thousandths)) => thousandths,
        ("1", Ok(_)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_client_chooses() {
        for (header, coding) in [
            (None, Coding::Identity),
            (Some(""), Coding::Identity),
            (Some("identity"), Coding::Identity),
            (Some("gzip"), Coding::Gzip),
            (Some("gzip, deflate, br"), Coding::Gzip),
            (Some("br"), Coding::Brotli),
            (Some("gzip;q=0.5, br;q=0.9"), Coding::Brotli),
            (Some("gzip;q=0, br;q=0"), Coding::Identity),
            (Some("*"), Coding::Gzip),
            (Some("*, gzip;q=0"), Coding::Brotli),
            (Some("GZIP;Q=1.000"), Coding::Gzip),
            (Some("br;q=nonsense"), Coding::Identity),
        ] {
            assert_eq!(Encoders::ALL.negotiate(header), coding, "{header:?}");
        }
        assert_eq!(
            choose(Some("gzip, br"), &[Coding::Brotli, Coding::Gzip]),
            Coding::Brotli
        );
        assert_eq!(choose(Some("gzip, br"), &[]), Coding::Identity);
        assert_eq!(Encoders::GZIP.negotiate(Some("br")), Coding::Identity);
        assert_eq!(Encoders::GZIP.negotiate(Some("br, gzip;q=0.1")), Coding::Gzip);
    }

    #[test]
    fn what_was_encoded_reads_back() {
        let body = "{\"items\": []}, ".repeat(500).into_bytes();
        let gzip = Encoders::ALL.encode(Coding::Gzip, &body).unwrap();
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&*gzip)
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, body);
        let brotli = Encoders::ALL.encode(Coding::Brotli, &body).unwrap();
        let mut back = Vec::new();
        brotli::Decompressor::new(&*brotli, 4096)
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, body);
        assert_eq!(Encoders::ALL.encode(Coding::Gzip, b"x"), None);
        assert_eq!(Encoders::ALL.encode(Coding::Identity, &body), None);
    }
}
