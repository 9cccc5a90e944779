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
"""

import logging
from collections.abc import Iterator

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


class Words:
    """The lists of a host and its guilds, and the rule that nothing lifts."""

    def __init__(self, host: WordList | None = None, guilds: GuildWords | None = None) -> None:
        """Without lists, Easel's own rule holds."""
        self._host = host or WordList()
        self._guilds = guilds

    def check(self, request: GenerationRequest, asker: Asker | None) -> None:
        """Refuse what may not be asked for; `asker` is None for whoever sits at the host.

        Raises RequestRefused. What was typed is neither told nor logged.
        """
        asked = [
            (field, tuple(_readings(text)))
            for field, text in _texts(request)
            if field == "prompt" or _is_turned_around(text)
        ]
        if minors.is_refused(*(reading for _, readings in asked for reading in readings)):
            alone = (field for field, readings in asked if minors.is_refused(*readings))
            raise _refused(asker, next(alone, "prompt"), *_OWN)
        if asker is None:
            return
        guild = self._list_of(asker.guild_id)
        for field, readings in asked:
            if any(self._host.is_in(reading) for reading in readings):
                raise _refused(asker, field, *_HOSTS)
            if guild and any(guild.is_in(reading) for reading in readings):
                raise _refused(asker, field, *_GUILDS)

    def are_listed(self, text: str, guild_id: int | None) -> bool:
        """Whether a list that holds there refuses a text, of which a request may still be made."""
        guild = self._list_of(guild_id)
        return any(
            self._host.is_in(reading) or (guild is not None and guild.is_in(reading))
            for reading in _readings(text)
        )

    def _list_of(self, guild_id: int | None) -> WordList | None:
        return self._guilds.list_of(guild_id) if self._guilds else None


def _texts(request: GenerationRequest) -> Iterator[tuple[str, str]]:
    """What somebody typed, by option; of several pictures that are one job, each text once."""
    requests = (request, *(part.request for part in request.parts))
    found = {(field, getattr(each, field)): None for each in requests for field in _FIELDS}
    return ((field, text) for field, text in found if text)


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


def _refused(asker: Asker | None, field: str, rule: str, limit: str, remedy: str) -> RequestRefused:
    if asker is not None:
        log.info("Refused a request of user %s by %s", asker.user_id, rule)
    return RequestRefused(field, limit, remedy)
