//! A last write that was torn: what is behind the newest commit in SQLite's write-ahead log is cut or spoilt.
//!
//! What nobody has committed nobody can have acknowledged. So the log is read here from outside, by its published
//! format (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>), and not a byte before the end of the
//! newest commit is touched.

use std::path::Path;

use super::chance::Chance;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The checksums are of big-endian words; with the last bit off, of little-endian ones.
const MAGIC: u32 = 0x377F_0683;

/// Tears what was written last to the journal at `path`. Gives whether there was anything to tear.
pub(crate) fn tear(path: &Path, chance: &mut Chance) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    let Ok(mut log) = std::fs::read(&name) else { return false };
    let Some((end, last_frame)) = committed(&log) else { return false };
    let tail = log.split_off(end);
    match chance.below(3) {
        // Never arrived.
        0 => {}
        // Arrived in part: of what was being written, or of another frame of the same log.
        1 => {
            let next = if tail.is_empty() { log[last_frame..].to_vec() } else { tail };
            log.extend_from_slice(&next[..chance.index(next.len())]);
        }
        // Something arrived.
        _ => log.extend((0..chance.below(6_000)).map(|_| chance.next().to_le_bytes()[0])),
    }
    std::fs::write(&name, log).expect("it is ours");
    true
}

/// Where the newest commit ends and where its last frame begins; `None` if there is no commit.
fn committed(log: &[u8]) -> Option<(usize, usize)> {
    let header = log.get(..HEADER_BYTES)?;
    let big = word(header, 0) == MAGIC;
    if !big && word(header, 0) != MAGIC - 1 {
        return None;
    }
    let frame_bytes = FRAME_HEADER_BYTES + usize::try_from(word(header, 8)).ok()?;
    let mut sum = checksum((0, 0), &header[..24], big);
    if sum != (word(header, 24), word(header, 28)) {
        return None;
    }
    let mut newest = None;
    for (index, frame) in log[HEADER_BYTES..].chunks_exact(frame_bytes).enumerate() {
        sum = checksum(checksum(sum, &frame[..8], big), &frame[FRAME_HEADER_BYTES..], big);
        if frame[8..16] != header[16..24] || sum != (word(frame, 16), word(frame, 20)) {
            break;
        }
        if word(frame, 4) != 0 {
            let begin = HEADER_BYTES + index * frame_bytes;
            newest = Some((begin + frame_bytes, begin));
        }
    }
    newest
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn checksum((mut first, mut second): (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    for pair in bytes.chunks_exact(8) {
        let (left, right) = (word(pair, 0), word(pair, 4));
        let (left, right) = if big { (left, right) } else { (left.swap_bytes(), right.swap_bytes()) };
        first = first.wrapping_add(left).wrapping_add(second);
        second = second.wrapping_add(right).wrapping_add(first);
    }
    (first, second)
}
