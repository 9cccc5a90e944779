"""Ages below 18, and girls and boys who are told to be small or young: what no list can hold.

A number beside a girl is mostly none of years: 3 candles, 17 inches, 10/10, the second of a series.
It counts before the end of what is said, and before words that go on about her.
"""

import re

from generation.words.folding import Folded, fold
from generation.words.look_alikes import OPEN

_WHO = r"(?:girl|boy|daughter|son|sister|brother|lass|lad)s?"
_PERSON = "model|woman|man|lady"
_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
_GAP = r"[\W_]{0,3}"
_NAMES = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen"
)
# Digits below 18 or their words; of 30, 118, 17.5 million and twenty-five none.
_DIGITS = r"(?<![\d.,/#])(?<!\d:)(?:0?\d|1[0-7])(?!\d)"
_NAMED = rf"(?<!ty[\W_])(?<!ty and )(?<!dred )(?<!dred and )(?<!sand and )\b(?:{_NAMES})\b"
_NUMBER = rf"(?:{_DIGITS}|{_NAMED})"
_YEARS = r"(?:years?|yrs?|y)"
_OLD = rf"(?:[o0][l1i]d(?:s|er)?|o|of{_GAP}age|young)(?:\b|(?={_WHO}\b))"  # 12yearoldgirl

