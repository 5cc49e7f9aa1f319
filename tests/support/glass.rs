//! A glass that is touched: an X server with a touch screen, and fingers on it. `Xvfb` has none, and a mouse that clicks
//! is no finger: the page of a touch screen hears other events, and knows gestures that a mouse has not.
//!
//! The server's own driver for tests, `inputtest`, takes touches from a socket. Its messages are those of
//! `xf86-input-inputtest-protocol.h` of Debian 12's server, in the byte order of the machine.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::display::Display;
use super::program::Program;
use super::wait::{SOON, wait_for};

/// Width and height of the screen, in pixels: one where both windows of a till have their usual size.
const SCREEN: (u16, u16) = (1920, 1200);
/// How long a finger rests before it is a long press.
const LONG: Duration = Duration::from_millis(1_500);
/// How long a finger rests when it taps, and how long a gesture takes from one place to the next.
const SHORT: Duration = Duration::from_millis(40);

/// What the driver calls the messages that are sent to it.
const CLIENT_VERSION: u32 = 0;
const WAIT_FOR_SYNC: u32 = 1;
const TOUCH: u32 = 6;
/// What the X input extension calls the parts of a touch.
const BEGIN: u32 = 18;
const UPDATE: u32 = 19;
const END: u32 = 20;
/// Positions on the glass reach from 0 to this, whatever the screen has.
const POSITION_MAX: f64 = 65_535.0;
/// How many values a message has room for.
const VALUES: usize = 64;

/// A place on the screen, in pixels from the left and from above.
pub(crate) type At = (u16, u16);

/// The glass of one display.
pub(crate) struct Glass {
    driver: UnixStream,
    _folder: TempDir,
}

impl Glass {
    /// Starts a display with a glass.
    ///
    /// # Errors
    /// Where there is no such server, or it can't be started; says why.
    pub(crate) fn open() -> Result<(Display, Glass), &'static str> {
        if !Path::new("/usr/lib/xorg/modules/input/inputtest_drv.so").exists() {
            return Err("there is no X server with the input driver inputtest (xserver-xorg-core)");
        }
        if !rustix::process::geteuid().is_root() {
            return Err("an X server with a glass is started by root alone");
        }
        let folder = tempfile::tempdir().expect("there is room");
        let (config, socket) = (folder.path().join("xorg.conf"), folder.path().join("glass"));
        std::fs::write(&config, configuration(&socket)).expect("there is room");
        let mut server = Command::new("Xorg");
        server.arg("-config").arg(&config).arg("-logfile").arg(folder.path().join("log"));
        server.args(["-displayfd", "1", "-noreset", "-novtswitch", "-sharevts", "-nolisten", "tcp"]);
        let display = Display::served_by(Program::start("Xorg", &server));
        let driver =
            wait_for("the glass", || UnixStream::connect(&socket).map_err(|error| error.to_string()));
        driver.set_read_timeout(Some(SOON)).expect("it is a socket");
        let mut glass = Glass { driver, _folder: folder };
        glass.send(CLIENT_VERSION, &[&1_u16.to_ne_bytes()[..], &1_u16.to_ne_bytes()].concat());
        glass.hear(12);
        Ok((display, glass))
    }

    /// A finger taps.
    pub(crate) fn taps(&mut self, at: At) {
        self.touches(BEGIN, 1, at);
        rests(SHORT);
        self.touches(END, 1, at);
        rests(SHORT);
    }

    /// A finger rests for as long as a person rests it who wonders why nothing happens.
    pub(crate) fn presses_long(&mut self, at: At) {
        self.touches(BEGIN, 1, at);
        rests(LONG);
        self.touches(END, 1, at);
    }

    /// Two fingers move apart.
    pub(crate) fn spreads(&mut self, (x, y): At) {
        let fingers = |apart: u16| [(1, (x.saturating_sub(apart), y)), (2, (x.saturating_add(apart), y))];
        for (finger, at) in fingers(10) {
            self.touches(BEGIN, finger, at);
        }
        for apart in (10..150).step_by(10) {
            for (finger, at) in fingers(apart) {
                self.touches(UPDATE, finger, at);
            }
            rests(SHORT);
        }
        for (finger, at) in fingers(150) {
            self.touches(END, finger, at);
        }
    }

    /// Tells the driver, and waits until the server has it.
    fn touches(&mut self, part: u32, finger: u32, (x, y): At) {
        let place = |pixel: u16, of: u16| (f64::from(pixel) + 0.5) / f64::from(of) * POSITION_MAX;
        let mut values = [0.0_f64; VALUES];
        [values[0], values[1]] = [place(x, SCREEN.0), place(y, SCREEN.1)];
        let mut body = Vec::new();
        for number in [finger, part, 0, 0b11, 0, 0] {
            body.extend(u32::to_ne_bytes(number));
        }
        body.extend(values.iter().flat_map(|value| value.to_ne_bytes()));
        body.extend([0_u8; VALUES * 8]);
        self.send(TOUCH, &body);
        self.send(WAIT_FOR_SYNC, &[]);
        self.hear(8);
    }

    fn send(&mut self, kind: u32, body: &[u8]) {
        let length = u32::try_from(body.len() + 8).expect("it is short");
        let message = [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), body].concat();
        self.driver.write_all(&message).expect("the driver listens");
    }

    fn hear(&mut self, bytes: usize) {
        self.driver.read_exact(&mut vec![0; bytes]).expect("the driver answers");
    }
}

/// A gesture is made of time: how fast it is decides what it means.
#[expect(clippy::disallowed_methods, reason = "a finger rests, in the time of people")]
fn rests(time: Duration) {
    std::thread::sleep(time);
}

fn configuration(socket: &Path) -> String {
    let (width, height) = SCREEN;
    let socket = socket.display();
    // The clock and the blanks of the mode mean nothing: nobody is connected.
    format!(
        r#"
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoEnableDevices" "false"
EndSection
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 65536
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0 - 1000.0
  VertRefresh 5.0 - 200.0
  Modeline "{width}x{height}" 193.2 {width} {} {} {} {height} {} {} {}
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "{width}x{height}"
    Virtual {width} {height}
  EndSubSection
EndSection
Section "InputDevice"
  Identifier "glass"
  Driver "inputtest"
  Option "SocketPath" "{socket}"
  Option "DeviceType" "Touch"
  Option "TouchCount" "10"
EndSection
Section "InputDevice"
  Identifier "keys"
  Driver "inputtest"
  Option "SocketPath" "{socket}-keys"
  Option "DeviceType" "Keyboard"
EndSection
Section "ServerLayout"
  Identifier "till"
  Screen "screen"
  InputDevice "glass" "CorePointer"
  InputDevice "keys" "CoreKeyboard"
EndSection
"#,
        width + 136,
        width + 336,
        width + 672,
        height + 1,
        height + 4,
        height + 42
    )
}
