"""How large files may be: it depends on how much a guild is boosted."""

from playground import errors
from playground.errors import ApiError
from playground.world import Channel

MIB = 1024 * 1024
# Bytes a file, by boost level.
FILE_LIMITS = (10 * MIB, 10 * MIB, 50 * MIB, 100 * MIB)
# Bytes a request, unless its files may be larger.
REQUEST_LIMIT = 25 * MIB
LARGEST_FILE = max(FILE_LIMITS)


def file_limit(channel: Channel | None = None) -> int:
    """The bytes a file may have in a channel: `attachment_size_limit` of its interactions."""
    guild = channel.guild if channel else None
    return FILE_LIMITS[guild.boost_level if guild else 0]


def request_limit(file_bytes: int) -> int:
    """The bytes a request may have where files may have so many: one of them fits in any case."""
    return max(REQUEST_LIMIT, file_bytes + MIB)


def check_size(size: int, channel: Channel) -> None:
    """Refuse a file that is too large for a channel (40005)."""
    if size > file_limit(channel):
        raise ApiError(errors.TOO_LARGE)
