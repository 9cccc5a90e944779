"""Cases to look at: a host's settings, and what its device, hub and files are said to be."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.doctor import Case
from bot.doctor._views import Devices, Files, Hub
from bot.settings import Settings

Known = Devices | Hub | Files | dict[str, str]
_NAMES = {Devices: "devices", Hub: "hub", Files: "files", dict: "unserved"}
MakeCase = Callable[..., Case]


class KnownCase(Case):
    """One whose answers are given: nobody is asked."""

    def __init__(self, settings: Settings, problems: tuple[str, ...], *known: Known) -> None:
        super().__init__(settings, problems)
        self.known: dict[str, Any] = {_NAMES[type(each)]: each for each in known}

    @property
    def lacking(self) -> list[str]:  # pyright: ignore[reportIncompatibleVariableOverride]
        devices = self.known.get("devices")
        return list(devices.lacking) if isinstance(devices, Devices) else []

    async def _once(self, name: str, find_out: Any) -> Any:
        return self.known[name]


@pytest.fixture
def make_case(tmp_path: Path) -> MakeCase:
    """Makes a case of what is known, with settings by their fields."""

    def make(
        *known: Known,
        problems: tuple[str, ...] = (),
        mistakes: Mapping[str, tuple[str, str]] | None = None,
        **fields: Any,
    ) -> Case:
        for name in ("discord_token", "hf_token"):
            if name in fields:
                fields[name] = SecretStr(fields[name])
        settings = Settings.model_construct(
            **{**_defaults(), "data_dir": tmp_path / "data", **fields}
        )
        case = KnownCase(settings, problems, *known)
        case.known["mistakes"] = mistakes or {}
        return case

    return make


def _defaults() -> dict[str, Any]:
    return {name: field.default for name, field in Settings.model_fields.items()}
