//! The interface that guests call, its blocking functions and its asynchronous ones.

use std::sync::Arc;

use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::{Builder, Connection, Postgres, Rows, check_address};
use crate::{
    bindings::spin::postgres::postgres::{
        Column, Connection as Handle, ConnectionBuilder, Error, Host, HostConnection, HostConnectionBuilder,
        HostConnectionBuilderWithStore, HostConnectionWithStore, ParameterValue, Row, RowSet,
    },
    streams::Items,
};

impl Host for Postgres {
    fn convert_error(&mut self, error: Error) -> wasmtime::Result<Error> {
        Ok(error)
    }
}

impl Postgres {
    async fn connect(&mut self, builder: Builder) -> Result<Resource<Handle>, Error> {
        check_address(&self.allowed, &builder.address)?;
        let connection = self.pools.connect(&builder).await?;
        self.keep(connection).map(Resource::new_own)
    }
}

impl HostConnectionBuilder for Postgres {
    async fn new(&mut self, address: String) -> wasmtime::Result<Resource<ConnectionBuilder>> {
        let builder = self.builders.push(Builder {
            address,
            authority: None,
        });
        builder
            .map(Resource::new_own)
            .map_err(|_| wasmtime::format_err!("too many connection builders"))
    }

    async fn set_ca_root(
        &mut self,
        builder: Resource<ConnectionBuilder>,
        certificate: String,
    ) -> Result<(), Error> {
        super::tls(Some(&certificate))
            .map_err(|error| Error::Other(format!("invalid root certificate: {error}")))?;
        if let Some(builder) = self.builders.get_mut(builder.rep()) {
            builder.authority = Some(certificate);
        }
        Ok(())
    }

    async fn build(&mut self, builder: Resource<ConnectionBuilder>) -> Result<Resource<Handle>, Error> {
        self.connect(self.builder(builder.rep())?).await
    }

    async fn drop(&mut self, builder: Resource<ConnectionBuilder>) -> wasmtime::Result<()> {
        self.builders.remove(builder.rep());
        Ok(())
    }
}

impl HostConnection for Postgres {
    async fn open(&mut self, address: String) -> Result<Resource<Handle>, Error> {
        self.connect(Builder {
            address,
            authority: None,
        })
        .await
    }

    async fn query(
        &mut self,
        connection: Resource<Handle>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> Result<RowSet, Error> {
        self.connection(connection.rep())?
            .query(statement, parameters)
            .await
    }

    async fn execute(
        &mut self,
        connection: Resource<Handle>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> Result<u64, Error> {
        self.connection(connection.rep())?
            .execute(statement, parameters)
            .await
    }

    async fn drop(&mut self, connection: Resource<Handle>) -> wasmtime::Result<()> {
        self.open.remove(connection.rep());
        Ok(())
    }
}

type Access<T> = Accessor<T, HasSelf<Postgres>>;

async fn connect<T>(accessor: &Access<T>, builder: Builder) -> Result<Resource<Handle>, Error> {
    let (allowed, pools) = accessor.with(|mut access| {
        let host = access.get();
        (Arc::clone(&host.allowed), Arc::clone(&host.pools))
    });
    check_address(&allowed, &builder.address)?;
    let connection = pools.connect(&builder).await?;
    accessor
        .with(|mut access| access.get().keep(connection))
        .map(Resource::new_own)
}

fn opened<T>(accessor: &Access<T>, connection: &Resource<Handle>) -> Result<Connection, Error> {
    accessor.with(|mut access| access.get().connection(connection.rep()))
}

type Answer = (Vec<Column>, StreamReader<Row>, FutureReader<Result<(), Error>>);

impl<T: Send> HostConnectionBuilderWithStore<T> for HasSelf<Postgres> {
    async fn build_async(
        accessor: &Accessor<T, Self>,
        builder: Resource<ConnectionBuilder>,
    ) -> Result<Resource<Handle>, Error> {
        let builder = accessor.with(|mut access| access.get().builder(builder.rep()))?;
        connect(accessor, builder).await
    }
}

impl<T: Send> HostConnectionWithStore<T> for HasSelf<Postgres> {
    async fn open_async(accessor: &Accessor<T, Self>, address: String) -> Result<Resource<Handle>, Error> {
        connect(
            accessor,
            Builder {
                address,
                authority: None,
            },
        )
        .await
    }

    async fn query_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Handle>,
        statement: String,
        parameters: Vec<ParameterValue>,
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
        let (rows, result) = readers.map_err(|error: wasmtime::Error| Error::Other(error.to_string()))?;
        Ok((columns, rows, result))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Handle>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> Result<u64, Error> {
        opened(accessor, &connection)?
            .execute(statement, parameters)
            .await
    }
}
