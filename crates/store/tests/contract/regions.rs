//! `store::region`: what regions are called.

use domain::region::{RegionCode, RegionPrefix};
use testkit::Fresh;

use crate::data::Data;

on_each_engine! { Migrated:
    provinces_and_districts_have_names,
    every_region_lies_in_the_one_that_its_digits_say,
}

async fn provinces_and_districts_have_names(fresh: Fresh) {
    let regions = store::region::all(&fresh.db).await.unwrap();
    let inside = |parent: &str| {
        let parent = RegionPrefix::parse(parent).ok();
        regions.inside(parent.as_ref()).count()
    };
    assert_eq!(inside("none"), 16, "provinces");
    // Seoul, Busan, Gyeonggi-do (cities and counties), Sejong, Suwon, Hwaseong, Incheon, Jeonnam-Gwangju, and what became part of it.
    assert_eq!(
        ["11", "26", "41", "36", "4111", "4159", "28", "12", "29", "46"].map(inside),
        [25, 16, 31, 0, 4, 4, 11, 27, 0, 0]
    );
    for (code, ko, en) in [
        ("1168010100", "서울특별시 강남구", "Gangnam-gu, Seoul"),
        (
            "4113510900",
            "경기도 성남시 분당구",
            "Bundang-gu, Seongnam-si, Gyeonggi-do",
        ),
        ("3611010900", "세종특별자치시", "Sejong"),
        (
            "1221010100",
            "전남광주통합특별시 동구",
            "Dong-gu, Jeonnam-Gwangju",
        ),
        // Formed and ended since.
        ("4159010100", "경기도 화성시", "Hwaseong-si, Gyeonggi-do"),
        (
            "4159710100",
            "경기도 화성시 동탄구",
            "Dongtan-gu, Hwaseong-si, Gyeonggi-do",
        ),
        ("2911010100", "광주광역시 동구", "Dong-gu, Gwangju"),
        ("5011010100", "제주특별자치도 제주시", "Jeju-si, Jeju-do"),
        (
            "5211110100",
            "전북특별자치도 전주시 완산구",
            "Wansan-gu, Jeonju-si, Jeonbuk State",
        ),
    ] {
        let code = RegionCode::parse(code).unwrap();
        let name = regions.name(&code).unwrap();
        assert_eq!((name.ko.as_str(), name.en.as_str()), (ko, en));
    }
}

async fn every_region_lies_in_the_one_that_its_digits_say(fresh: Fresh) {
    let data = Data::new(&fresh);
    assert_eq!(data.count("regions").await, 316);
    let strays = "regions r WHERE (parent IS NULL) <> (length(code) = 2)
        OR (parent IS NOT NULL AND substr(code, 1, length(parent)) <> parent)
        OR (length(code) = 5 AND length(parent) = 2 AND EXISTS (SELECT 1 FROM regions c WHERE c.code = substr(r.code, 1, 4)))
        OR (length(code) = 4 AND (SELECT COUNT(*) FROM regions c WHERE c.parent = r.code) < 2)
        OR length(code) NOT IN (2, 4, 5)";
    assert_eq!(data.count(strays).await, 0);
}
