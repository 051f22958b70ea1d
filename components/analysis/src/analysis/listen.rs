//! The last stage: what the analyst says is checked, kept as it comes, and at the end ranked and judged (CON-4, CON-5).

use std::collections::BTreeSet;
use std::time::Duration;

use domain::analysis::run::{Failure, LEASE, MOST_FINDINGS};
use domain::analysis::{Concern, Conclusion, Document, Finding, Judge, Report};
use futures::future::{Either, select};
use http_kit::Language;
use http_kit::log::{Level, event};
use store::analysis::Result as Outcome;
use store::analysis_finding::Numbered;
use store::analysis_work::{self, Completion};
use store::contract_document;
use store::provider_bucket;

use super::work::{Job, Stopped};
use crate::analyst::{Event, Pending, Run, Subject, Trouble};

/// The name of the provider's token bucket (GUARD-5).
const BUCKET: &str = "gemini";

/// The pause after which our own quota may have something again.
const REFILL: Duration = Duration::from_secs(2);

/// An adapter answers or fails within thirty seconds; one that does neither is left.
const PATIENCE: Duration = Duration::from_secs(40);

/// What the stages before have made of the text.
pub struct Heard<'a> {
    pub noted: &'a contract_document::Document,
    pub document: &'a Document,
    /// What does not fit together, or not to what was noted.
    pub concerns: Vec<Concern>,
}

/// Listens until the analyst has finished; gives what the analysis ends with.
///
/// # Errors
/// [`Stopped`].
pub async fn to_the_end(job: &Job<'_>, heard: Heard<'_>) -> Result<Completion, Stopped> {
    let judge = Judge::new(heard.document);
    let mut kept = Kept::new(job);
    for concern in heard.concerns {
        // What comparing has shown counts whoever the analyst is.
        let finding = i18n::finding(Language::from_tag(&job.claimed.language), &concern);
        if let Some(Ok(finding)) = finding.map(|finding| judge.admit(finding)) {
            kept.keep(finding).await?;
        }
    }
    take_quota(job).await?;
    let subject = Subject {
        id: job.claimed.id,
        text: heard.document.as_str().to_owned(),
        document: heard.noted.clone(),
        language: job.claimed.language.clone(),
    };
    let mut run = patiently(job, job.workshop.analyst.start(subject)).await?;
    loop {
        match next(job, &mut *run).await? {
            Some(Event::Finding(finding)) => match judge.admit(finding) {
                Ok(finding) => kept.keep(finding).await?,
                Err(rejected) => {
                    let fields = [
                        ("analysis_id", job.claimed.id.to_string().into()),
                        ("reason", rejected.as_str().into()),
                    ];
                    event(Level::Warn, "finding_rejected", job.context.about(fields));
                }
            },
            Some(Event::Conclusion(conclusion)) => return Ok(conclude(job, &judge, &kept, &conclusion)),
            // It fell silent without a conclusion.
            None => return Err(Failure::Malformed.into()),
        }
    }
}

/// An outside analyst takes so much from us and no more. Our own rules are no provider and have no key.
async fn take_quota(job: &Job<'_>) -> Result<(), Stopped> {
    let Some(quota) = job.workshop.quota else {
        return Ok(());
    };
    let now = job.workshop.clock.now();
    if provider_bucket::take(&job.workshop.db, BUCKET, quota, now).await? {
        Ok(())
    } else {
        Err(Stopped::OverQuota(now.plus(REFILL)))
    }
}

async fn next(job: &Job<'_>, run: &mut dyn Run) -> Result<Option<Event>, Stopped> {
    patiently(job, run.next()).await
}

async fn patiently<T>(job: &Job<'_>, answer: Pending<'_, T>) -> Result<T, Stopped> {
    match select(answer, job.workshop.timer.sleep(PATIENCE)).await {
        Either::Left((Ok(answer), _)) => Ok(answer),
        Either::Left((Err(Trouble { failure, wait }), _)) => Err(Stopped::Failed(failure, wait)),
        Either::Right(_) => Err(Failure::TimedOut.into()),
    }
}

/// What is kept of this analysis: by earlier attempts that broke off, and by this one.
struct Kept<'a> {
    job: &'a Job<'a>,
    all: Vec<Numbered>,
    /// The numbers that this attempt has found, again or for the first time. Only they stand at the end.
    standing: BTreeSet<u32>,
}

impl<'a> Kept<'a> {
    fn new(job: &'a Job<'a>) -> Self {
        Self {
            job,
            all: job.claimed.findings.clone(),
            standing: BTreeSet::new(),
        }
    }

    /// Keeps a finding under the next number. One that is there already keeps its number, so that nobody who watches sees it twice.
    async fn keep(&mut self, finding: Finding) -> Result<(), Stopped> {
        let workshop = self.job.workshop;
        let until = workshop.clock.now().plus(LEASE);
        if let Some(known) = self.all.iter().find(|known| known.finding == finding) {
            self.standing.insert(known.number);
            let ours = analysis_work::hold(&workshop.db, self.job.claimed, until).await?;
            return if ours { Ok(()) } else { Err(Stopped::Lost) };
        }
        let number = self.all.last().map_or(1, |last| last.number.saturating_add(1));
        if number > MOST_FINDINGS {
            return Ok(());
        }
        let kept = analysis_work::keep(&workshop.db, self.job.claimed, number, finding, until).await?;
        self.all.push(kept.ok_or(Stopped::Lost)?);
        self.standing.insert(number);
        Ok(())
    }

    fn findings(&self) -> impl Iterator<Item = &Numbered> {
        self.all.iter().filter(|one| self.standing.contains(&one.number))
    }
}

fn conclude(job: &Job<'_>, judge: &Judge, kept: &Kept<'_>, conclusion: &Conclusion) -> Completion {
    let findings = kept.findings().map(|one| one.finding.clone());
    let (report, _) = judge.report(findings, conclusion);
    Completion {
        ranking: ranking(kept, &report),
        result: Outcome {
            risk_level: report.risk_level,
            risk_score: report.risk_score,
            summary: report.summary,
            model: report.model,
        },
        input_tokens: conclusion.usage.input_tokens,
        output_tokens: conclusion.usage.output_tokens,
        now: job.workshop.clock.now(),
    }
}

/// The numbers of what the report has, in its order.
fn ranking(kept: &Kept<'_>, report: &Report) -> Vec<u32> {
    let number = |finding: Finding| {
        let found = kept.findings().find(|one| one.finding == finding);
        found.map(|one| one.number)
    };
    let clauses = report.clauses.iter().cloned().map(Finding::Clause);
    let missing = report.missing_clauses.iter().cloned().map(Finding::MissingClause);
    clauses.chain(missing).filter_map(number).collect()
}
