//! As much of JSON Schema as the contract uses to say which members there are, and of which kind.

use serde_json::Value;

/// Whether `value` is what `schema` says, with no member that it does not name.
pub(crate) fn conforms(document: &Value, schema: &Value, value: &Value) -> bool {
    let mut members = value.as_object().into_iter().flatten();
    fits(document, schema, value) && members.all(|(name, _)| names(document, schema, value, name))
}

fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
    let schema = resolved(document, schema);
    let kinds = &schema["type"];
    let right_kind = match kinds.as_array() {
        Some(kinds) => kinds.iter().any(|kind| is_of_kind(kind, value)),
        None => kinds.is_null() || is_of_kind(kinds, value),
    };
    let right_word = schema["enum"].is_null() || list(schema, "enum").contains(value);
    let complete =
        list(schema, "required").iter().all(|name| !value[name.as_str().expect("a name")].is_null());
    let right_items = schema["items"].is_null()
        || value.as_array().into_iter().flatten().all(|item| conforms(document, &schema["items"], item));
    let right_members = value.as_object().into_iter().flatten().all(|(name, member)| {
        let known = &schema["properties"][name];
        known.is_null() || conforms(document, known, member)
    });
    let one_of = list(schema, "oneOf");
    let right_one = one_of.is_empty() || one_of.iter().filter(|one| fits(document, one, value)).count() == 1;
    let right_all = list(schema, "allOf").iter().all(|part| fits(document, part, value));
    right_kind && right_word && complete && right_items && right_members && right_one && right_all
}

/// Whether the schema, or a part of it that fits, has a member of that name.
fn names(document: &Value, schema: &Value, value: &Value, name: &str) -> bool {
    let schema = resolved(document, schema);
    let mut parts = list(schema, "allOf").iter().chain(list(schema, "oneOf"));
    !schema["properties"][name].is_null()
        || parts.any(|part| fits(document, part, value) && names(document, part, value, name))
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).expect("it leads somewhere"),
        None => schema,
    }
}

fn list<'a>(schema: &'a Value, name: &str) -> &'a [Value] {
    schema[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn is_of_kind(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a kind") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other} is no kind that the contract uses"),
    }
}

#[test]
fn what_does_not_conform_is_noticed() {
    let document = serde_json::json!({ "schemas": { "Named": {
        "allOf": [
            { "oneOf": [
                { "type": "object", "required": ["leftMs"], "properties": { "leftMs": { "type": "integer" } } },
                { "type": "object", "required": ["word"], "properties": { "word": { "enum": ["idle"] } } },
            ] },
            { "type": "object", "properties": { "more": { "type": ["array", "null"], "items": { "type": "string" } } } },
        ],
    } } });
    let schema = serde_json::json!({ "$ref": "#/schemas/Named" });
    let says = |text: &str| conforms(&document, &schema, &serde_json::from_str(text).expect("JSON"));
    assert!(says(r#"{"leftMs":1}"#));
    assert!(says(r#"{"word":"idle","more":["x"]}"#));
    for wrong in [
        "7",
        "{}",
        r#"{"left_ms":1}"#,
        r#"{"leftMs":1.5}"#,
        r#"{"leftMs":1,"extra":1}"#,
        r#"{"word":"busy"}"#,
        r#"{"word":"idle","more":[1]}"#,
    ] {
        assert!(!says(wrong), "{wrong}");
    }
}
