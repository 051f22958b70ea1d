//! Contracts, their tasks and analyses.

use super::{Invariant, invariant};

pub(super) const INVARIANTS: &[Invariant] = &[
    invariant(
        "tasks_are_of_the_contracts_person",
        "A task belongs to the person of its contract.",
        "SELECT CAST(t.id AS TEXT) AS id FROM contract_tasks t JOIN contracts c ON c.id = t.contract_id
         WHERE t.user_id <> c.user_id",
    ),
    invariant(
        "deleted_contracts_take_all_along",
        "A deleted contract has neither a living task nor an analysis.",
        "SELECT CAST(c.id AS TEXT) AS id FROM contracts c
         WHERE c.deleted_at IS NOT NULL AND (
             EXISTS (SELECT 1 FROM contract_tasks t WHERE t.contract_id = c.id AND t.deleted_at IS NULL)
             OR EXISTS (SELECT 1 FROM analyses a WHERE a.contract_id = c.id))",
    ),
    invariant(
        "contracts_have_their_timeline",
        "A contract that was created with a plan has tasks.",
        "SELECT CAST(c.id AS TEXT) AS id FROM contracts c
         WHERE c.plan IS NOT NULL AND c.plan <> '[]'
             AND NOT EXISTS (SELECT 1 FROM contract_tasks t WHERE t.contract_id = c.id AND t.template IS NOT NULL)",
    ),
    invariant(
        "one_analysis_runs_for_a_document",
        "At most one analysis of a document waits or runs.",
        "SELECT CAST(a.contract_id AS TEXT) AS id FROM analyses a WHERE a.state IN ('pending', 'processing')
         GROUP BY a.contract_id, a.document_hash HAVING COUNT(*) > 1",
    ),
    invariant(
        "analyses_are_of_the_contracts_person",
        "An analysis belongs to the person of its contract.",
        "SELECT CAST(a.id AS TEXT) AS id FROM analyses a JOIN contracts c ON c.id = a.contract_id
         WHERE a.user_id <> c.user_id",
    ),
    invariant(
        "analyses_end_whole",
        "An analysis has a whole result if it completed, a reason if it failed, and a time of its end exactly if it ended.",
        "SELECT CAST(a.id AS TEXT) AS id FROM analyses a
         WHERE (a.finished_at IS NULL) <> (a.state IN ('pending', 'processing'))
             OR (a.state = 'completed' AND (a.risk_level IS NULL OR a.risk_score IS NULL OR a.summary IS NULL
                 OR a.model IS NULL OR a.ranking IS NULL OR a.failure IS NOT NULL))
             OR (a.state = 'failed' AND (a.failure IS NULL OR a.risk_level IS NOT NULL))",
    ),
    invariant(
        "findings_are_counted",
        "The number of an analysis's last finding is the number of its findings.",
        "SELECT CAST(a.id AS TEXT) AS id FROM analyses a
         WHERE a.found <> LENGTH(a.findings) - LENGTH(REPLACE(a.findings, '\n', ''))",
    ),
    invariant(
        "whoever_works_has_a_claim",
        "An analysis that somebody works on was claimed, and was claimed as often as it was attempted, or more often.",
        "SELECT CAST(a.id AS TEXT) AS id FROM analyses a
         WHERE a.attempts < 0 OR a.claim < a.attempts OR (a.state = 'processing' AND a.claim < 1)",
    ),
];
