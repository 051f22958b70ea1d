//! What a contract names besides its person: a signal, an agent.

use domain::agent::Agent;
use domain::signal::Signal;
use domain::{FieldCode, Fields, Id};
use guard::problem;
use http_kit::{Code, Problem};
use store::signal::Viewer;
use store::{Database, contract};

/// Which of them is not there for this person. If both have come to be there in between, whatever is named is refused: the statement did not
/// find it.
pub async fn refused(
    db: &Database,
    viewer: Viewer,
    (signal_id, agent_id): (Option<Id<Signal>>, Option<Id<Agent>>),
) -> Result<Problem, Problem> {
    let (signal, agent) = contract::known(db, viewer, signal_id, agent_id)
        .await
        .map_err(problem::database)?;
    let late = signal && agent;
    let mut fields = Fields::new();
    if !signal || (late && signal_id.is_some()) {
        fields.refuse("/signal_id", FieldCode::UnknownValue);
    }
    if !agent || (late && agent_id.is_some()) {
        fields.refuse("/agent_id", FieldCode::UnknownValue);
    }
    let errors = fields.finish(None::<()>).err().unwrap_or_default();
    if errors.is_empty() {
        // It named nothing that could be missing: the account ended meanwhile.
        return Ok(Problem::new(Code::InvalidToken));
    }
    Ok(Problem::fields(errors))
}
