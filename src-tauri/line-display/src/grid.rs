//! A line display: what registers write goes in, and what stands on it can be asked for.

use crate::letters::Letters;

#[cfg(test)]
mod tests;

/// How many rows a display has.
pub const ROWS: usize = 2;
/// How many characters a row has.
pub const COLUMNS: usize = 20;

const BS: u8 = 0x08;
const HT: u8 = 0x09;
const LF: u8 = 0x0a;
const HOM: u8 = 0x0b;
const CLR: u8 = 0x0c;
const CR: u8 = 0x0d;
const CAN: u8 = 0x18;
const ESC: u8 = 0x1b;
const US: u8 = 0x1f;
/// The device that `ESC =` selects when it means the display.
const DISPLAY: u8 = 0b10;
/// The most bytes of a window or a sign that is defined: what is longer is no command that displays know.
const SKIPPED_MAX: usize = 64;

/// A line display of [`ROWS`] times [`COLUMNS`]. Whatever goes in, it is that and nothing else.
#[derive(Clone, Debug)]
pub struct Grid {
    cells: [[char; COLUMNS]; ROWS],
    row: usize,
    column: usize,
    mode: Mode,
    letters: Letters,
    /// Whether `ESC =` has said that the bytes are for this device.
    selected: bool,
    state: State,
}

/// What happens at the end of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// The cursor goes on in the other row, from the last to the first (MD1).
    #[default]
    Overwrite,
    /// The rows move up (MD2).
    Vertical,
    /// The row moves to the left, and the cursor stays at its end (MD3).
    Horizontal,
}

/// Where in a command the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In none.
    Text,
    /// After ESC.
    Escape,
    /// After US.
    Unit,
    /// Before the last byte of a command.
    Last(Command),
    /// After `US $` and a column.
    CursorRow(u8),
    /// Before so many bytes that mean nothing here.
    Skip(usize),
    /// In a sign that is defined (`ESC &`): how much of its head has come, and its first and last code.
    Sign([u8; 3], usize),
}

/// The commands of one byte more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Table,
    Country,
    Device,
    CursorColumn,
}

impl Default for Grid {
    fn default() -> Grid {
        Grid::new()
    }
}

impl Grid {
    /// A display with nothing on it.
    pub fn new() -> Grid {
        Grid {
            cells: [[' '; COLUMNS]; ROWS],
            row: 0,
            column: 0,
            mode: Mode::default(),
            letters: Letters::default(),
            selected: true,
            state: State::Text,
        }
    }

    /// What stands on it, each row [`COLUMNS`] characters long.
    pub fn rows(&self) -> [String; ROWS] {
        self.cells.map(|row| row.iter().collect())
    }

