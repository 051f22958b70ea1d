//! What a contract names besides its person: a signal, an agent.

use domain::contract::NewContract;
use domain::{FieldCode, Fields};
use guard::problem;
use http_kit::Problem;
use store::signal::Viewer;
use store::{Database, contract};

/// Which of them is not there for this person. One that has come to be there in between is refused as well: the statement did not find it.
pub async fn refused(db: &Database, viewer: Viewer, new: &NewContract) -> Result<Problem, Problem> {
    let (signal, agent) = contract::known(db, viewer, new.signal_id, new.agent_id)
        .await
        .map_err(problem::database)?;
    let mut fields = Fields::new();
    if !signal || agent {
        fields.refuse("/signal_id", FieldCode::UnknownValue);
    }
    if !agent {
        fields.refuse("/agent_id", FieldCode::UnknownValue);
    }
    let errors = fields.finish(None::<()>).err().unwrap_or_default();
    Ok(Problem::fields(errors))
}
