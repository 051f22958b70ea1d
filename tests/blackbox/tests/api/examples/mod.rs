//! The examples of the API document, sent as they stand there (OPS-6, QUAL-2). They tell one story: somebody registers, publishes, answers,
//! notes contracts, and leaves. Every operation has its place in it.

mod homes;
mod operators;
mod people;
mod providers;
mod shape;
mod story;

use std::collections::BTreeSet;

use realcare_blackbox::{App, Gemini, GeminiStandIn, Person, Providers, document, plan};

use story::Story;

/// Operations whose example is not sent, each with the reason. An operation must be here or in the story.
const LEFT_OUT: &[(&str, &str)] = &[];

// OPS-6
#[test]
fn the_examples_tell_a_story_that_happens() {
    let sora = Person::stranger();
    let accounts = Providers::start(&sora.email);
    let model = GeminiStandIn::start();
    model.becomes(|posted| match posted.line.contains(":streamGenerateContent") {
        true => Gemini::findings(&["The tenant repairs everything"]),
        false => Gemini::text(plan(&["Save", "Look"])),
    });
    let app = App::with()
        .variable("oauth_stand_in", &accounts.origin())
        .gemini(&model)
        .start();
    let admin = Person::admin(&app);
    let (hana, juno) = (Person::signed_in(&app), Person::signed_in(&app));
    let mut story = Story::new(&app);
    people::look_around(&mut story);
    providers::visit(&mut story, &accounts, &sora);
    let minji = people::join(&mut story);
    homes::market(&mut story, &minji, [&hana, &juno]);
    homes::reality_check(&mut story, &minji);
    homes::contract(&mut story, &minji);
    operators::agents(&mut story, &minji, &admin);
    operators::accounts(&mut story, &admin);
    people::leave(&mut story, &admin);
    story.is_whole(&operations(), LEFT_OUT);
}

/// The names of all operations.
fn operations() -> BTreeSet<String> {
    let paths = document()["paths"].as_object().expect("paths");
    let items = paths.values().filter_map(|item| item.as_object());
    items
        .flat_map(|item| item.values())
        .map(|operation| operation["operationId"].as_str().expect("an id").to_owned())
        .collect()
}
