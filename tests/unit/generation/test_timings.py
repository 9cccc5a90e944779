"""What is learned from pictures that were painted, and foretold of the next."""

from bot.database import Database
from generation.timings import Prediction, Timings
from tests.support.jobs import CATALOG, DEMO, make_request


async def test_what_was_never_measured_is_a_guess_that_grows_with_the_work(database: Database):
    timings = Timings(database)
    few = timings.predict(make_request(steps=2))
    many = timings.predict(make_request(steps=8))
    assert not few.measured
    assert many.seconds == 4 * few.seconds


async def test_a_measurement_foretells_the_same_request(database: Database):
    timings = Timings(database)
    await timings.learn(make_request(steps=4), "CPU", 2.0)
    assert timings.predict(make_request(steps=4)) == Prediction(2.0, measured=True)
    assert timings.predict(make_request(steps=8)) == Prediction(4.0, measured=True)


async def test_later_measurements_count_for_more_than_one_does(database: Database):
    timings = Timings(database)
    request = make_request()
    await timings.learn(request, "CPU", 10.0)
    for _ in range(30):
        await timings.learn(request, "CPU", 1.0)
    assert 1.0 < timings.predict(request).seconds < 1.1


async def test_the_device_that_painted_last_is_believed(database: Database):
    timings = Timings(database)
    request = make_request()
    await timings.learn(request, "CPU", 10.0)
    await timings.learn(request, "GPU", 1.0)
    assert timings.predict(request).seconds == 1.0
    await timings.learn(request, "CPU", 10.0)
    assert timings.predict(request).seconds == 10.0


async def test_a_restart_remembers(database: Database):
    request = make_request()
    await Timings(database).learn(request, "CPU", 3.0)
    again = Timings(database)
    await again.load()
    assert again.predict(request).seconds == 3.0


async def test_not_every_measurement_is_written(database: Database):
    now = [0.0]
    timings = Timings(database, lambda: now[0])
    request = make_request()

    async def samples() -> int:
        row = await database.fetch_one("SELECT samples FROM timings")
        assert row is not None
        return row["samples"]

    await timings.learn(request, "CPU", 3.0)
    await timings.learn(request, "CPU", 3.0)
    assert await samples() == 1
    now[0] += 61
    await timings.learn(request, "CPU", 3.0)
    assert await samples() == 3


async def test_what_a_picture_usually_takes_is_known_once_it_was_measured(database: Database):
    timings = Timings(database)
    assert timings.usual(DEMO) is None
    await timings.learn(make_request(steps=2 * DEMO.steps.default), "CPU", 3.0)
    assert timings.usual(DEMO) == 1.5
    assert timings.usual(CATALOG["sdxl"]) is None
