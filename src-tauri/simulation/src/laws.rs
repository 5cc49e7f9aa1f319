//! The laws, as checks. Each looks at the truth at Vipps MobilePay and at what has been promised, never at what the
//! till believes.

/// Compare what came back; leave alone what is not ours.
pub(crate) mod compared;
/// Intent first; a refused request is never repeated.
pub(crate) mod intent;
/// Nothing acknowledged is ever forgotten.
pub(crate) mod memory;
/// What moved at Vipps MobilePay.
pub(crate) mod money;
/// What people see is a legal picture of the truth.
pub(crate) mod picture;
/// No screen stays behind for longer than it may.
pub(crate) mod punctual;
/// How everything must be when all has come to rest.
pub(crate) mod rest;
