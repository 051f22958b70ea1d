//! Token buckets (GUARD-5).

use std::time::Duration;

use store::provider_bucket::{Quota, take};
use testkit::Fresh;

use crate::data::{Data, at_once};

const QUOTA: Quota = Quota {
    burst: 5,
    per_minute: 60,
};

async fn a_burst_passes_and_then_the_rate(fresh: Fresh) {
    let data = Data::new(&fresh);
    let taken = async |calls: usize| {
        let mut taken = 0;
        for _ in 0..calls {
            taken += usize::from(take(data.db(), "kakao", QUOTA, data.now()).await.unwrap());
        }
        taken
    };
    assert_eq!(taken(9).await, 5);
    data.clock.advance(Duration::from_millis(999));
    assert_eq!(taken(3).await, 0);
    data.clock.advance(Duration::from_millis(1));
    assert_eq!(taken(3).await, 1);
    data.clock.advance(Duration::from_secs(2));
    assert_eq!(taken(9).await, 2);
    // A long pause fills it to the brim and not above.
    data.clock.advance(Duration::from_secs(365 * 24 * 3600));
    assert_eq!(taken(9).await, 5);
    assert!(
        take(data.db(), "naver", QUOTA, data.now()).await.unwrap(),
        "buckets are apart"
    );
}

async fn a_clock_that_goes_back_gives_nothing(fresh: Fresh) {
    let data = Data::new(&fresh);
    for _ in 0..5 {
        assert!(take(data.db(), "kakao", QUOTA, data.now()).await.unwrap());
    }
    let earlier = data.now().minus(Duration::from_secs(3600));
    assert!(!take(data.db(), "kakao", QUOTA, earlier).await.unwrap());
    data.clock.advance_seconds(1);
    assert!(take(data.db(), "kakao", QUOTA, data.now()).await.unwrap());
}

async fn concurrent_calls_never_share_a_token(fresh: Fresh) {
    let data = Data::new(&fresh);
    let taken = at_once(24, |_| {
        let data = data.clone();
        async move {
            take(&data.fresh.another_instance(), "kakao", QUOTA, data.now())
                .await
                .unwrap()
        }
    })
    .await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 5);
}

on_each_engine!(Migrated:
    a_burst_passes_and_then_the_rate,
    a_clock_that_goes_back_gives_nothing,
    concurrent_calls_never_share_a_token,
);
