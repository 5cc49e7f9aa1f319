//! Pictures are kept while their payment is open.

use super::samples::{ended, numbered, reference, requested};
use crate::{Journal, JournalError};

const PICTURE: &[u8] = &[0x89, b'P', b'N', b'G', 0, 0xFF, 0x0D, 0x0A];

async fn begin(journal: &dyn Journal, number: u32) -> Result<(), JournalError> {
    let reference = reference(number);
    journal.begin(&reference, None, &[requested(&reference)]).await?;
    Ok(())
}

/// Settling and ending drop a payment's pictures, and nobody else's; anything else keeps them.
pub async fn pictures_are_kept_while_their_payment_is_open(
    journal: &dyn Journal,
) -> Result<(), JournalError> {
    for number in 1..=3 {
        begin(journal, number).await?;
        journal.keep_picture(&reference(number), &format!("first of {number}"), PICTURE).await?;
        journal.keep_picture(&reference(number), &format!("second of {number}"), &[]).await?;
        journal.append(&reference(number), 1, &[numbered(1)], false).await?;
    }
    assert_eq!(journal.picture("first of 1").await?.as_deref(), Some(PICTURE));
    assert_eq!(journal.picture("second of 1").await?.as_deref(), Some(&[][..]));
    journal.append(&reference(1), 2, &[numbered(2), ended(), numbered(3)], false).await?;
    journal.append(&reference(2), 2, &[], true).await?;
    let conflict = journal.append(&reference(3), 1, &[ended()], true).await;
    assert!(matches!(conflict, Err(JournalError::Conflict { .. })), "{conflict:?}");
    for gone in ["first of 1", "second of 1", "first of 2", "second of 2"] {
        assert_eq!(journal.picture(gone).await?, None, "{gone}");
    }
    for kept in ["first of 3", "second of 3"] {
        assert!(journal.picture(kept).await?.is_some(), "{kept}");
    }
    Ok(())
}

/// The same name is the same picture, and nobody else's.
pub async fn a_picture_is_replaced_by_its_owner_alone(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, 1).await?;
    begin(journal, 2).await?;
    journal.keep_picture(&reference(1), "code", &[1]).await?;
    journal.keep_picture(&reference(1), "code", PICTURE).await?;
    let taken = journal.keep_picture(&reference(2), "code", &[2]).await;
    assert!(matches!(&taken, Err(JournalError::PictureNameUsed { name }) if name == "code"), "{taken:?}");
    assert_eq!(journal.picture("code").await?.as_deref(), Some(PICTURE));
    // When it is dropped, the name is free again.
    journal.append(&reference(1), 1, &[ended()], false).await?;
    journal.keep_picture(&reference(2), "code", &[2]).await?;
    assert_eq!(journal.picture("code").await?.as_deref(), Some(&[2][..]));
    Ok(())
}

/// Unknown payments have none, and those that have ended, ever, or are settled, get none any more.
pub async fn pictures_need_an_open_payment(journal: &dyn Journal) -> Result<(), JournalError> {
    let kept = journal.keep_picture(&reference(1), "code 1", PICTURE).await;
    assert!(matches!(&kept, Err(JournalError::Unknown { reference: of }) if *of == reference(1)), "{kept:?}");
    begin(journal, 2).await?;
    journal.append(&reference(2), 1, &[ended()], false).await?;
    journal.append(&reference(2), 2, &[numbered(1)], false).await?;
    journal.keep_picture(&reference(2), "code 2", PICTURE).await?;
    begin(journal, 3).await?;
    journal.append(&reference(3), 1, &[], true).await?;
    journal.keep_picture(&reference(3), "code 3", PICTURE).await?;
    journal.begin(&reference(4), None, &[requested(&reference(4)), ended()]).await?;
    journal.keep_picture(&reference(4), "code 4", PICTURE).await?;
    for name in ["code 1", "code 2", "code 3", "code 4"] {
        assert_eq!(journal.picture(name).await?, None, "{name}");
    }
    Ok(())
}
