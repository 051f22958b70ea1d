//! The work on an analysis, as the component `analysis` does it.

use domain::Clock;
use domain::analysis::run::{Failure, LEASE, Verdict};
use domain::analysis::{Clause, Finding, Severity};
use domain::progress::Stage;
use store::analysis_work::{self as work, Claimed, Completion};

use super::App;

pub fn finding(number: u32) -> Finding {
    match number % 2 {
        0 => Finding::MissingClause(format!("특약 {number}\n둘째 줄")),
        _ => Finding::Clause(Clause {
            quote: format!("제{number}조"),
            risk: "risk".to_owned(),
            severity: Severity::High,
            explanation: "because".to_owned(),
            recommendation: "do".to_owned(),
        }),
    }
}

/// Somebody who has taken an analysis up.
pub struct Worker<'a> {
    app: &'a App,
    claimed: Claimed,
    found: u32,
}

impl<'a> Worker<'a> {
    pub async fn takes(app: &'a App) -> Self {
        let now = app.world.clock.now();
        let claimed = work::claim(&app.world.fresh.db, now.plus(LEASE), now).await;
        let claimed = claimed.unwrap().expect("something is due");
        let found = u32::try_from(claimed.findings.len()).unwrap();
        Self { app, claimed, found }
    }

    fn db(&self) -> &sql::Database {
        &self.app.world.fresh.db
    }

    pub async fn enters(&self, stage: Stage) {
        let until = self.app.world.clock.now().plus(LEASE);
        assert!(work::enter(self.db(), &self.claimed, stage, until).await.unwrap());
    }

    pub async fn finds(&mut self) {
        self.found += 1;
        let until = self.app.world.clock.now().plus(LEASE);
        let kept = work::keep(self.db(), &self.claimed, self.found, finding(self.found), until).await;
        assert!(kept.unwrap().is_some());
    }

    pub async fn completes(&self, ranking: &[u32]) {
        let completion = Completion {
            ranking: ranking.to_vec(),
            result: store::analysis::Result {
                risk_level: Severity::High,
                risk_score: 71,
                summary: "요약".to_owned(),
                model: "rules-1".to_owned(),
            },
            input_tokens: 1,
            output_tokens: 2,
            now: self.app.world.clock.now(),
        };
        assert!(
            work::complete(self.db(), &self.claimed, &completion)
                .await
                .unwrap()
        );
    }

    pub async fn fails(&self, failure: Failure) {
        let now = self.app.world.clock.now();
        let settled = work::settle(self.db(), &self.claimed, Verdict::Over(failure), now).await;
        assert!(settled.unwrap());
    }
}
