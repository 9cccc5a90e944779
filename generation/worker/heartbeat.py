"""Says to the bot every now and then that this process lives."""

import threading
import time

from generation.processes.channel import Channel

#: Seconds. The bot's patience with silence is many times as long: generation.executors.local.
INTERVAL_S = 2.0


def start(channel: Channel) -> None:
    """Begin, on a thread of its own; it ends with the process."""
    threading.Thread(target=_beat, args=(channel,), name="heartbeat", daemon=True).start()


def _beat(channel: Channel) -> None:
    while True:
        time.sleep(INTERVAL_S)
        channel.send({"kind": "alive"})
