"""Each of Discord's answers has one consequence."""

import aiohttp
import pytest

from bot.delivery._answers import Next, after, is_about_the_token

from .answers import answered


@pytest.mark.parametrize(
    ("error", "follows"),
    [
        (answered(500), Next.LATER),
        (answered(503), Next.LATER),
        (answered(429), Next.LATER),
        (answered(429, 30046), Next.LATER),
        (aiohttp.ServerDisconnectedError(), Next.LATER),
        (ConnectionResetError(), Next.LATER),
        (TimeoutError(), Next.LATER),
        (answered(401, 50027), Next.ONWARD),
        (answered(404, 10015), Next.ONWARD),
        (answered(403, 50001), Next.ONWARD),
        (answered(403, 50013), Next.ONWARD),
        (answered(429, 20016), Next.ONWARD),
        (answered(400, 50083), Next.ONWARD),
        (answered(413, 40005), Next.SMALLER),
        (answered(413), Next.SMALLER),
        (answered(404, 10003), Next.GONE),
        (answered(404, 10004), Next.GONE),
        (answered(404, 10008), Next.GONE),
        (answered(403, 50007), Next.QUIET),
        (answered(400, 200000), Next.QUIET),
        (answered(400, 50035), Next.REFUSED),
        (answered(403, 0), Next.REFUSED),
    ],
)
def test_what_follows(error: Exception, follows: Next):
    assert after(error) is follows


@pytest.mark.parametrize(("code", "about"), [(50027, True), (10015, True), (10008, False)])
def test_what_is_about_the_token(code: int, about: bool):
    assert is_about_the_token(answered(401, code)) is about
    assert not is_about_the_token(TimeoutError())
