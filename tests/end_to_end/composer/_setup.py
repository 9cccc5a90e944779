"""What tests of the composer set up and look up."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.async_api import Locator, Page

from playground.server import Playground
from playground.world import Channel, Message
from tests.end_to_end._page import Chat

ONE_MIB = 1024 * 1024
_DROP = """([files, kind]) => {
    const transfer = new DataTransfer();
    for (const [name, type, size] of files) {
        transfer.items.add(new File([new Uint8Array(size)], name, { type }));
    }
    const target = document.activeElement ?? document.body;
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
}"""

File = tuple[str, str, int]  # name, type, bytes


async def hand(page: Page, kind: str, *files: File) -> None:
    """Let a `drop`, `dragenter`, `dragleave` or `paste` of files happen."""
    await page.evaluate(_DROP, [list(files), kind])


def box(chat: Chat) -> Locator:
    """The text box."""
    return chat.page.locator(".composer-text")


def pills(chat: Chat) -> Locator:
    """The pills of the command that is being filled in."""
    return chat.page.locator(".field")


def waiting(chat: Chat) -> Locator:
    """The files that wait to be sent."""
    return chat.page.locator(".tray-file")


def channel_of(playground: Playground, name: str = "general") -> Channel:
    """A channel as the server has it."""
    channels = playground.services.world.channels.values()
    return next(channel for channel in channels if channel.name == name)


def newest(playground: Playground, name: str = "general") -> Message:
    """The newest message of a channel as the server has it."""
    return list(channel_of(playground, name).messages.values())[-1]


@contextmanager
def edited(playground: Playground, **changes: Any) -> Iterator[Channel]:
    """#general with other attributes for a while."""
    channel = channel_of(playground)
    before = {name: getattr(channel, name) for name in changes}
    playground.guilds.channels.edit(channel, **changes)
    try:
        yield channel
    finally:
        playground.guilds.channels.edit(channel, **before)
