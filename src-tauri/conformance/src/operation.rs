//! One operation of a specification.

use serde_json::Value;

/// One operation of a specification: a method on a path.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(crate) name: String,
    pub(crate) method: String,
    /// With the path of the server before it: `/qr/v1/merchant-redirect/{id}`.
    pub(crate) template: String,
    /// What is published about it, references followed one step where they stand for the whole.
    pub(crate) parameters: Vec<Value>,
    pub(crate) request_body: Option<Value>,
    pub(crate) responses: Value,
    pub(crate) deprecated: bool,
}

impl Operation {
    /// Method and path, as `POST /ecomm/v2/payments/{orderId}/capture`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is published as deprecated.
    pub fn is_deprecated(&self) -> bool {
        self.deprecated
    }

    /// The statuses that are published for its answers, `default` among them if it is.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.responses.as_object().into_iter().flat_map(|responses| responses.keys().map(String::as_str))
    }

    /// The values of the path's parameters if `path` is one of this operation's.
    pub(crate) fn matches(&self, path: &str) -> Option<Vec<(String, String)>> {
        let mut values = Vec::new();
        let mut wanted = self.template.trim_end_matches('/').split('/');
        let mut given = path.trim_end_matches('/').split('/');
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Some(values),
                (Some(wanted), Some(given)) => match parameter_name(wanted) {
                    Some(name) if !given.is_empty() => values.push((name.to_owned(), given.to_owned())),
                    None if wanted == given => {}
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    /// How many of its segments are parameters: the fewer, the better it matches.
    pub(crate) fn parameters_in_path(&self) -> usize {
        self.template.split('/').filter(|segment| parameter_name(segment).is_some()).count()
    }
}

fn parameter_name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}
