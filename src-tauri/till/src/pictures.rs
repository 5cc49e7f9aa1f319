//! The pictures of the newest codes, in memory. The journal has them too, while their payments are open.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::rail::Picture;

/// How many pictures are held in memory.
const PICTURES_MAX: usize = 4;

/// The pictures of the newest codes.
#[derive(Default)]
pub(crate) struct Pictures(Mutex<VecDeque<Picture>>);

impl Pictures {
    pub(crate) fn keep(&self, picture: &Picture) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(picture.clone());
        kept.truncate(PICTURES_MAX);
    }

    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|picture| picture.name == name).map(|picture| picture.png.clone())
    }
}
