//! `kvitt webhook-secret`: shows and replaces what webhooks are signed with.

use serde_json::json;
use webhooks::{SECRET_FILE, Secret, SecretError};

use crate::command::{Kvitt, Stop, WebhookSecret};
use crate::token::say;

/// Does what was asked for with the secret.
pub(crate) fn run(kvitt: &Kvitt, what: &WebhookSecret) -> Result<(), Stop> {
    let folder = kvitt.data_folder();
    let file = folder.join(SECRET_FILE);
    let shown = file.display();
    let failed = |error: SecretError| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Stop::failed(format!("{shown}: {error}{cause}; `kvitt webhook-secret new` makes one"))
    };
    match what {
        WebhookSecret::Show => {
            let secret = Secret::from_file(&file).map_err(failed)?.reveal();
            say(kvitt.json, &secret, &json!({ "file": file, "secret": secret }));
        }
        WebhookSecret::New => {
            std::fs::create_dir_all(&folder).map_err(Stop::failed)?;
            let secret = Secret::renewed(&file).map_err(failed)?.reveal();
            let words = format!("{secret}\nThe next webhook is signed with it. It is in {shown}.");
            say(kvitt.json, &words, &json!({ "file": file, "secret": secret, "renewed": true }));
        }
    }
    Ok(())
}
