//! Messages between this program, which runs in a box, and the box's host: /dev/wbx, see docs/MESSAGES.md.
//! No dependencies; put it beside your sources and say `mod wbx;`. Each message reaches one reader, whichever asks first.
//!
//! ```no_run
//! let mut channel = wbx::Channel::open()?;
//! while let Some(message) = channel.next()? {
//!     channel.send(&message)?;
//! }
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fs::{File, OpenOptions};
use std::io::{self, Error, ErrorKind, Read, Write};

pub const DEVICE: &str = "/dev/wbx";
pub const MESSAGE_MAX: usize = 4 << 20;

/// One open of the device. Its descriptor can be polled: readable = `next` gives something at once.
pub struct Channel {
    file: File,
}

impl Channel {
    pub fn open() -> io::Result<Channel> {
        let file = OpenOptions::new().read(true).write(true).open(DEVICE)?;
        Ok(Channel { file })
    }

    /// A second handle of the same open, for a thread that only reads or only sends.
    pub fn try_clone(&self) -> io::Result<Channel> {
        Ok(Channel { file: self.file.try_clone()? })
    }

    /// Waits for the next message; `None` when the host will send no more.
    pub fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut head = [0; 4];
        match self.file.read_exact(&mut head) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        let mut message = vec![0; u32::from_le_bytes(head) as usize];
        self.file.read_exact(&mut message)?;
        Ok(Some(message))
    }

    /// Sends a message whole; waits while the host is too far behind.
    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        if message.len() > MESSAGE_MAX {
            return Err(Error::new(ErrorKind::InvalidInput, "the message is too long"));
        }
        let mut frame = Vec::with_capacity(4 + message.len());
        frame.extend_from_slice(&(message.len() as u32).to_le_bytes());
        frame.extend_from_slice(message);
        self.file.write_all(&frame)
    }

    /// Sends the messages of a channel to others as they come, from a thread of its own: what async programs await.
    pub fn incoming(mut self) -> std::sync::mpsc::Receiver<io::Result<Vec<u8>>> {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            while let Some(item) = self.next().transpose() {
                if sender.send(item).is_err() {
                    return;
                }
            }
        });
        receiver
    }
}

impl AsRef<File> for Channel {
    fn as_ref(&self) -> &File {
        &self.file
    }
}
