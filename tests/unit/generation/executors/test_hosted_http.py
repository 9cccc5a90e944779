"""No call of huggingface_hub waits for ever, whatever limits it asks with."""

import httpx2
import pytest
from huggingface_hub.errors import InferenceTimeoutError

from generation.executors.base import FailureKind
from generation.executors.hosted._errors import diagnose
from generation.executors.hosted._http import bound_calls

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_call_without_a_limit_gets_one_in_each_phase() -> None:
    from huggingface_hub.utils import get_session

    bound_calls()
    seen: list[dict[str, float | None]] = []
    session = get_session()
    session.event_hooks["request"].append(
        lambda request: seen.append(request.extensions["timeout"])
    )
    with pytest.raises(httpx2.ConnectError):
        session.get("http://127.0.0.1:9/", timeout=None)
    with pytest.raises(httpx2.ConnectError):
        session.get("http://127.0.0.1:9/", timeout=3)
    assert seen == [
        {"connect": 10, "read": 30, "write": 30, "pool": 30},
        {"connect": 3, "read": 3, "write": 3, "pool": 3},
    ]
    bound_calls()  # a session without the test's ear


async def test_a_connection_that_is_not_made_in_time_is_one_that_is_not_made() -> None:
    error = InferenceTimeoutError("Inference call timed out")
    assert diagnose(error).kind is FailureKind.TIMED_OUT
    error.__cause__ = httpx2.ConnectTimeout("no answer")
    assert diagnose(error).kind is FailureKind.BUSY
    assert diagnose(httpx2.ConnectTimeout("of the hub")) is diagnose(error)
