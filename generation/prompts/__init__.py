"""The language members write prompts in: flags, weights, blends, LoRAs.

`split_flags` takes `--seed 7` and the like out of what was typed, `parse` reads the rest, and
`accepted` reads it again once it was. All are pure: no model, no tokenizer, no I/O.
"""

from generation.prompts.aspect import Aspect
from generation.prompts.flags import Flags, split_flags
from generation.prompts.parser import accepted, parse
from generation.prompts.prompt import Fragment, Join, Lora, Part, Prompt, unweighted_note

__all__ = [
    "Aspect",
    "Flags",
    "Fragment",
    "Join",
    "Lora",
    "Part",
    "Prompt",
    "accepted",
    "parse",
    "split_flags",
    "unweighted_note",
]
