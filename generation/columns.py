"""Requests and origins as columns of the table `jobs`; `Job.from_row` reads them again."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from generation.job import Origin
from generation.loras import AskedLora
from generation.request import GenerationRequest


def of_request(request: GenerationRequest) -> dict[str, Any]:
    """A request's."""
    return {
        **request.model_dump(exclude={"loras", "image", "faces", "upscale", "parts"}),
        "loras": of_loras(request.loras),
        **{name: _object(getattr(request, name)) for name in ("image", "faces", "upscale")},
        # By these it is found what was made of a picture.
        "image_sha256": request.image.sha256 if request.image else None,
        "image_pixels": request.image.pixels if request.image else None,
        "plan": json.dumps([part.model_dump(mode="json") for part in request.parts]),
    }


def of_loras(loras: Sequence[AskedLora]) -> str:
    """That of a prompt's LoRAs."""
    return json.dumps([lora.model_dump() for lora in loras])


def of_origin(origin: Origin | None) -> dict[str, int | str | None]:
    """An origin's; none for a picture asked for on the command line."""
    if origin is None:
        return {}
    return {
        "user_id": origin.user_id,
        "guild_id": origin.guild_id,
        "channel_id": origin.channel_id,
        "interaction_id": origin.interaction_id,
        "message_id": origin.message_id,
        "application_id": origin.application_id,
        "interaction_token": origin.token,
        "file_limit": origin.file_limit,
        "private": origin.private,
    }


def _object(value: BaseModel | None) -> str | None:
    return None if value is None else value.model_dump_json()
