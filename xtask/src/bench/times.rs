//! Times and what one sees in them.

use std::time::Duration;

/// The value below which this share (in percent) of the times lies.
pub fn share(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

/// The chance that one of `a` took longer than one of `b` (Mann and Whitney 1947; the area under the ROC curve): 0.5 when nobody can
/// tell them apart, 0 or 1 when everybody can.
pub fn longer(a: &[Duration], b: &[Duration]) -> f64 {
    let wins: f64 = a
        .iter()
        .flat_map(|a| b.iter().map(move |b| a.cmp(b)))
        .map(|order| match order {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .sum();
    wins / (a.len() * b.len()).max(1) as f64
}

/// In milliseconds, for a table.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_tells_apart_what_can_be_told_apart() {
        let times = |from: u64| -> Vec<Duration> { (from..from + 10).map(Duration::from_millis).collect() };
        assert!((longer(&times(0), &times(0)) - 0.5).abs() < 1e-9);
        assert!((longer(&times(20), &times(0)) - 1.0).abs() < 1e-9);
        assert!(longer(&times(0), &times(20)).abs() < 1e-9);
        assert_eq!(share(&times(0), 50), Duration::from_millis(5));
    }
}
