//! `DELETE /api/v1/signals/{id}` (SIG-2, CONV-9, CONV-11).

use domain::user::Role;

use super::{App, PATH, items};

#[tokio::test]
async fn only_its_owner_deletes_a_signal_and_only_once() {
    let app = App::new();
    let (owner, other) = (app.person(Role::User).await, app.person(Role::Admin).await);
    let path = app.publish(&owner, |_| ()).await;
    let kept = app.publish(&owner, |_| ()).await;
    app.delete(&path, &other).await.refused(404, "not_found");
    app.get(&path, &owner).await.expect(200);
    let answer = app.delete(&path, &owner).await.expect(204);
    assert_eq!(answer.json, serde_json::Value::Null);
    app.delete(&path, &owner).await.refused(404, "not_found");
    for person in [&owner, &other] {
        app.get(&path, person).await.refused(404, "not_found");
    }
    assert_eq!(
        items(&app.get(&format!("{PATH}/mine"), &owner).await.expect(200)),
        std::slice::from_ref(&kept)
    );
    assert_eq!(items(&app.get(PATH, &other).await.expect(200)), [kept]);
    app.delete(&format!("{PATH}/mine"), &owner)
        .await
        .refused(405, "method_not_allowed");
    app.delete(&format!("{PATH}/no-id"), &owner)
        .await
        .refused(404, "not_found");
}
