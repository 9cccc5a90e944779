"""What was made of a picture: by the hashes of the pictures that jobs began with."""

from collections.abc import Sequence

from generation.database import Database
from generation.job import Job

# One condition a join: no index serves two at once.
MADE_FROM = """
WITH RECURSIVE made (id) AS (
    SELECT :id
    UNION SELECT jobs.id FROM made JOIN jobs AS source ON source.id = made.id
    JOIN jobs ON jobs.image_sha256 = COALESCE(
        source.removed_sha256, source.picture_sha256, source.gone_sha256, source.blocked_sha256)
    UNION SELECT jobs.id FROM made JOIN jobs AS source ON source.id = made.id
    JOIN jobs ON jobs.image_pixels = source.pixels_sha256
    UNION SELECT jobs.id FROM made JOIN parts ON parts.job_id = made.id
    JOIN jobs ON jobs.image_sha256 = COALESCE(
        parts.picture_sha256, parts.gone_sha256, parts.blocked_sha256)
    UNION SELECT jobs.id FROM made JOIN parts ON parts.job_id = made.id
    JOIN jobs ON jobs.image_pixels = parts.pixels_sha256
)
SELECT jobs.* FROM jobs JOIN made USING (id) WHERE id <> :id ORDER BY id
"""


async def made_from(database: Database, job: Job) -> Sequence[Job]:
    """The jobs that began with its picture or a part's, and those that began with theirs.

    By the file, or by the same pixels in another one, such as a member has saved and brought.
    """
    return [Job.from_row(row) for row in await database.fetch_all(MADE_FROM, {"id": job.id})]