# After a number that is an age: the end, the end of what is said, or more about whoever is so old.
_STOP = r"(?=[\W_]*$|[\W_]{0,2}[,;.!?)\]}\n|](?![\d,])(?![.,]\d))"
_YEARS_NEXT = rf"(?=[\W_]{{0,2}}{_YEARS}\b)"
_GOES_ON = (
    r"(?=[\W_]{1,3}(?:wearing|posing|naked|nude|topless|sexy|undress\w{0,5}|lying|laying|sitting"
    r"|standing|kneeling|with|having|who|and|years?|yrs?|yo)\b)"
)
_AGE_NEXT = rf"(?:{_STOP}|{_YEARS_NEXT}|{_GOES_ON})"
_LATER = (
    rf"(?:(?:[89]|1[0-7])(?!\d)|\b(?!one\b|two\b|three\b)(?:{_NAMES})\b)(?:[-–](?:[89]|1\d)(?!\d))?"
)
_TEENS = r"(?<![\d.,/#])(?<!\d:)(?:[89]|1[0-7])"
_ONLY = r"(?:(?:only|just|about|around|almost|barely|turning)[ ]{1,3})?"
# What somebody looks like; not what they look at.
_LOOKS = (
    r"(?:looks?|looked|looking|seem(?:s|ed|ing)?|appear(?:s|ed|ing)?|pass(?:es|ed|ing)?[ ]for)\b"
    r"(?:[ ]{1,3}(?:like|as|if|for|to|be|a|no|older|than)\b){0,4}"
)
# What is told of a girl who is 12 years; not: 12 years later a girl.
_TOLD = (
    r"(?:(?!(?:later|ago|after|before|since|of|in|for|war|and|with|an?|the)\b)"
    r"[^\W_]{1,12}[\W_]{1,2}){0,2}"
)
# As in: a girl, 12 mm lens.
_UNIT = (
    r"[\W_]{0,3}(?:%|[:x×]|(?:mm|cm|m|px|k|fps|bit|mb|gb|points?|steps?|colou?rs?|inch|inches|feet"
    r"|ft|lights?|lamps?|candles?|seconds?|minutes?|hours?)\b)"
)
# First grade leather and grade 5 titanium are no classes of a school, a teacher is in none.
_NO_CLASS = (
    r"(?!(?:[\W_]{1,3}[^\W_]{1,12})?[\W_]{1,3}(?:quality|materials?|leather|suede|silk|wool|cotton"
    r"|latex|titanium|steel|iron|metal|alloy|gold|silver|diamonds?|gems?|jade|marble|wood|lumber"
    r"|oak|paper|beef|wagyu|meat|tea|coffee|routes?|climbs?|climbing|teachers?)\b)"
)
_FOREIGN_YEARS = "|".join(
    fold(years).text for years in ("ans", "años", "anos", "anni", "лет", "года")
)
# Where an age can begin: asked first, since in a text nearly no place is one.
_BEGINS = (
    rf"(?=[\d<一二三四五六七八九十]|\b(?:{_NAMES}|{_ORDINALS}|{_WHO}|{_PERSON}|(?:fe)?male|s?he|who"
    r"|age|at|under|below|younger|less|not|nearly|almost|look|seem|appear|pass|no|in))"
)
_AGE = re.compile(
    rf"{_BEGINS}(?:"
    rf"{_NUMBER}(?:[.,]\d)?(?:(?:[ ]?[-–][ ]?|[ ]to[ ])\d\d?)?{_GAP}{_YEARS}{_GAP}{_OLD}"
    rf"|{_NUMBER}{_GAP}(?:months?|weeks?){_GAP}{_OLD}"
    # 16yr, 16y; but 10 yr anniversary and the 5 y of a formula
    rf"|(?:{_NUMBER}-?yrs?|{_TEENS}-?y|{_TEENS}[ ]yrs?){_AGE_NEXT}"
    rf"|{_NUMBER}{_GAP}{_YEARS}[\W_]{{1,3}}{_TOLD}(?:{_WHO}|(?:fe)?males?)\b"
    # aged 12, at the age of twelve; but no Dragon Age 2, and no age of seven kingdoms
    rf"|(?<!ice )(?<!new )(?<!iron )(?<!space )(?<!stone )(?<!dragon )(?<!bronze )"
    rf"\bage[ds]?{_GAP}(?:is{_GAP})?{_NUMBER}(?!{_UNIT})(?!\.\d)"
    rf"|\bat[\W_]{{1,3}}(?:the[\W_]{{1,3}})?age[\W_]{{1,3}}of[\W_]{{1,3}}{_NUMBER}\b"
    rf"|\bages?[\W_]{{1,3}}of[\W_]{{1,3}}{_NUMBER}{_AGE_NEXT}"
    rf"|\b(?:under|below|younger{_GAP}than|less{_GAP}than|not{_GAP}yet|nearly|almost){_GAP}"
    rf"(?:the[\W_]{{1,3}}age[\W_]{{1,3}}of[\W_]{{1,3}}|age{_GAP})?"
    rf"(?:(?:18|eighteen)\b(?!{_UNIT})(?!\.\d)|{_NUMBER}(?:{_STOP}|{_YEARS_NEXT}))"
    # a girl, 12; a girl of twelve; a girl 12; but girl 1 and girl 2
    rf"|\b(?:{_WHO}|(?:fe)?males?)(?:[\W_]{{0,2}}(?:[,;(\[\n\-–—]|(?<!:):[ ])[\W_]{{0,2}}){_ONLY}"
    rf"(?:{_DIGITS}(?:{_STOP}|{_YEARS_NEXT})|(?<!\d){_LATER}{_AGE_NEXT})"
    rf"|\b{_WHO}[\W_]{{1,3}}of[\W_]{{1,3}}{_NUMBER}{_AGE_NEXT}"
    rf"|\b{_WHO}[ _]{{1,3}}{_ONLY}(?:(?:0?[4-7](?!\d)){_STOP}"
    rf"|(?<!\d){_LATER}(?:{_AGE_NEXT}|(?=[ ](?:in|on|at)\b)))"
    # a girl who is 12, she's only twelve
    rf"|\b(?:{_WHO}|she|he|who|{_PERSON})[\W_]{{1,3}}"
    rf"(?:(?:who|that|which)[\W_]{{1,3}})?"
    rf"(?:is|was|are|were|s|turns|turned|turning|{_LOOKS})[\W_]{{1,3}}{_ONLY}{_NUMBER}{_AGE_NEXT}"
    rf"|\b(?:{_LOOKS}|no[ ]older[ ]than)[ ]{{1,3}}{_ONLY}{_LATER}{_AGE_NEXT}"
    rf"|\bs?he[ ]{{1,3}}{_ONLY}{_NUMBER}{_AGE_NEXT}"
    r"|<[ ]?18\b"
    # sixth grader, 7th graders, in the 6th grade, in grade 6
    rf"|\b(?:{_ORDINALS}"
    rf"|1?\d(?:st|nd|rd|th)){_GAP}(?:graders?\b|grade(?:\b|(?={_WHO}\b)){_NO_CLASS})"
    rf"|\bin[\W_]{{1,3}}(?:the[\W_]{{1,3}})?grade[\W_]{{1,3}}{_NUMBER}(?!{_UNIT}){_NO_CLASS}"
    # other languages, as folding has them
    rf"|{_DIGITS}{_GAP}(?:歳|才|岁|歲|살|세|jahrige[rnsm]?\b|jahre?{_GAP}alt|(?:{_FOREIGN_YEARS})\b)"
    r"|(?<![一二三四五六七八九十百])(?:十[一二三四五六七]?|[一二三四五六七八九])(?:歳|才|岁|歲)"
    r")"
)

