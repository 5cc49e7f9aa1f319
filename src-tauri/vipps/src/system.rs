//! What this program calls itself when it talks to Vipps MobilePay.

/// The four headers that name the calling system (contract 1.0): 1 to [`SYSTEM_CHARS_MAX`] characters each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    name: String,
    version: String,
    plugin_name: String,
    plugin_version: String,
}

/// The longest name or version, in characters (contract 1.0).
pub const SYSTEM_CHARS_MAX: usize = 30;

impl System {
    /// Names a system and the plug-in of it that talks to Vipps MobilePay.
    pub fn new(
        name: impl Into<String>,
        version: impl Into<String>,
        plugin_name: impl Into<String>,
        plugin_version: impl Into<String>,
    ) -> Result<Self, SystemError> {
        Ok(Self {
            name: checked(name.into())?,
            version: checked(version.into())?,
            plugin_name: checked(plugin_name.into())?,
            plugin_version: checked(plugin_version.into())?,
        })
    }

    /// The headers and what stands in them.
    pub(crate) fn headers(&self) -> [(&'static str, &str); 4] {
        [
            ("vipps-system-name", &self.name),
            ("vipps-system-version", &self.version),
            ("vipps-system-plugin-name", &self.plugin_name),
            ("vipps-system-plugin-version", &self.plugin_version),
        ]
    }
}

impl Default for System {
    /// Kvitt, in the version that was compiled.
    fn default() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self {
            name: "Kvitt".to_owned(),
            version: version.clone(),
            plugin_name: "kvitt".to_owned(),
            plugin_version: version,
        }
    }
}

/// A name or version is empty, too long, or holds something else than printable ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("names and versions of the system are 1 to {SYSTEM_CHARS_MAX} printable ASCII characters")]
pub struct SystemError;

fn checked(text: String) -> Result<String, SystemError> {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    // A header drops the white space around its value, so that what arrives would not be what was set.
    if (1..=SYSTEM_CHARS_MAX).contains(&text.len()) && printable && text.trim() == text {
        Ok(text)
    } else {
        Err(SystemError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_name_keeps_the_rules() {
        let ours = System::default();
        let [name, version, plugin_name, plugin_version] = ours.headers().map(|(_, value)| value);
        assert_eq!(System::new(name, version, plugin_name, plugin_version), Ok(ours.clone()));
    }

    #[test]
    fn thirty_printable_characters_at_most() {
        let longest = "x".repeat(SYSTEM_CHARS_MAX);
        assert!(System::new("Acme Commerce", "1.7", "acme-pos", longest.clone()).is_ok());
        for bad in [String::new(), longest + "x", "Kvitt\n".into(), "Blåbær".into(), " a".into()] {
            assert_eq!(System::new("Acme", "1", bad.as_str(), "1"), Err(SystemError), "{bad:?}");
        }
    }
}
