use super::*;
use proptest::prelude::*;

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(Status::ALL.to_vec())
}

fn stage() -> impl Strategy<Value = Stage> {
    prop::sample::select(Stage::ALL.to_vec())
}

/// Counts instead of searching: the rule a second time, in other words.
fn by_counting(stages: [Status; STAGES]) -> Status {
    let count = |status| stages.iter().filter(|one| **one == status).count();
    let (done, running) = (count(Status::Completed), count(Status::Processing));
    match count(Status::Failed) {
        0 if running > 0 || (1..STAGES).contains(&done) => Status::Processing,
        0 if done == STAGES => Status::Completed,
        0 => Status::Pending,
        _ => Status::Failed,
    }
}

#[test]
fn the_whole_follows_from_the_stages_in_every_combination() {
    let mut seen = 0;
    for number in 0..4_usize.pow(5) {
        let mut rest = number;
        let stages = [0; STAGES].map(|_| {
            let status = Status::ALL[rest % 4];
            rest /= 4;
            status
        });
        assert_eq!(overall(stages), by_counting(stages), "{stages:?}");
        seen += 1;
    }
    assert_eq!(seen, 1024);
}

proptest! {
    #[test]
    fn order_does_not_matter_and_a_failure_outweighs_everything(
        mut stages in prop::array::uniform5(status()), turn in 0..STAGES, at in 0..STAGES,
    ) {
        let before = overall(stages);
        stages.rotate_left(turn);
        prop_assert_eq!(overall(stages), before);
        stages[at] = Status::Failed;
        prop_assert_eq!(overall(stages), Status::Failed);
    }

    #[test]
    fn a_record_reads_back(
        owner in any::<u128>(), attempt in 0..1_000_000i64, start in 0..4_000_000_000_000_000i64,
        changes in prop::collection::vec((stage(), status(), 0..1_000_000_000i64), 0..40),
    ) {
        let owner = Id::from_uuid(uuid::Uuid::from_u128(owner));
        let start = Timestamp::from_micros(start);
        let mut record = Progress::begin(owner, Kind::ContractAnalysis, attempt, start);
        for (stage, status, later) in changes {
            let version = record.version;
            record = record.with(stage, status, Timestamp::from_micros(start.micros() + later));
            prop_assert_eq!(record.version, version + 1);
            let step = record.stages().find(|(one, _)| *one == stage).map(|(_, step)| step.status);
            prop_assert_eq!(step, Some(status));
        }
        prop_assert_eq!(Progress::decode(&record.encode()), Some(record));
    }

    #[test]
    fn nonsense_is_no_record(text in ".{0,200}") {
        prop_assert_eq!(Progress::decode(&text), None);
    }

    #[test]
    fn a_record_that_was_cut_or_lengthened_is_none(cut in 1..100usize) {
        let record = Progress::begin(Id::from_uuid(uuid::Uuid::nil()), Kind::ContractAnalysis, 1, Timestamp::from_micros(7));
        let text = record.encode();
        let shorter = text.rsplit_once(' ').map(|(before, _)| before.to_owned());
        prop_assert_eq!(shorter.and_then(|text| Progress::decode(&text)), None);
        prop_assert_eq!(Progress::decode(&format!("{text} {cut}")), None);
    }
}

#[test]
fn a_later_attempt_has_later_versions_than_any_change_of_an_earlier_one() {
    let owner = Id::from_uuid(uuid::Uuid::nil());
    let now = Timestamp::from_micros(0);
    let mut first = Progress::begin(owner, Kind::ContractAnalysis, 1, now);
    for stage in Stage::ALL {
        first = first
            .with(stage, Status::Processing, now)
            .with(stage, Status::Completed, now);
    }
    assert!(Progress::begin(owner, Kind::ContractAnalysis, 2, now).version > first.version);
    assert_eq!(first.overall(), Status::Completed);
}

#[test]
fn a_stage_says_when_it_began_and_when_it_ended() {
    let at = Timestamp::from_micros;
    let begun = Step::PENDING.to(Status::Processing, at(1));
    assert_eq!((begun.started_at, begun.finished_at), (Some(at(1)), None));
    for end in [Status::Completed, Status::Failed] {
        let ended = begun.to(end, at(2));
        assert_eq!(
            (ended.status, ended.started_at, ended.finished_at),
            (end, Some(at(1)), Some(at(2)))
        );
    }
    assert_eq!(begun.to(Status::Pending, at(3)), Step::PENDING);
}

/// Clients and stored records know these (PROG-1).
#[test]
fn a_record_is_kept_for_a_day_under_its_name() {
    assert_eq!(Progress::KEPT_SECONDS, 86_400);
    assert_eq!(Kind::ContractAnalysis.as_str(), "contract_analysis");
    assert_eq!(Kind::parse("contract_analysis"), Some(Kind::ContractAnalysis));
    assert_eq!(Kind::parse(""), None);
}

#[test]
fn an_id_says_whether_its_record_can_have_expired() {
    let second = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
    // 1 000 000 milliseconds after 1970.
    let id = "0000000f-4240-7000-8000-0000000000aa";
    assert!(!Progress::may_have_expired(id, second(1_000 + 86_399)));
    assert!(Progress::may_have_expired(id, second(1_000 + 86_400)));
    for other in ["", "x", "018f4e5a-0000-4000-8000-0000000000aa"] {
        assert!(
            !Progress::may_have_expired(other, second(i64::MAX / 1_000_000)),
            "{other}"
        );
    }
}

#[test]
fn stages_follow_each_other() {
    let mut all = vec![Stage::Ingestion];
    while let Some(next) = all.last().and_then(|stage| stage.next()) {
        all.push(next);
    }
    assert_eq!(all, Stage::ALL);
    assert!(
        Stage::ALL
            .iter()
            .all(|stage| Stage::parse(stage.as_str()) == Some(*stage))
    );
}
