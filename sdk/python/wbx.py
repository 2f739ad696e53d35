"""Messages between this program, which runs in a box, and the box's host: /dev/wbx, see docs/MESSAGES.md.

A value is anything JSON knows. Each message reaches one reader, whichever asks first.

    import wbx
    for request in wbx.messages():
        wbx.send({"answer": request["question"].upper()})

    async for request in wbx.channel().stream():      # with asyncio
        await wbx.channel().send_async(request)
"""

import asyncio
import json
import os
import struct

DEVICE = "/dev/wbx"
MAX = 4 << 20


class Channel:
    """One open of the device. Bytes and text are for hosts that were told so; the rest is JSON."""

    def __init__(self, path=DEVICE):
        self._fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def fileno(self):
        return self._fd

    def next_bytes(self):
        """The next message, waiting for it; None when the host will send no more."""
        head = os.read(self._fd, 4)
        if not head:
            return None
        while len(head) < 4:
            head += os.read(self._fd, 4 - len(head))
        (length,) = struct.unpack("<I", head)
        parts = []
        while length:
            part = os.read(self._fd, length)
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def send_bytes(self, data):
        """Sends a message; waits while the host is too far behind."""
        if len(data) > MAX:
            raise ValueError("a message of %d bytes: the most is %d" % (len(data), MAX))
        rest = memoryview(struct.pack("<I", len(data)) + bytes(data))
        while rest:
            rest = rest[os.write(self._fd, rest):]

    def next_text(self):
        data = self.next_bytes()
        return None if data is None else data.decode()

    def send_text(self, text):
        self.send_bytes(text.encode())

    def next(self):
        """The next value; raises EOFError when there will be none."""
        data = self.next_bytes()
        if data is None:
            raise EOFError("the host has ended the messages")
        return json.loads(data)

    def send(self, value):
        self.send_bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def __iter__(self):
        while (data := self.next_bytes()) is not None:
            yield json.loads(data)

    async def _ready(self, add, remove):
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        add(loop)(self._fd, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            remove(loop)(self._fd)

    async def next_async(self):
        """Like next(), while other tasks of the event loop go on."""
        await self._ready(lambda loop: loop.add_reader, lambda loop: loop.remove_reader)
        return self.next()

    async def send_async(self, value):
        await self._ready(lambda loop: loop.add_writer, lambda loop: loop.remove_writer)
        self.send(value)

    async def stream(self):
        while True:
            try:
                yield await self.next_async()
            except EOFError:
                return

    def close(self):
        os.close(self._fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


_default = None


def channel():
    """The channel that the functions of this module share."""
    global _default
    if _default is None:
        _default = Channel()
    return _default


def next():
    return channel().next()


def send(value):
    channel().send(value)


def messages():
    return iter(channel())
