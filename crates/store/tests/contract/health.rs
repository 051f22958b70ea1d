//! `store::health` (OPS-1).

use store::SCHEMA_VERSION;
use store::health::schema_version;
use testkit::Fresh;

mod migrated {
    use super::*;

    on_each_engine! { Migrated: the_version_is_the_newest_migration }

    async fn the_version_is_the_newest_migration(fresh: Fresh) {
        assert_eq!(schema_version(&fresh.db).await.unwrap(), Some(SCHEMA_VERSION));
    }
}

mod empty {
    use super::*;

    on_each_engine! { Empty: an_empty_database_has_no_version_and_still_works }

    async fn an_empty_database_has_no_version_and_still_works(fresh: Fresh) {
        assert_eq!(schema_version(&fresh.db).await.unwrap(), None);
        // A failed statement must not spoil the held connection.
        assert_eq!(schema_version(&fresh.db).await.unwrap(), None);
        assert_eq!(fresh.db.query("SELECT 1", Vec::new()).await.unwrap().len(), 1);
    }
}
