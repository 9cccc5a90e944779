"""What was made of a picture, also where that was brought before its hashes had columns."""

from pathlib import Path
from typing import Any

from bot.database import Database
from generation.columns import of_origin, of_request
from generation.inputs.store import InputImage
from generation.safety.made import made_from
from generation.store import JobStore
from tests.support.jobs import make_origin, make_request
from tests.support.upgrades import steps_before

SHA = "a" * 64


async def insert(database: Database, *left_out: str, **columns: Any) -> int:
    """A row of `jobs` as an Easel wrote it that did not know the columns left out."""
    image = columns.pop("image", None)
    values = {
        "status": "delivered",
        "model": "demo",
        "queued_at": 0.0,
        "generated_at": 1.0,
        "finished_at": 2.0,
        **of_request(make_request(image=image)),
        **of_origin(make_origin()),
        "interaction_token": None,
        **columns,
    }
    known = {name: value for name, value in values.items() if name not in left_out}
    names, places = ", ".join(known), ", ".join("?" * len(known))
    sql = f"INSERT INTO jobs ({names}) VALUES ({places})"
    result = await database.write(sql, (*known.values(),))
    assert result.lastrowid is not None
    return result.lastrowid


async def test_those_of_before_the_upgrade_are_found_too(tmp_path: Path):
    steps, data = steps_before("0016", tmp_path / "steps"), tmp_path / "data"
    image = InputImage(sha256=SHA, width=64, height=64)
    async with Database.open(data, steps) as before:
        new = ("image_sha256", "image_pixels", "rounds_up", "cut_off")
        source = await insert(
            before, *new, interaction_id=1, picture_sha256=SHA, picture_path="pictures/1.png"
        )
        made = await insert(before, *new, image=image)
    async with Database.open(data) as after:
        job = await JobStore(after).get(source)
        assert job is not None
        assert [each.id for each in await made_from(after, job)] == [made]