    /// Takes what a register has written.
    pub fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.take(*byte);
        }
    }

    fn take(&mut self, byte: u8) {
        match self.state {
            State::Text => self.text(byte),
            State::Escape => self.escape(byte),
            State::Unit => self.unit(byte),
            State::Last(command) => self.last(command, byte),
            State::CursorRow(column) => {
                self.state = State::Text;
                self.move_to(usize::from(column), usize::from(byte));
            }
            State::Skip(left) => {
                self.state = if left > 1 { State::Skip(left - 1) } else { State::Text };
            }
            State::Sign(head, seen) => self.sign(head, seen, byte),
        }
    }

    fn text(&mut self, byte: u8) {
        match byte {
            ESC => self.state = State::Escape,
            US => self.state = State::Unit,
            _ if !self.selected => {}
            BS => self.back(),
            HT => self.forward(),
            LF => self.down(),
            HOM => self.home(),
            CLR => self.clear(),
            CR => self.column = 0,
            CAN => {
                self.cells[self.row] = [' '; COLUMNS];
                self.column = 0;
            }
            0..0x20 => {}
            letter => self.put(self.letters.read(letter)),
        }
    }

    fn escape(&mut self, byte: u8) {
        self.state = match byte {
            b'@' => {
                *self = Grid::new();
                State::Text
            }
            b't' => State::Last(Command::Table),
            b'R' => State::Last(Command::Country),
            b'=' => State::Last(Command::Device),
            b'&' => State::Sign([0; 3], 0),
            // A window: its number, whether it is set, and its corners.
            b'W' => State::Skip(6),
            // Signs of one's own on or off, one of them taken back, and the like.
            b'%' | b'?' | b'S' | b'D' => State::Skip(1),
            ESC => State::Escape,
            _ => State::Text,
        };
    }

    fn unit(&mut self, byte: u8) {
        self.state = State::Text;
        match byte {
            ESC => self.state = State::Escape,
            US => self.state = State::Unit,
            b'$' => self.state = State::Last(Command::CursorColumn),
            // Brightness, blinking, cursor, announcements, the time: nothing that stands in the rows.
            b'X' | b'E' | b'C' | b'r' | b'v' | b'.' | b',' | b';' | b'!' => self.state = State::Skip(1),
            b'T' | b'#' | b'^' => self.state = State::Skip(2),
            _ if !self.selected => {}
            1 => self.mode = Mode::Overwrite,
            2 => self.mode = Mode::Vertical,
            3 => self.mode = Mode::Horizontal,
            LF => self.up(),
            CR => self.column = COLUMNS - 1,
            b'B' => self.move_to(1, ROWS),
            _ => {}
        }
    }

    fn last(&mut self, command: Command, byte: u8) {
        self.state = State::Text;
        match command {
            Command::Table => self.letters.choose_table(byte),
            Command::Country => self.letters.choose_country(byte),
            Command::Device => self.selected = byte & DISPLAY != 0 || byte == 0,
            Command::CursorColumn => self.state = State::CursorRow(byte),
        }
    }

    /// `ESC &`: the height in bytes, the first and the last code, and for each code its width and as many bytes.
    /// The signs are not drawn; their bytes must not become letters.
    fn sign(&mut self, mut head: [u8; 3], seen: usize, byte: u8) {
        if let Some(place) = head.get_mut(seen) {
            *place = byte;
            self.state = State::Sign(head, seen + 1);
            return;
        }
        // This is the width of the next sign.
        let bytes = usize::from(byte) * usize::from(head[0].max(1));
        let many = head[2] > head[1];
        self.state = match bytes {
            0 | SKIPPED_MAX.. => State::Text,
            // The width of the one after it is read as the first of what is left.
            bytes if many => State::Skip((bytes + 1) * usize::from(head[2] - head[1]) + bytes),
            bytes => State::Skip(bytes),
        };
    }

    fn put(&mut self, letter: char) {
        if self.column < COLUMNS {
            self.cells[self.row][self.column] = letter;
            self.column += 1;
            return;
        }
        // The row is full, and it is only now that another letter comes.
        match self.mode {
            Mode::Overwrite => {
                self.row = (self.row + 1) % ROWS;
                self.column = 0;
            }
            Mode::Vertical => self.new_line(),
            Mode::Horizontal => {
                self.cells[self.row].rotate_left(1);
                self.column = COLUMNS - 1;
            }
        }
        self.cells[self.row][self.column] = letter;
        self.column += 1;
    }

    /// The next row, from its beginning; from the last one the rows move up.
    fn new_line(&mut self) {
        self.column = 0;
        if self.row + 1 < ROWS {
            self.row += 1;
        } else {
            self.cells.rotate_left(1);
            self.cells[ROWS - 1] = [' '; COLUMNS];
        }
    }

    fn down(&mut self) {
        let column = self.column;
        if self.mode == Mode::Vertical {
            self.new_line();
        } else {
            self.row = (self.row + 1) % ROWS;
        }
        self.column = column;
    }

    fn up(&mut self) {
        if self.mode == Mode::Vertical && self.row == 0 {
            self.cells.rotate_right(1);
            self.cells[0] = [' '; COLUMNS];
        } else {
            self.row = (self.row + ROWS - 1) % ROWS;
        }
    }

    fn back(&mut self) {
        match self.column {
            0 => {
                self.row = (self.row + ROWS - 1) % ROWS;
                self.column = COLUMNS - 1;
            }
            column => self.column = column.min(COLUMNS) - 1,
        }
    }

    fn forward(&mut self) {
        if self.column + 1 < COLUMNS {
            self.column += 1;
        } else {
            self.column = 0;
            self.row = (self.row + 1) % ROWS;
        }
    }

    /// Column and row are counted from 1; what lies outside moves nothing.
    fn move_to(&mut self, column: usize, row: usize) {
        if (1..=COLUMNS).contains(&column) && (1..=ROWS).contains(&row) && self.selected {
            self.column = column - 1;
            self.row = row - 1;
        }
    }

    fn home(&mut self) {
        self.row = 0;
        self.column = 0;
    }

    fn clear(&mut self) {
        self.cells = [[' '; COLUMNS]; ROWS];
        self.home();
    }
}
