//! A picture of a table: for each case three bars (processor time, requests per second, latencies), every round as a dot, and
//! where the goal lies.

use std::fmt::Write;

use super::report::Page;
use super::rounds::{Goal, Line, Measure, Round};

const NAMES: f64 = 270.0;
const PANEL: f64 = 235.0;
const GAP: f64 = 78.0;
const ROW: f64 = 27.0;
const BAR: f64 = 15.0;
const TOP: f64 = 92.0;
const MARGIN: f64 = 24.0;

/// One panel.
struct Panel {
    title: &'static str,
    hint: &'static str,
    number: fn(&Round) -> f64,
    measure: Measure,
    show: fn(f64) -> String,
}

const PANELS: [Panel; 3] = [
    Panel {
        title: "Server CPU per request",
        hint: "µs, less is better",
        number: |round| round.cpu,
        measure: Measure::Cpu,
        show: |value| format!("{value:.0}"),
    },
    Panel {
        title: "Requests per second",
        hint: "more is better",
        number: |round| round.per_second,
        measure: Measure::PerSecond,
        show: |value| match value {
            value if value >= 10_000.0 => format!("{:.1}k", value / 1e3),
            value if value >= 1_000.0 => format!("{:.2}k", value / 1e3),
            value => format!("{value:.0}"),
        },
    },
    Panel {
        title: "Latency, p99",
        hint: "ms, less is better; the dark part is p50",
        number: |round| round.p99,
        measure: Measure::P99,
        show: |value| format!("{:.2}", value / 1e3),
    },
];

/// The SVG.
pub fn draw(page: &Page) -> String {
    let lines = &page.lines;
    let width = MARGIN * 2.0 + NAMES + (PANEL + GAP) * PANELS.len() as f64;
    let height = TOP + ROW * lines.len() as f64 + 44.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"Inter, 'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"12\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fbfbf9\"/>\n"
    );
    text(
        &mut svg,
        (MARGIN, 32.0),
        "font-size=\"18\" font-weight=\"600\" fill=\"#1f2933\"",
        page.scenario,
    );
    let about = page.notes.first().map_or("", String::as_str);
    text(&mut svg, (MARGIN, 52.0), "fill=\"#616e7c\"", about);
    for (row, line) in lines.iter().enumerate() {
        let y = TOP + ROW * row as f64;
        if row % 2 == 0 {
            let _ = writeln!(
                svg,
                "<rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{ROW}\" fill=\"#f1f1ed\"/>",
                MARGIN - 8.0,
                width - 2.0 * MARGIN + 16.0
            );
        }
        let weight = if line.name == line.base {
            "fill=\"#1f2933\" font-weight=\"600\""
        } else {
            "fill=\"#1f2933\""
        };
        text(&mut svg, (MARGIN, y + 18.0), weight, &line.name);
    }
    for (place, panel) in PANELS.iter().enumerate() {
        let x = MARGIN + NAMES + (PANEL + GAP) * place as f64;
        draw_panel(&mut svg, panel, lines, x);
    }
    let foot = "Bars: median. Dots: each round. Red line: the goal, a ratio to the case that it is compared with. Bold and grey: what others are compared with.";
    text(
        &mut svg,
        (MARGIN, height - 16.0),
        "font-size=\"11\" fill=\"#7b8794\"",
        foot,
    );
    svg.push_str("</svg>\n");
    svg
}

fn draw_panel(svg: &mut String, panel: &Panel, lines: &[Line], x: f64) {
    text(
        svg,
        (x, TOP - 22.0),
        "font-weight=\"600\" fill=\"#323f4b\"",
        panel.title,
    );
    text(
        svg,
        (x, TOP - 7.0),
        "font-size=\"11\" fill=\"#7b8794\"",
        panel.hint,
    );
    let medians: Vec<f64> = lines.iter().map(|line| line.median(panel.number)).collect();
    let longest = medians.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let scale = |value: f64| (value / longest * PANEL).min(PANEL + 6.0);
    for (row, (line, median)) in lines.iter().zip(&medians).enumerate() {
        let y = TOP + ROW * row as f64 + (ROW - BAR) / 2.0;
        let (light, dark) = if line.name == line.base {
            ("#b8c0c8", "#87929d")
        } else {
            ("#8fb8d8", "#3e7cb1")
        };
        let whole = if panel.measure == Measure::P99 {
            light
        } else {
            dark
        };
        bar(svg, (x, y), scale(*median), whole);
        if panel.measure == Measure::P99 {
            bar(svg, (x, y), scale(line.median(|round| round.p50)), dark);
        }
        for round in &line.rounds {
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"1.7\" fill=\"#1f2933\" fill-opacity=\"0.45\"/>",
                x + scale((panel.number)(round)),
                y + BAR / 2.0
            );
        }
        let of_base = |goal: &&Goal| goal.of == panel.measure && goal.to == line.base;
        let mut end = scale(*median).max(scale(largest(line, panel)));
        if let Some(goal) = line.goals.iter().find(of_base)
            && let Some(base) = lines.iter().find(|other| other.name == line.base)
        {
            let goal = scale(base.median(panel.number) * goal.bound);
            let at = x + goal;
            // The number stands behind the line, unless there is room in between.
            end = if goal > end + 45.0 { end } else { end.max(goal) };
            let _ = writeln!(
                svg,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#c81e1e\" stroke-width=\"2\"/>",
                y - 4.0,
                y + BAR + 4.0
            );
        }
        let at = (x + end + 7.0, y + 12.0);
        text(
            svg,
            at,
            "font-size=\"11\" fill=\"#323f4b\"",
            &(panel.show)(*median),
        );
    }
}

fn largest(line: &Line, panel: &Panel) -> f64 {
    line.rounds.iter().map(panel.number).fold(0.0, f64::max)
}

fn bar(svg: &mut String, (x, y): (f64, f64), width: f64, fill: &str) {
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\" fill=\"{fill}\"/>"
    );
}

fn text(svg: &mut String, (x, y): (f64, f64), style: &str, text: &str) {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{text}</text>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_well_formed_and_shows_every_case() {
        let round = Round {
            per_second: 9_000.0,
            cpu: 80.0,
            p50: 900.0,
            p99: 1_500.0,
            longest: 2_000.0,
        };
        let line = |name: &str| Line {
            name: name.to_owned(),
            base: "empty",
            goals: vec![Goal {
                of: Measure::Cpu,
                bound: 1.35,
                to: "empty",
            }],
            rounds: vec![round; 3],
        };
        let mut page = Page::new("floor", "host");
        page.lines = vec![line("empty"), line("GET /signals?a<b&c")];
        let svg = draw(&page);
        assert!(svg.contains("GET /signals?a&lt;b&amp;c"));
        assert!(!svg.contains("NaN"));
        assert_eq!(svg.matches("<circle").count(), 2 * 3 * PANELS.len());
        assert_eq!(svg.matches("stroke=\"#c81e1e\"").count(), 2);
    }
}
