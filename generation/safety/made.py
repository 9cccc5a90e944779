"""What was made of a picture, and of what it was made.

Both are known by the hashes of the pictures that jobs began with.
"""

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
# The same the other way round, by one index each: `+` keeps SQLite from taking the ids' instead.
MADE_OF = """
WITH RECURSIVE source (id) AS (
    SELECT :id
    UNION SELECT jobs.id FROM source JOIN jobs AS made ON made.id = source.id
    JOIN jobs ON jobs.picture_sha256 = made.image_sha256 AND +jobs.id < made.id
    UNION SELECT jobs.id FROM source JOIN jobs AS made ON made.id = source.id
    JOIN jobs ON jobs.removed_sha256 = made.image_sha256 AND +jobs.id < made.id
    UNION SELECT jobs.id FROM source JOIN jobs AS made ON made.id = source.id
    JOIN jobs ON jobs.gone_sha256 = made.image_sha256 AND +jobs.id < made.id
    UNION SELECT jobs.id FROM source JOIN jobs AS made ON made.id = source.id
    JOIN jobs ON jobs.pixels_sha256 = made.image_pixels AND +jobs.id < made.id
    UNION SELECT job_id FROM source JOIN jobs AS made ON made.id = source.id
    JOIN parts ON parts.picture_sha256 = made.image_sha256 AND +job_id < made.id
    UNION SELECT job_id FROM source JOIN jobs AS made ON made.id = source.id
    JOIN parts ON parts.gone_sha256 = made.image_sha256 AND +job_id < made.id
    UNION SELECT job_id FROM source JOIN jobs AS made ON made.id = source.id
    JOIN parts ON parts.pixels_sha256 = made.image_pixels AND +job_id < made.id
)
SELECT jobs.* FROM jobs JOIN source USING (id)
WHERE id <> :id AND removed_sha256 IS NULL AND blocked_sha256 IS NULL ORDER BY id
"""


async def made_from(database: Database, job: Job) -> Sequence[Job]:
    """The jobs that began with its picture or a part's, and those that began with theirs.

    By the file, or by the same pixels in another one, such as a member has saved and brought.
    """
    return [Job.from_row(row) for row in await database.fetch_all(MADE_FROM, {"id": job.id})]


async def made_of(database: Database, job: Job) -> Sequence[Job]:
    """The earlier jobs whose picture, or a part's, it began with, and those that they began with.

    Without those whose picture was removed, or never shown. Of a picture that was painted more than
    once, each job is one.
    """
    return [Job.from_row(row) for row in await database.fetch_all(MADE_OF, {"id": job.id})]
