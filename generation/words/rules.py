"""Whether a request may be asked for, by its words: the one place that decides it.

Three rules, each refusing by its own name and never by the word: Easel's own, which holds for
everybody, the host's command line too; the host's list, for all members; the guild's list, for what
is asked for there. The prompt is read as it was typed, and as the model reads it, without marks.

A negative prompt is not looked at: who does not want to see something has to name it, and “nsfw,
child” keeps away what Easel's own rule forbids. Where parts of one are weighed below 0 it asks for
what it names, and is read as a prompt.

Easel's own rule, which is about what comes together, reads all texts of a request that ask for
something as one: a child in the prompt, and naked in such a negative one. Lists know single words
and phrases. No text goes on in the next, so for them each is read for itself.

A request is checked when it is asked for and when it is put in line: what was found of the last few
is remembered, by the lists as they were.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from generation.errors import RequestRefused
from generation.limits.layers import Asker
from generation.prompts import accepted
from generation.request import GenerationRequest
from generation.words import minors
from generation.words.folding import Folded, fold
from generation.words.guilds import GuildWords
from generation.words.matching import WordList

log = logging.getLogger(__name__)

_FIELDS = ("prompt", "negative_prompt")
#: Requests of which it is remembered whether they may be made.
REMEMBERED = 32


class _Found(NamedTuple):
    """What refuses a request: the option, and the rule as the log and the member read it."""

    field: str
    rule: str
    limit: str
    remedy: str


#: The texts, the guild's list, and whether a member asks.
_Asked = tuple[bytes, WordList | None, bool]


class Words:
    """The lists of a host and its guilds, and the rule that nothing lifts."""

    def __init__(self, host: WordList | None = None, guilds: GuildWords | None = None) -> None:
        """Without lists, Easel's own rule holds."""
        self._host = host or WordList()
        self._guilds = guilds
        self._found: OrderedDict[_Asked, _Found | None] = OrderedDict()

    def check(self, request: GenerationRequest, asker: Asker | None) -> None:
        """Refuse what may not be asked for; `asker` is None for whoever sits at the host.

        Raises RequestRefused. What was typed is neither told nor logged.
        """
        texts = _texts(request)
        guild = self._list_of(asker.guild_id) if asker else None
        # By their hash, so that nobody's words stay here; a list that was changed is another one.
        asked = (sha256(repr(texts).encode()).digest(), guild, asker is not None)
        if asked not in self._found:
            self._found[asked] = self._look(texts, guild, by_member=asker is not None)
            if len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
        self._found.move_to_end(asked)
        if found := self._found[asked]:
            if asker is not None:
                log.info("Refused a request of user %s by %s", asker.user_id, found.rule)
            raise RequestRefused(found.field, found.limit, found.remedy)

    def _look(
        self, texts: list[tuple[str, str]], guild: WordList | None, *, by_member: bool
    ) -> _Found | None:
        """What refuses it."""
        asked = [
            (field, tuple(_readings(text)))
            for field, text in texts
            if field == "prompt" or _is_turned_around(text)
        ]
        if minors.is_refused(*(reading for _, readings in asked for reading in readings)):
            alone = (field for field, readings in asked if minors.is_refused(*readings))
            return _Found(next(alone, "prompt"), *_OWN)
        if not by_member:
            return None
        for field, readings in asked:
            if any(self._host.is_in(reading) for reading in readings):
                return _Found(field, *_HOSTS)
            if guild and any(guild.is_in(reading) for reading in readings):
                return _Found(field, *_GUILDS)
        return None

    def are_listed(self, text: str, guild_id: int | None) -> bool:
        """Whether a list that holds there refuses a text, of which a request may still be made."""
        guild = self._list_of(guild_id)
        return any(
            self._host.is_in(reading) or (guild is not None and guild.is_in(reading))
            for reading in _readings(text)
        )

    def _list_of(self, guild_id: int | None) -> WordList | None:
        return self._guilds.list_of(guild_id) if self._guilds else None


def _texts(request: GenerationRequest) -> list[tuple[str, str]]:
    """What somebody typed, by option; of several pictures that are one job, each text once."""
    requests = (request, *(part.request for part in request.parts))
    found = {(field, getattr(each, field)): None for each in requests for field in _FIELDS}
    return [(field, text) for field, text in found if text]


def _readings(text: str) -> Iterator[Folded]:
    """The text as it was typed, and as it is read."""
    yield fold(text)
    plain = accepted(text).plain
    if plain != text:
        yield fold(plain)


def _is_turned_around(negative_prompt: str) -> bool:
    return any(part.share < 0 for part in accepted(negative_prompt).parts)


# The rule as the log names it, what the member reads of it, and what they can do.
_OWN = (
    "Easel's own rule",
    "Easel's own rule refuses it: nothing sexual with minors, here or anywhere.",
    "Ask for something else. Words for both anywhere in one request are refused, however meant.",
)
_HOSTS = (
    "the host's list",
    "This host's list of words refuses it.",
    "Say it in other words. If it was taken for something else, tell the host.",
)
_GUILDS = (
    "the guild's list",
    "This guild's list of words refuses it.",
    "Say it in other words. If it was taken for something else, tell the guild's admins.",
)
