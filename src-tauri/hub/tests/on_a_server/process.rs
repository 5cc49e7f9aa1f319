//! `kvitt-hub serve` as a process of its own, and what a till asks of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use contract::{ChainRefund, ChainRefundView};
use reqwest::StatusCode;

use crate::wait::{LIMIT, until};

/// A hub in a process of its own. Dropped, it is killed.
pub(crate) struct Process {
    child: Child,
    address: String,
    log: PathBuf,
}

impl Process {
    /// Starts it with the settings in `folder`, and what it remembers on its own in the folder `name` beneath.
    pub(crate) fn start(folder: &Path, name: &str) -> Process {
        let log = folder.join(format!("{name}.log"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_kvitt-hub"))
            .args(["--json", "--config"])
            .arg(folder)
            .arg("--data")
            .arg(folder.join(name))
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).expect("there is room"))
            .spawn()
            .expect("it can be started");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it says something");
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|error| {
            panic!("{error}: {line}{}", std::fs::read_to_string(&log).unwrap_or_default())
        });
        let address = ready["hub"].as_str().expect("it says where it is").to_owned();
        Process { child, address, log }
    }

    /// Sends it a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("there is such a program").success());
    }

    /// Kills it outright.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        assert!(self.child.wait().expect("it ends").success());
    }

    /// What it has said until now to whoever looks after it.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("it can be read")
    }

    /// Asks for a refund once, as the till that has `key`. Gives the status, and the refund if there is one.
    pub(crate) async fn ask(
        &self,
        key: &str,
        request: &str,
        asked: &ChainRefund,
    ) -> Result<(StatusCode, Option<ChainRefundView>), reqwest::Error> {
        let answer = reqwest::Client::new()
            .post(format!("{}/v1/refunds", self.address))
            .bearer_auth(key)
            .header("idempotency-key", request)
            .header("content-type", "application/json")
            .body(serde_json::to_string(asked).expect("it is JSON"))
            .timeout(LIMIT)
            .send()
            .await?;
        Ok((answer.status(), serde_json::from_str(&answer.text().await?).ok()))
    }

    /// Asks until it is answered with a refund: again and again, as a till does whose hub is in trouble.
    pub(crate) async fn refund(&self, key: &str, request: &str, asked: &ChainRefund) -> ChainRefundView {
        until("an answer", async || match self.ask(key, request, asked).await {
            Ok((_, Some(view))) => Ok(view),
            Ok((status, None)) => {
                assert!(status.is_server_error(), "{status}");
                Err(status.to_string())
            }
            Err(why) => Err(why.to_string()),
        })
        .await
    }

    /// Waits until the refund has ended.
    pub(crate) async fn until_ended(&self, key: &str, id: &str) -> ChainRefundView {
        until("the refund to end", async || {
            let asked = reqwest::Client::new()
                .get(format!("{}/v1/refunds/{id}?wait=20", self.address))
                .bearer_auth(key)
                .timeout(LIMIT)
                .send();
            if let Ok(answer) = asked.await
                && let Ok(text) = answer.text().await
                && let Ok(view) = serde_json::from_str::<ChainRefundView>(&text)
                && view.status != contract::ModificationStatus::Asked
            {
                return Ok(view);
            }
            Err(format!("the hub says:\n{}", self.log()))
        })
        .await
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
