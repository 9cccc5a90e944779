"""The limits of the imaging process, also where the system has none."""

import logging
import resource

import pytest

from generation.imaging import __main__ as imaging


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "generation.imaging")
    return caplog


def test_a_limit_is_set(monkeypatch: pytest.MonkeyPatch, said: pytest.LogCaptureFixture) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *call: calls.append(call))
    imaging._limit("RLIMIT_AS", 7)
    assert calls == [(resource.RLIMIT_AS, (7, 7))]
    assert said.messages == []


@pytest.mark.parametrize("error", [ValueError("current limit exceeds maximum limit"), OSError()])
def test_a_limit_that_is_refused_is_logged(
    monkeypatch: pytest.MonkeyPatch, said: pytest.LogCaptureFixture, error: Exception
) -> None:
    """As macOS refuses RLIMIT_AS."""

    def refuse(*call: object) -> None:
        raise error

    monkeypatch.setattr(resource, "setrlimit", refuse)
    imaging._limit("RLIMIT_AS", 7)
    assert said.messages == [f"RLIMIT_AS can't be set on this system: {error}"]


def test_a_limit_that_the_system_lacks_is_logged(
    monkeypatch: pytest.MonkeyPatch, said: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(resource, "RLIMIT_AS")
    imaging._limit("RLIMIT_AS", 7)
    assert said.messages[0].startswith("RLIMIT_AS can't be set")