# Between "little" and "girl" these tell about something else: a girl in a tiny red bikini is none.
_ELSE = (
    r"and|or|with|of|in|on|at|by|to|near|for|from|the|a|an|is|bikini|bra|breast|breasts|boobs|tits"
    r"|chest|waist|dress|skirt|shorts|top|nose|town|village|city|house|island|business|bit|man|men"
    r"|woman|women|adult|adults|lady|mother|father"
)
_SMALL = re.compile(
    rf"\b(?:litt[l1i]e|small|tiny|young|li[l1]|smol)"
    rf"(?:,|[\s_]{{1,3}}and)?(?:[\s_(\[{{-]{{1,3}}(?!(?:{_ELSE})\b)[^\W_]{{1,20}}){{0,2}}"
    r"[\s_\-()\[\]{}+]{1,4}(?:girl|boy|daughter|son)s?\b"
)

# A minor, who is no key in music and of no minor importance.
_MINOR = re.compile(
    r"(?:\b(?:nude|naked|sexy|topless|lewd|horny|undressed|unclothed|erotic)[ _-]{1,3}"
    r"|(?<!key )\b(?:with|of|by|to|on|raping|molesting|undress\w{0,3}|strip\w{0,4})"
    r"[ ]{1,3}a[ ]{1,3}"
    r"|\b(?=minor[ ]{1,3}(?:girl|boy|nude|naked)\b))"
    rf"minor(?:{_STOP}|{_GOES_ON}|(?=[ ]{{1,3}}(?:girl|boy|is|in|on|at)\b))"
)

# What is so many years old and no person.
_DRINK = (
    r"(?:whiske?y|scotch|bourbon|brandy|cognac|rum|wine|port|malt|cheese|gouda|parmesan|vinegar)s?"
)
_THING = (
    rf"(?:{_DRINK}|(?:bottle|cask|barrel|car|truck|van|motorcycle|motorbike|bike|bicycle|boat|ship"
    r"|house|building|castle|tree|oak|bonsai|laptop|computer|guitar|piano|dog|cat|horse|puppy"
    r"|kitten|parrot)s?)"
)
_OF_A_THING = re.compile(
    rf"(?:{_GAP}{_YEARS}{_GAP}{_OLD})?[ -]"
    rf"(?:(?:single|vintage|used|rusty|red|white|blended|sports|battered) ){{0,2}}{_THING}\b"
    r"(?![\W_]{0,3}(?:girl|boy|woman|man|ear|eared|ears|child|kid|(?:fe)?male|person|model)s?\b)"
)
_IN_A_CASK = re.compile(r" (?:years? )?in (?:an? )?(?:\w{1,10} )?(?:oak|casks?|barrels?)\b")
_DRINK_BEFORE = re.compile(rf"\b{_DRINK} $")

# What disguises a word that is looked for here.
_SPACED_OUT = re.compile(r"(?<![^\W_])[^\W\d_](?:[\W_]{1,2}[^\W\d_](?![^\W_])){2,}")  # y e a r s
_AMONG_LETTERS = re.compile(r"(?<=[^\W\d_])[0134578@$!|+€](?=[^\W\d_])")  # ye4r
_LETTERS = str.maketrans("0134578@$!|+€", "oieastbasiite")
_OPEN = [  # twelνe, υnder: one way and the other
    str.maketrans({other: letters[place] for other, letters in OPEN.items()}) for place in (0, -1)
]


def is_young(folded: Folded) -> bool:
    """Whether a text has an age below 18, or a girl or boy who is told to be small or young."""
    texts = {folded.text: None}
    if not folded.text.isascii():
        texts |= dict.fromkeys(folded.text.translate(letters) for letters in _OPEN)
    texts |= dict.fromkeys([_undisguised(text) for text in texts])
    return any(_is_young(text) for text in texts)


def _undisguised(text: str) -> str:
    plain = _AMONG_LETTERS.sub(lambda found: found[0].translate(_LETTERS), text)
    return _SPACED_OUT.sub(lambda found: re.sub(r"[\W_]", "", found[0]), plain)


def _is_young(text: str) -> bool:
    if _SMALL.search(text) or _MINOR.search(text):
        return True
    return any(not _is_of_a_thing(text, found) for found in _AGE.finditer(text))


def _is_of_a_thing(text: str, found: re.Match[str]) -> bool:
    """A 12 year old whisky, a whisky aged 12 years."""
    after, before = found.end(), text[max(0, found.start() - 20) : found.start()]
    if _OF_A_THING.match(text, after) or _IN_A_CASK.match(text, after):
        return True
    is_aged = found[0].startswith("age") and text.startswith(" year", after)
    return is_aged and _DRINK_BEFORE.search(before) is not None
