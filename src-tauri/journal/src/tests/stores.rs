mod memory {
    use crate::MemoryJournal;

    crate::journal_contract!((MemoryJournal::new(), ()));
}

mod sqlite {
    crate::journal_contract!(crate::tests::sqlite().await);
}
