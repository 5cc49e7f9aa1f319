//! A published specification, read.

use serde_json::Value;

use crate::exception::Exceptions;
use crate::operation::Operation;
use crate::schema;

/// The specifications that were published, by the names of their files.
pub const PUBLISHED: [(&str, &str); 7] = [
    ("accesstoken", include_str!("../../vipps/openapi/accesstoken.yaml")),
    ("ecom", include_str!("../../vipps/openapi/ecom.yaml")),
    ("qr", include_str!("../../vipps/openapi/qr.yaml")),
    ("epayment", include_str!("../../vipps/openapi/epayment.yaml")),
    ("order-management", include_str!("../../vipps/openapi/order-management.yaml")),
    ("webhooks", include_str!("../../vipps/openapi/webhooks.yaml")),
    ("partner", include_str!("../../vipps/openapi/partner.yaml")),
];

/// What specifications refer to, by the name of its file.
const REFERRED: (&str, &str) = ("./om-2.3.24.yaml", include_str!("../../vipps/openapi/om-2.3.24.yaml"));

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// A published specification.
#[derive(Clone, Debug)]
pub struct Specification {
    name: String,
    pub(crate) components: Value,
    operations: Vec<Operation>,
}

impl Specification {
    /// The specification of [`PUBLISHED`] with this name.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn published(name: &str) -> Result<Self, SpecificationError> {
        let known = PUBLISHED.iter().find(|(known, _)| *known == name);
        let (_, yaml) = known.ok_or_else(|| SpecificationError::Unknown(name.to_owned()))?;
        Self::parse(name, yaml)
    }

    /// The specification in `yaml`, which is OpenAPI 3.0, with the answers of the [`Exceptions`] added. Paths that
    /// are kept in another file are left out.
    ///
    /// # Errors
    /// If it is no YAML or has no paths, or if the list of exceptions can't be read.
    pub fn parse(name: &str, yaml: &str) -> Result<Self, SpecificationError> {
        let mut document = read_yaml(yaml)?;
        schema::translate(&mut document);
        if yaml.contains(REFERRED.0) {
            take_in(&mut document)?;
        }
        let exceptions = Exceptions::listed();
        exceptions.map_err(|error| SpecificationError::Exceptions(error.to_string()))?.add_to(&mut document);
        let paths = document["paths"].as_object().ok_or(SpecificationError::NoPaths)?;
        let base = base_path(&document);
        let mut operations = Vec::new();
        for (path, item) in paths {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    operations.push(read(&document, method, &format!("{base}{path}"), item, operation));
                }
            }
        }
        Ok(Self { name: name.to_owned(), components: document["components"].clone(), operations })
    }

    /// Its name, that of its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its operations, in the order in which they were published.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation that `method` on `path` (without a query) is; the path with the fewest parameters wins.
    pub fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let matching = self
            .operations
            .iter()
            .filter(|operation| operation.method == method && operation.matches(path).is_some());
        matching.min_by_key(|operation| operation.parameters_in_path())
    }
}

/// Why a specification can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecificationError {
    /// None of this name was published.
    #[error("no specification named {0} is known")]
    Unknown(String),
    /// It is not YAML.
    #[error("it is not YAML: {0}")]
    Yaml(String),
    /// The list of exceptions is none.
    #[error("the list of exceptions can't be read: {0}")]
    Exceptions(String),
    /// It is not OpenAPI.
    #[error("it has no paths")]
    NoPaths,
}

fn read_yaml(yaml: &str) -> Result<Value, SpecificationError> {
    serde_saphyr::from_str(yaml).map_err(|error| SpecificationError::Yaml(error.to_string()))
}

/// Takes the components of the file that `document` refers to into it, under a name of their own.
fn take_in(document: &mut Value) -> Result<(), SpecificationError> {
    const THEIRS: &str = "#/components/x-referred/";
    let mut other = read_yaml(REFERRED.1)?;
    schema::translate(&mut other);
    refer(&mut other["components"], "#/components/", THEIRS);
    refer(document, &format!("{}#/components/", REFERRED.0), THEIRS);
    document["components"]["x-referred"] = other["components"].take();
    Ok(())
}

/// Lets every reference that begins with `from` begin with `to`.
fn refer(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(target) if name == "$ref" && target.starts_with(from) => {
                        *target = target.replacen(from, to, 1);
                    }
                    _ => refer(member, from, to),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, from, to)),
        _ => {}
    }
}

/// The path that the first server adds to every path.
fn base_path(document: &Value) -> String {
    let url = document["servers"][0]["url"].as_str().unwrap_or_default();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or_else(String::new, |at| rest[at..].trim_end_matches('/').to_owned())
}

fn read(document: &Value, method: &str, template: &str, item: &Value, operation: &Value) -> Operation {
    let all = [&item["parameters"], &operation["parameters"]];
    let parameters = all.into_iter().filter_map(Value::as_array).flatten();
    let responses = operation["responses"].as_object().into_iter().flatten();
    Operation {
        name: format!("{} {template}", method.to_uppercase()),
        method: method.to_uppercase(),
        template: template.to_owned(),
        parameters: parameters.map(|parameter| followed(document, parameter)).collect(),
        request_body: operation.get("requestBody").map(|body| followed(document, body)),
        responses: responses.map(|(status, answer)| (status.clone(), followed(document, answer))).collect(),
        deprecated: operation["deprecated"].as_bool().unwrap_or_default(),
    }
}

/// `value`, or what it refers to in the same document.
fn followed(document: &Value, value: &Value) -> Value {
    let target = value["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
    target.and_then(|pointer| document.pointer(pointer)).unwrap_or(value).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_was_published_can_be_read() {
        for (name, yaml) in PUBLISHED {
            let specification = Specification::parse(name, yaml).unwrap();
            assert!(!specification.operations().is_empty(), "{name}");
            for operation in specification.operations() {
                assert!(operation.statuses().count() > 0, "{}", operation.name());
            }
        }
    }

    #[test]
    fn the_path_with_the_fewest_parameters_wins() {
        let qr = Specification::published("qr").unwrap();
        let name = |method, path| qr.find(method, path).map(Operation::name);
        assert_eq!(name("POST", "/qr/v1"), name("POST", "/qr/v1/"));
        assert_eq!(
            name("PUT", "/qr/v1/merchant-callback/mobilepay/1"),
            Some("PUT /qr/v1/merchant-callback/mobilepay/{beaconId}")
        );
        assert_eq!(name("PUT", "/qr/v1/nothing/of/this"), None);
        assert_eq!(name("PATCH", "/qr/v1"), None);
    }

    #[test]
    fn what_is_not_a_specification_is_named() {
        assert_eq!(Specification::parse("x", "a: 1").unwrap_err(), SpecificationError::NoPaths);
        assert!(matches!(Specification::parse("x", "a: [").unwrap_err(), SpecificationError::Yaml(_)));
        assert!(matches!(Specification::published("x").unwrap_err(), SpecificationError::Unknown(_)));
    }
}
