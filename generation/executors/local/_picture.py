"""What a worker's last frame of a work tells of its picture."""

from generation.executors.base import Picture, Work
from generation.processes.frames import Frame


def picture_of(work: Work, frame: Frame, *, seconds: float, device: str, batch: int) -> Picture:
    """The picture in a `finished` frame; `batch` were painted together in those seconds."""
    fields = frame.header
    commits = fields.get("commits", {})
    return Picture(
        data=frame.blob,
        width=fields["width"],
        height=fields["height"],
        seconds=seconds,
        revision=fields["revision"],
        device=device,
        batch=batch,
        loras=work.request.pinned(commits).loras,
        commits=commits,
        remarks=tuple(fields["remarks"]),
        unsafe=fields.get("unsafe"),
        screened_by=fields.get("screened_by"),
        pixels=fields.get("pixels"),
    )
