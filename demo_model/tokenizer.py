"""Builds the CLIP tokenizer: one token for each known word, characters for all others."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from transformers import CLIPTokenizer

from demo_model.vocabulary import words

BEGIN, END = "<|startoftext|>", "<|endoftext|>"
_LENGTH = 77  # as every CLIP has; tools that cut prompts into chunks count on it


def _byte_characters() -> list[str]:
    """The 256 printable characters that stand for bytes in CLIP's vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    characters = {byte: chr(byte) for byte in printable}
    spare = 256
    for byte in range(256):
        if byte not in characters:
            characters[byte] = chr(spare)
            spare += 1
    return [characters[byte] for byte in range(256)]


def _pieces(word: str, ranks: dict[tuple[str, str], int]) -> list[str]:
    """What byte pair encoding makes of a word with the merges so far."""
    parts = [*word[:-1], word[-1] + "</w>"]
    while len(parts) > 1:
        pairs = list(pairwise(parts))
        best = min(pairs, key=lambda pair: ranks.get(pair, len(ranks)))
        if best not in ranks:
            break
        at = pairs.index(best)
        parts[at : at + 2] = ["".join(best)]
    return parts


def merges() -> list[tuple[str, str]]:
    """Merges that make each known word one token.

    A word's merges are added after those of the words before it, joining what those leave of it, so
    they can't break up an earlier word: its own merges always come first.
    """
    ranks: dict[tuple[str, str], int] = {}
    for word in words():
        parts = _pieces(word, ranks)
        while len(parts) > 1:
            ranks[parts[0], parts[1]] = len(ranks)
            parts[:2] = [parts[0] + parts[1]]
    return list(ranks)


def write_files(folder: Path) -> None:
    """Writes vocab.json, merges.txt and tokenizer_config.json, what `CLIPTokenizer` loads."""
    folder.mkdir(parents=True, exist_ok=True)
    characters = _byte_characters()
    tokens = [*characters, *(character + "</w>" for character in characters)]
    tokens += ["".join(pair) for pair in merges()]
    vocabulary = {token: number for number, token in enumerate([*tokens, BEGIN, END])}
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges())]
    config = {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": _LENGTH,
        "bos_token": BEGIN,
        "eos_token": END,
        "pad_token": END,
        "unk_token": END,
        "do_lower_case": True,
    }
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2), "utf-8")


def token_id(tokenizer: CLIPTokenizer, token: str) -> int:
    """The id of one token."""
    number = tokenizer.convert_tokens_to_ids(token)
    assert isinstance(number, int)
    return number


def new_tokenizer(folder: Path) -> CLIPTokenizer:
    """The tokenizer, by way of its files in `folder`."""
    write_files(folder)
    return CLIPTokenizer.from_pretrained(folder)
