"""A CLIP tokenizer of single characters."""

import json
from pathlib import Path

BEGIN, END = "<|startoftext|>", "<|endoftext|>"


def byte_characters() -> list[str]:
    """The characters that stand for the 256 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = 256 - len(printable)
    return [chr(code) for code in (*printable, *range(256, 256 + others))]


def write_tokenizer(folder: Path, pad: str = END) -> int:
    """Write what `CLIPTokenizer` loads; return how many tokens it has."""
    folder.mkdir(parents=True, exist_ok=True)
    characters = byte_characters()
    tokens = [*characters, *(character + "</w>" for character in characters), BEGIN, END]
    config = {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": 77,
        "bos_token": BEGIN,
        "eos_token": END,
        "unk_token": END,
        "pad_token": pad,
    }
    vocabulary = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return len(tokens)
