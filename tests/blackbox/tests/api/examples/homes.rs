//! Signals, contracts and what homes cost.

use realcare_blackbox::{Person, success};
use serde_json::json;

use super::story::Story;

/// The contract of the examples.
const CONTRACT: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e73";
/// Its task.
const TASK: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e74";

/// Publishes a signal; two people answer it, one is accepted and one declined.
pub fn market(story: &mut Story<'_>, minji: &Person, [hana, juno]: [&Person; 2]) {
    let owner = minji.access.as_str();
    story.send(owner, "createSignal");
    story.send(&hana.access, "searchSignals");
    story.send_all(owner, &["listOwnSignals", "getSignal", "changeSignal"]);
    story.send(&hana.access, "createInterest");
    story.send_all(owner, &["getSignalStats", "listInterests", "getInterest"]);
    story.send_all(
        &hana.access,
        &["listOwnInterests", "withdrawInterest", "createInterest"],
    );
    story.send(owner, "acceptInterest");
    story.send(&juno.access, "createInterest");
    story.send_all(owner, &["declineInterest", "deleteSignal"]);
}

/// Asks whether a home can be afforded.
pub fn reality_check(story: &mut Story<'_>, minji: &Person) {
    story.send_all(
        &minji.access,
        &[
            "createRealityCheck",
            "listRealityChecks",
            "getRealityCheck",
            "deleteRealityCheck",
        ],
    );
}

/// Notes a contract, works on its tasks, and has it analysed, twice: the second time nothing has changed.
pub fn contract(story: &mut Story<'_>, minji: &Person) {
    let owner = minji.access.as_str();
    story.send_all(
        owner,
        &[
            "createContract",
            "listContracts",
            "getContract",
            "getContractDocument",
            "createTask",
            "getTask",
            "changeTask",
            "completeTask",
            "reopenTask",
            "listTasks",
            "getTimeline",
            "exportTimeline",
        ],
    );
    due_in_a_year(story, owner);
    story.send(owner, "listUpcomingTasks");
    leave_one_task(story, owner);
    story.send(owner, "arrangeTasks");
    assert_eq!(story.send(owner, "startAnalysis").status, 202);
    story.send_all(
        owner,
        &[
            "streamAnalysis",
            "getProgress",
            "getAnalysis",
            "listAnalyses",
            "getAnalysisById",
        ],
    );
    assert_eq!(story.send(owner, "startAnalysis").status, 200);
    story.send_all(owner, &["changeContract", "deleteTask", "deleteContract"]);
}

fn tasks(story: &Story<'_>) -> String {
    format!("/api/v1/contracts/{}/tasks", story.real_id(CONTRACT))
}

/// The examples' days are years away, and what comes up is looked for in the 366 days ahead: so something is due on the first of this month
/// in a year.
fn due_in_a_year(story: &Story<'_>, owner: &str) {
    let client = story.app.client();
    let timeline = tasks(story).replace("/tasks", "/timeline");
    let today = client.get(&timeline).bearer(owner).send().string("/today");
    let (year, rest) = today.split_once('-').expect("a day");
    let (month, _) = rest.split_once('-').expect("a day");
    let year = year.parse::<u32>().expect("a year") + 1;
    let body = json!({"title": "Call the landlord", "due_date": format!("{year}-{month}-01")});
    success(&client.post(&tasks(story)).bearer(owner).json(&body).send(), 201);
}

/// The example puts one task in order, so the others go: an order names all of them.
fn leave_one_task(story: &Story<'_>, owner: &str) {
    let client = story.app.client();
    let listed = client
        .get(&format!("{}?limit=100", tasks(story)))
        .bearer(owner)
        .send();
    let listed = listed.json();
    let items = listed["items"].as_array().expect("a list").iter();
    let ids = items.filter_map(|task| task["id"].as_str());
    for id in ids.filter(|id| *id != story.real_id(TASK)) {
        let path = format!("{}/{id}", tasks(story));
        success(&client.delete(&path).bearer(owner).send(), 204);
    }
}
