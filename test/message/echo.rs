// Sends back what comes, reversed: by threads and by waiting.
#[path = "../../sdk/rust/wbx.rs"]
mod wbx;

fn main() -> std::io::Result<()> {
    let mut channel = wbx::Channel::open()?;
    assert!(channel.send(&vec![0; wbx::MESSAGE_MAX + 1]).is_err());
    channel.send(b"ready")?;
    let first = channel.next()?.expect("a message");
    channel.send(&first.iter().rev().copied().collect::<Vec<u8>>())?;
    let incoming = channel.try_clone()?.incoming();
    for message in incoming {
        channel.send(&message?.iter().rev().copied().collect::<Vec<u8>>())?;
    }
    Ok(())
}
