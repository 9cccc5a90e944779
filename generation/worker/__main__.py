"""Start: die with the bot, say hello once the device is known, import the slow rest, serve."""

import os
import sys

from generation.processes import channel as parent
from generation.worker import heartbeat
from generation.worker.cancellations import Cancellations


def main(descriptor: int, wanted: str) -> None:
    """Serve the bot on `descriptor` until it is gone; `wanted` is auto, cpu, cuda or cuda:N."""
    parent.begin()
    channel = parent.Channel(descriptor)
    # Before anything slow: from here on the end of the channel ends the process, whatever it does.
    cancellations = Cancellations()
    channel.listen(cancellations.take)
    # Read at import by the libraries below. Code from a model's repo never runs here.
    os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    try:
        from generation.worker.device import DeviceUnavailable, choose_device
    except (ImportError, OSError) as error:
        channel.send({"kind": "unavailable", "message": f"PyTorch can't be imported: {error}"})
        return
    try:
        device = choose_device(wanted)
    except DeviceUnavailable as error:
        channel.send({"kind": "unavailable", "message": str(error)})
        return
    channel.send(device.hello())
    heartbeat.start(channel)
    from generation.worker.serve import Server

    Server(channel, device, cancellations).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
