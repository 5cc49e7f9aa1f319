//! The log as a file, for a spreadsheet or a program: the whole selection, sale after sale as it is read, so that it takes
//! no more memory than a page.

mod csv;
mod json;

use std::io;

use axum::body::Body;
use futures_util::stream;

use super::finding;
use super::selection::Selection;
use crate::Hub;
use crate::auditors::sessions::Auditor;

/// How many sales are read at once.
const SALES_AT_ONCE: usize = 500;

/// How sales are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// RFC 4180 in UTF-8, with a mark of that in front.
    Csv,
    /// One object.
    Json,
}

impl Form {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Form::Csv => "text/csv; charset=utf-8; header=present",
            Form::Json => "application/json",
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Json => "json",
        }
    }

    /// How the audit trail calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Form::Csv => "CSV",
            Form::Json => "JSON",
        }
    }
}

/// All of `selection`. When it can't be read to its end, the connection breaks off: half a log must not look like a whole
/// one.
pub(crate) fn whole(hub: Hub, auditor: Auditor, selection: Selection, form: Form) -> Body {
    let writing = Writing { hub, auditor, selection, form, json: json::Totals::default(), next: Next::Head };
    Body::from_stream(stream::unfold(Some(writing), async |writing| {
        let mut writing = writing?;
        match writing.go_on().await {
            Ok(Some(chunk)) => Some((Ok::<_, io::Error>(chunk), Some(writing))),
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, "a sale log could not be written to its end");
                Some((Err(io::Error::other("the log could not be read to its end")), None))
            }
        }
    }))
}

struct Writing {
    hub: Hub,
    auditor: Auditor,
    /// What is still to be written.
    selection: Selection,
    form: Form,
    json: json::Totals,
    next: Next,
}

/// What comes next.
enum Next {
    Head,
    Sales { first: bool },
    Tail,
    Nothing,
}

impl Writing {
    async fn go_on(&mut self) -> Result<Option<Vec<u8>>, crate::Failure> {
        let chunk = match self.next {
            Next::Head => {
                self.next = Next::Sales { first: true };
                match self.form {
                    Form::Csv => csv::head()?,
                    Form::Json => json::head(&self.auditor),
                }
            }
            Next::Sales { first } => self.sales(first).await?,
            Next::Tail => {
                self.next = Next::Nothing;
                match self.form {
                    Form::Csv => Vec::new(),
                    Form::Json => self.json.tail(),
                }
            }
            Next::Nothing => return Ok(None),
        };
        Ok(Some(chunk))
    }

    async fn sales(&mut self, first: bool) -> Result<Vec<u8>, crate::Failure> {
        let page = finding::page(&self.hub.0.database, &self.auditor, &self.selection, SALES_AT_ONCE).await?;
        let written = match self.form {
            Form::Csv => csv::sales(&self.auditor.zone, &page.sales)?,
            Form::Json => self.json.sales(&self.auditor.zone, &page.sales, first)?,
        };
        self.next = if page.next.is_some() { Next::Sales { first: false } } else { Next::Tail };
        self.selection.before = page.next;
        Ok(written)
    }
}
