"""How far a pipeline reads a prompt: each of its tokenizers drops what is beyond a length.

Compel drops nothing, and neither is anything said of a tokenizer that can't tell where in the text
a token stands.
"""

import inspect
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from transformers import CLIPTokenizer, PreTrainedTokenizerFast

from generation.catalog import ModelSpec
from generation.prompts import accepted
from generation.request import GenerationRequest
from generation.worker.loaded import LoadedModel
from generation.worker.paint import extra_arguments

log = logging.getLogger(__name__)

# What the pipelines call the length of all prompts that CLIP does not read.
_LENGTH = "max_sequence_length"

_SUFFIXES = ("", "_2", "_3", "_4")

# Where nobody said how many tokens it takes, a tokenizer names a number of 30 digits.
_ENDLESS = 2**16

_MOST_QUOTED = 60  # characters
# A longer word is rather one of a script without spaces.
_LONGEST_WORD = 20  # characters


class _Read(NamedTuple):
    """What an encoder gets to see of a text."""

    end: int  # the first character of it that is left out
    tokens: int  # how many it takes at most, its own marks included


def remarks(model: LoadedModel, spec: ModelSpec, request: GenerationRequest) -> Sequence[str]:
    """A sentence for each prompt of which no encoder reads all."""
    if model.encoder is not None:
        return ()
    texts = {"prompt": request.prompt}
    above = spec.negative_prompt_above
    if request.negative_prompt and above is not None and request.guidance_scale > above:
        texts["negative prompt"] = request.negative_prompt
    try:
        readers = _readers(model.pipeline, extra_arguments(spec, request))
        said = [_remark(readers, spec, name, text) for name, text in texts.items()]
    except Exception as error:
        # The picture is there, and an entry may name any pipeline with any tokenizer. Not with
        # what the error says: it may quote the prompt.
        log.error("%s: how far it reads can't be told (%s)", spec.name, type(error).__name__)
        return ()
    return tuple(filter(None, said))


def _remark(readers: Sequence[tuple[Any, int]], spec: ModelSpec, name: str, typed: str) -> str:
    """What is to be said of one prompt; nothing where one of the readers reads it to its end."""
    text = accepted(typed).plain
    reads = [_read(tokenizer, length, text) for tokenizer, length in readers]
    furthest = max(reads, default=None, key=lambda read: read.end)
    if furthest is None or furthest.end == len(text):
        return ""
    return (
        f"{spec.title} reads about {furthest.tokens} tokens of a {name}:"
        f" from “{_quoted(text, furthest.end)}” on it was left out."
    )


def _readers(pipeline: Any, arguments: Mapping[str, Any]) -> Sequence[tuple[Any, int]]:
    """The tokenizers whose tokens are encoded, and how many the pipeline takes of each.

    Empty where one of them can't tell what it leaves out.
    """
    found = []
    for suffix in _SUFFIXES:
        tokenizer = getattr(pipeline, f"tokenizer{suffix}", None)
        if tokenizer is None or getattr(pipeline, f"text_encoder{suffix}", None) is None:
            continue  # an entry may leave either out
        if not isinstance(tokenizer, PreTrainedTokenizerFast):
            return ()
        found.append((tokenizer, _length(pipeline, tokenizer, arguments)))
    return found


def _length(pipeline: Any, tokenizer: Any, arguments: Mapping[str, Any]) -> int:
    length = min(tokenizer.model_max_length, _ENDLESS)
    parameter = inspect.signature(type(pipeline).__call__).parameters.get(_LENGTH)
    if parameter is None or isinstance(tokenizer, CLIPTokenizer):
        return length
    return arguments.get(_LENGTH) or parameter.default or length


def _read(tokenizer: Any, length: int, text: str) -> _Read:
    """How far a tokenizer reads a text of which it may take so many tokens."""
    whole = _as_said(tokenizer, text)
    end = _end(tokenizer, whole, truncation=True, max_length=length)
    begin = whole.find(text)
    # Not compared with the text's end: some take no notice of what stands there.
    if begin < 0 or end >= _end(tokenizer, whole, verbose=False):
        return _Read(len(text), length)
    return _Read(min(max(end - begin, 0), len(text)), length)


def _as_said(tokenizer: Any, text: str) -> str:
    """The text as the encoder is given it: to those that chat it is said by a user."""
    if isinstance(tokenizer, CLIPTokenizer) or not tokenizer.chat_template:
        return text
    said = [{"role": "user", "content": text}]
    return tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)


def _end(tokenizer: Any, text: str, **options: Any) -> int:
    """Where in the text its last token ends."""
    places = tokenizer(text, return_offsets_mapping=True, **options)["offset_mapping"]
    return max((end for _, end in places), default=0)


def _quoted(text: str, begin: int) -> str:
    """The words from there on, the one that it stands in the middle of included."""
    word = text.rfind(" ", 0, begin) + 1
    if text[begin - 1 : begin + 1].isalnum() and begin - word <= _LONGEST_WORD:
        begin = word
    left = text[begin:].strip()
    left = left.lstrip(" ,.;:") or left
    if len(left) <= _MOST_QUOTED:
        return left
    # Without the word that only begins in here, unless it is all there is.
    shown = left[:_MOST_QUOTED].rsplit(" ", 1)[0]
    return f"{shown.rstrip(' ,.;:')}…"
