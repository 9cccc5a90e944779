"""The form that asks what is wrong with a picture."""

import asyncio
from unittest import mock

import discord
import pytest
from discord.ui.view import ViewStore

from cogs.report import _form


async def test_one_that_is_not_sent_is_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_form, "_KEPT_S", 0.01)
    store = ViewStore(mock.Mock())
    message = mock.create_autospec(discord.Message, instance=True)
    for job_id in range(1, 4):
        store.add_view(_form.of(job_id, message))
    assert len(store._modals) == 3
    async with asyncio.timeout(5):
        while store._modals:
            await asyncio.sleep(0.01)
