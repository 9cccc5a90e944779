"""Each of Discord's answers has one consequence."""

from unittest import mock

import aiohttp
import pytest

from bot.delivery._answers import Next, after, is_about_the_token, may_be_done

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
        (answered(404, 0), Next.REFUSED),
        (answered(401, 0), Next.LATER),
        (answered(403, 0), Next.LATER),
        (answered(403, 40333), Next.LATER),
        (answered(403, 40003), Next.LATER),
        (answered(403, 50005), Next.ONWARD),
        (answered(403, 40058), Next.ONWARD),
        (answered(403, 50024), Next.ONWARD),
        (answered(400, 200001), Next.QUIET),
        (answered(400, 240000), Next.QUIET),
    ],
)
def test_what_follows(error: Exception, follows: Next):
    assert after(error) is follows


@pytest.mark.parametrize("error", [answered(413), answered(413, 40005)])
def test_without_a_file_there_is_nothing_to_make_smaller(error: Exception):
    assert after(error, with_file=False) is Next.REFUSED


@pytest.mark.parametrize(
    ("error", "may_be"),
    [
        (answered(500), True),
        (answered(503), True),
        (TimeoutError(), True),
        (aiohttp.ServerDisconnectedError(), True),
        (ConnectionResetError(), True),
        (aiohttp.ClientConnectorError(mock.Mock(), OSError()), False),
        (answered(429), False),
        (answered(413, 40005), False),
    ],
)
def test_what_may_have_been_carried_out_all_the_same(error: Exception, may_be: bool):
    assert may_be_done(error) is may_be


@pytest.mark.parametrize(("code", "about"), [(50027, True), (10015, True), (10008, False)])
def test_what_is_about_the_token(code: int, about: bool):
    assert is_about_the_token(answered(401, code)) is about
    assert not is_about_the_token(TimeoutError())
