//! The picture that an X server without a screen keeps in a file: its pixels can be looked at without asking it.
//!
//! `Xvfb -fbdir` keeps it in the format of `xwd`: a head of numbers, a table of colours, then the pixels row by row.

use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The version of the format.
const VERSION: u32 = 7;
/// How many numbers the head has, of four bytes each, the highest first.
const NUMBERS: usize = 25;
/// The size of an entry in the table of colours, in bytes.
const COLOUR_BYTES: u64 = 12;
/// A pixel of a display of 24 bits of colour, in bytes.
const PIXEL_BYTES: u32 = 4;

/// A part of the display that is looked at, in pixels. Of its rows only every `step`th is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) step: u32,
}

/// Where the pixels are in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    width: u32,
    height: u32,
    /// Where the first pixel is, in bytes.
    pixels: u64,
    row_bytes: u32,
}

/// The picture of a whole display.
pub(crate) struct Framebuffer {
    file: File,
    layout: Layout,
}

impl Framebuffer {
    /// Opens what `Xvfb -fbdir FOLDER` keeps of its first screen.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("Xvfb_screen0");
        let file = File::open(&path).with_context(|| format!("opening {}", path.display()))?;
        let mut head = [0; NUMBERS * 4];
        file.read_exact_at(&mut head, 0).with_context(|| format!("reading {}", path.display()))?;
        let layout = Layout::of(&head).with_context(|| format!("in {}", path.display()))?;
        Ok(Self { file, layout })
    }

    /// Sums up what `regions` show now: the same sum is the same picture.
    pub(crate) fn look(&self, regions: &[Region], row: &mut Vec<u8>) -> Result<u64> {
        let mut picture = DefaultHasher::new();
        for region in regions {
            row.resize((region.width * PIXEL_BYTES) as usize, 0);
            for y in (region.y..region.y + region.height).step_by(region.step as usize) {
                self.file.read_exact_at(row, self.layout.offset(region.x, y)?)?;
                picture.write(row);
            }
        }
        Ok(picture.finish())
    }
}

impl Layout {
    fn of(head: &[u8]) -> Result<Layout> {
        let numbers: Vec<u32> = head
            .chunks_exact(4)
            .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
            .collect();
        let [size, version, _, _, width, height, _, _, _, _, _, bits, row_bytes, ..] = numbers[..] else {
            bail!("the head is too short");
        };
        let colours = numbers.get(19).copied().context("the head is too short")?;
        if version != VERSION || bits != PIXEL_BYTES * 8 {
            bail!("version {version} with {bits} bits for a pixel is not known here");
        }
        Ok(Layout { width, height, pixels: u64::from(size) + u64::from(colours) * COLOUR_BYTES, row_bytes })
    }

    fn offset(&self, x: u32, y: u32) -> Result<u64> {
        if x >= self.width || y >= self.height {
            bail!("{x}, {y} is not on a display of {} × {}", self.width, self.height);
        }
        Ok(self.pixels + u64::from(y) * u64::from(self.row_bytes) + u64::from(x) * u64::from(PIXEL_BYTES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Vec<u8> {
        let mut numbers = [0_u32; NUMBERS];
        (numbers[0], numbers[1], numbers[4], numbers[5]) = (160, 7, 4, 3);
        (numbers[11], numbers[12], numbers[19]) = (32, 16, 2);
        numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
    }

    #[test]
    fn pixels_come_after_the_head_and_the_colours() {
        let layout = Layout::of(&head()).unwrap();
        assert_eq!(layout.offset(0, 0).unwrap(), 160 + 24);
        assert_eq!(layout.offset(3, 2).unwrap(), 160 + 24 + 2 * 16 + 12);
        assert!(layout.offset(4, 0).is_err() && layout.offset(0, 3).is_err());
        assert!(Layout::of(&head()[..60]).is_err());
    }

    #[test]
    fn only_what_is_in_the_region_counts() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = head();
        bytes.resize(160 + 24 + 3 * 16, 0);
        let look = |bytes: &[u8]| {
            std::fs::write(folder.path().join("Xvfb_screen0"), bytes).unwrap();
            let region = Region { x: 1, y: 0, width: 2, height: 3, step: 2 };
            Framebuffer::open(folder.path()).unwrap().look(&[region], &mut Vec::new()).unwrap()
        };
        let before = look(&bytes);
        for (at, inside) in [(0, false), (4, true), (11, true), (12, false), (16 + 4, false), (32 + 4, true)]
        {
            let mut changed = bytes.clone();
            changed[160 + 24 + at] = 1;
            assert_eq!(look(&changed) != before, inside, "byte {at}");
        }
    }
}
