//! All hubs on one database seal with one key. One that has another could read no store's keys, and would refuse what its
//! neighbours make; it had better not begin.

use contract::Code;

use crate::database::{Database, Kind};
use crate::refusal::Failure;
use crate::sealing::Seal;

/// What is sealed, and whose it is.
const PROBE: &str = "hub-key";

/// Whether `seal` has the key of the other hubs on `database`; the first hub decides which that is.
///
/// A hub on a file has no neighbours, and may begin anew with another key.
pub(crate) async fn check(database: &Database, seal: &Seal) -> Result<(), Failure> {
    if database.kind() == Kind::Sqlite {
        return Ok(());
    }
    let sealed = seal.seal(PROBE, PROBE);
    let sealed =
        sealed.ok_or_else(|| Failure::internal("nothing can be sealed", "the system gives no randomness"))?;
    let mut change = database.change().await?;
    sqlx::query("INSERT INTO shared_key (one, sealed) VALUES (1, $1) ON CONFLICT (one) DO NOTHING")
        .bind(sealed)
        .execute(&mut *change)
        .await?;
    let first: String =
        sqlx::query_scalar("SELECT sealed FROM shared_key WHERE one = 1").fetch_one(&mut *change).await?;
    change.commit().await?;
    if seal.unseal(PROBE, &first).is_some() {
        return Ok(());
    }
    let detail = "the hub-key of this hub is not that of the others on its database; copy theirs. If it is lost, empty the \
                  table shared_key and give the hub all stores' keys again";
    Err(Failure::refused(Code::HubNotSetUp, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::fresh;

    #[tokio::test]
    async fn all_hubs_on_a_server_have_one_key() {
        let Some(fresh) = fresh().await else { return };
        let database = Database::of_server(&fresh.address).await.expect("it can be reached");
        let folder = tempfile::tempdir().expect("there is room");
        let seal = |name: &str| Seal::from_file_or_new(&folder.path().join(name)).expect("a key");
        check(&database, &seal("first")).await.expect("it is the first");
        check(&database, &seal("first")).await.expect("it is the same");
        let refused = check(&database, &seal("other")).await;
        assert!(matches!(refused, Err(Failure::Refused(refused)) if refused.code == Code::HubNotSetUp));
    }
}
