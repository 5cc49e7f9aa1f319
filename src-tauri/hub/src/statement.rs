//! A statement that depends on what is asked for. sqlx has such a builder, but for `Any` it writes places that PostgreSQL
//! does not know.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, Arguments, AssertSqlSafe, Encode, Executor, FromRow, Type};

use crate::database::Change;

/// A statement, and what stands in its places.
pub(crate) struct Statement {
    text: String,
    arguments: Result<AnyArguments, sqlx::Error>,
}

impl Statement {
    /// One that begins so.
    pub(crate) fn new(text: &str) -> Statement {
        Statement { text: text.to_owned(), arguments: Ok(AnyArguments::default()) }
    }

    /// Goes on with `text`, which is no value.
    pub(crate) fn push(&mut self, text: &str) -> &mut Statement {
        self.text.push_str(text);
        self
    }

    /// Goes on with a value.
    pub(crate) fn push_bind<'v, T: Encode<'v, Any> + Type<Any>>(&mut self, value: T) -> &mut Statement {
        if let Ok(arguments) = &mut self.arguments {
            match arguments.add(value) {
                Ok(()) => {
                    self.text.push('$');
                    self.text.push_str(&arguments.len().to_string());
                }
                Err(error) => self.arguments = Err(sqlx::Error::Encode(error)),
            }
        }
        self
    }

    /// Does it, for its effect alone.
    pub(crate) async fn execute(self, change: &mut Change) -> Result<(), sqlx::Error> {
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments?).execute(&mut **change).await?;
        Ok(())
    }

    /// Its text.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// All rows that it finds.
    pub(crate) async fn fetch_all<'e, R>(
        self,
        reader: impl Executor<'e, Database = Any>,
    ) -> Result<Vec<R>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        sqlx::query_as_with(AssertSqlSafe(self.text), self.arguments?).fetch_all(reader).await
    }
}
