//! The interface that guests call, its blocking functions and its asynchronous ones.

use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::{Connection, Rows, Sqlite};
use crate::{
    bindings::spin::sqlite::sqlite::{
        Connection as Handle, Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult,
        Value,
    },
    streams::Items,
};

impl Host for Sqlite {
    fn convert_error(&mut self, error: Error) -> wasmtime::Result<Error> {
        Ok(error)
    }
}

impl HostConnection for Sqlite {
    async fn open(&mut self, database: String) -> Result<Resource<Handle>, Error> {
        let connection = Connection::open(self.backend(&database)?).await?;
        self.keep(connection).map(Resource::new_own)
    }

    async fn execute(
        &mut self,
        connection: Resource<Handle>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<QueryResult, Error> {
        self.connection(connection.rep())?
            .query(statement, parameters)
            .await
    }

    async fn changes(&mut self, connection: Resource<Handle>) -> wasmtime::Result<u64> {
        Ok(self.connection(connection.rep())?.changes())
    }

    async fn last_insert_rowid(&mut self, connection: Resource<Handle>) -> wasmtime::Result<i64> {
        Ok(self.connection(connection.rep())?.last_insert_rowid())
    }

    async fn drop(&mut self, connection: Resource<Handle>) -> wasmtime::Result<()> {
        self.open.remove(connection.rep());
        Ok(())
    }
}

fn opened<T>(
    accessor: &Accessor<T, HasSelf<Sqlite>>,
    connection: &Resource<Handle>,
) -> Result<Connection, Error> {
    accessor.with(|mut access| access.get().connection(connection.rep()))
}

type Answer = (
    Vec<String>,
    StreamReader<RowResult>,
    FutureReader<Result<(), Error>>,
);

impl<T: Send> HostConnectionWithStore<T> for HasSelf<Sqlite> {
    async fn open_async(accessor: &Accessor<T, Self>, database: String) -> Result<Resource<Handle>, Error> {
        let backend = accessor.with(|mut access| access.get().backend(&database))?;
        let connection = Connection::open(backend).await?;
        accessor
            .with(|mut access| access.get().keep(connection))
            .map(Resource::new_own)
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Handle>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<Answer, Error> {
        let Rows {
            columns,
            rows,
            result,
        } = opened(accessor, &connection)?
            .stream(statement, parameters)
            .await?;
        let readers = accessor.with(|mut access| {
            let rows = StreamReader::new(&mut access, Items(rows))?;
            wasmtime::Result::Ok((rows, FutureReader::new(&mut access, result)?))
        });
        let (rows, result) = readers.map_err(|error: wasmtime::Error| Error::Io(error.to_string()))?;
        Ok((columns, rows, result))
    }

    async fn changes_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Handle>,
    ) -> wasmtime::Result<u64> {
        Ok(opened(accessor, &connection)?.changes())
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Handle>,
    ) -> wasmtime::Result<i64> {
        Ok(opened(accessor, &connection)?.last_insert_rowid())
    }
}
