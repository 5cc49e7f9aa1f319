//! `kvitt token`: shows, replaces and revokes the POS token. A till that runs reads it anew with every request.

use pos_api::{Token as PosToken, TokenError};
use serde_json::{Value, json};

use crate::command::{Kvitt, Stop, Token};

/// Does what was asked for with the token.
pub(crate) fn run(kvitt: &Kvitt, what: &Token) -> Result<(), Stop> {
    let file = kvitt.token_file();
    let shown = file.display();
    let failed = |error: TokenError| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Stop::failed(format!("{shown}: {error}{cause}; `kvitt token new` makes one"))
    };
    let (words, said) = match what {
        Token::Show => {
            let token = PosToken::from_file(&file).map_err(failed)?;
            (token.reveal().to_owned(), json!({ "file": file, "token": token.reveal() }))
        }
        Token::New => {
            std::fs::create_dir_all(kvitt.data_folder()).map_err(Stop::failed)?;
            PosToken::renewed(&file).map_err(failed)?;
            let words =
                format!("A new POS token is in {shown}. It is good at once, and the old one no longer.");
            (words, json!({ "file": file, "renewed": true }))
        }
        Token::Revoke => {
            let was_there = PosToken::revoke(&file).map_err(failed)?;
            let next = "The till answers nobody until `kvitt token new` makes one, or it is started again.";
            let words =
                if was_there { "The POS token is good no longer." } else { "There was no POS token." };
            (format!("{words} {next}"), json!({ "file": file, "revoked": was_there }))
        }
    };
    say(kvitt.json, &words, &said);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub(crate) fn say(json: bool, words: &str, said: &Value) {
    if json {
        println!("{said}");
    } else {
        println!("{words}");
    }
}
