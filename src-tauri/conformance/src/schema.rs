//! From the schemas of OpenAPI 3.0 to those of JSON Schema, and what a value has to say to them.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Makes JSON Schema of everything in `document` that is OpenAPI 3.0: `nullable` becomes a type of its own.
/// Boolean `exclusiveMinimum` and the like are those of draft 4, which is what values are held against.
pub(crate) fn translate(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("nullable") == Some(&Value::Bool(true)) {
                allow_null(members);
            }
            // Samples may look like schemas.
            for (_, member) in
                members.iter_mut().filter(|(name, _)| !matches!(name.as_str(), "example" | "examples"))
            {
                translate(member);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(translate),
        _ => {}
    }
}

fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(Value::String(kind)) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.push(Value::Null);
    }
}

/// What is wrong with `value`: where in it, and what.
pub(crate) fn complaints(schema: &Value, components: &Value, value: &Value) -> Vec<(String, String)> {
    match validator(schema, components) {
        Ok(validator) => validator
            .iter_errors(value)
            .map(|error| (error.instance_path().to_string(), error.to_string()))
            .collect(),
        Err(why) => vec![(String::new(), format!("the published schema can't be used: {why}"))],
    }
}

fn validator(schema: &Value, components: &Value) -> Result<Validator, String> {
    // References lead from the root of the document.
    let whole = json!({ "allOf": [schema], "components": components });
    jsonschema::draft4::options()
        .should_validate_formats(true)
        .build(&whole)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nullable_may_be_null_and_what_is_not_may_not() {
        let mut schema = json!({
            "type": "object",
            "properties": {
                "a": {"type": "string", "nullable": true, "enum": ["x"]},
                "b": {"$ref": "#/components/schemas/B"},
            },
        });
        translate(&mut schema);
        let components =
            json!({"schemas": {"B": {"type": "integer", "minimum": 1, "exclusiveMinimum": true}}});
        let of = |value: Value| complaints(&schema, &components, &value);
        assert!(of(json!({"a": null, "b": 2})).is_empty());
        assert_eq!(of(json!({"b": null}))[0].0, "/b");
        assert_eq!(of(json!({"b": 1}))[0].0, "/b");
        assert_eq!(of(json!({"a": "y"}))[0].0, "/a");
    }
}
