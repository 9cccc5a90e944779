"""Letters of other alphabets that look like Latin ones, as Unicode's table of confusables has them.

Only what is one letter for one letter, of alphabets that people type with; what else is typed for
one is added by hand. Whatever is a Latin letter in another dress (full width, bold, circled, with
accents) is not here: normalization takes that off. Nor has every Latin letter that is turned or has
a stroke to be, nor a Cyrillic or Greek one with a descender: their names tell of which they are. Of
the packages that carry the whole table the best, confusable-homoglyphs, tells whether a text is
confusable rather than folding it, reads a megabyte of JSON for that, and had no release since 2024.
"""

import re
import unicodedata
from functools import lru_cache

_BY_LETTER = {
    "a": "ɐɑαаᎪᗅᴀ₳ⱥꓮ𐊠𖽀λꓥꓯᎯᗩ",
    "b": "ƀƅɓʙβвьᏏᏴᑲᖯᗷꓐꞵ𐊂𐊡𐌁฿₿ხ",
    "c": "¢ƈȼсᏟᴄ₵ⲥꓚꞓ𐊢𐌂𐐽𐔜𑣲ᑕᄃ",
    "d": "đɗԁδᎠᏧᑯᗞᗪᴅꓒꓓð₫",
    "e": "ǝɇəɛεеёєҽᎬᴇⴹꓰꬲ𐊆𑣆𑣎ɘᗴᙓ",
    "f": "ƒɟϝքᖴẝꓝꜰꞙꬵ𐊇𐊥𐔥𑣂ғ₣",
    "g": "ƍɡɢԍցᏀᏳᵹᶃ₲ꓖᎶ",
    "h": "ħʜнһհᎻᏂᕼⲏꓧ𐋏ђћիᏥ",
    "i": "ıɨɪᎥꙇ",
    "j": "ɉʝϳјᎫᒍᴊꓙ",
    "k": "ƙʞκкᏦᛕᴋ₭ⲕꓗ𐔘ĸ",
    "l": "£ŀłǀɫʟᏞᒪᛁⲓⳑⵏꓡꓲ𐊊𐌉𐌠𐑃𐔦𑣒𖼖𖼨լ",
    "m": "μϻмᎷᗰᛖᴍⲙꓟ𐊰𐌑",
    "n": "ŋƞɲɳпɴոռ₦ⲛꓠ𐔓Ꮑᑎղη",
    "o": "øɵοσоօଠᴏᴑⲟⵔ〇ꓳꬽ𐊒𐊫𐐬𐓪𐔖𑣈𑣕𑣗ჿഠဝዐ",
    "p": "ρрקᏢᑭᴘⲣꓑ𐊕₱þ",
    "q": "ԛգզⵕᑫ",
    "r": "ɍɹʀгᎡᎱᏒᖇᴦⲅꓣꭇꭈ𐓜𖼵",
    "s": "ƨƽʂѕտᏕᏚꓢꜱ𐊖𐑈𑣁𖼺ᔕ",
    "t": "ŧƭʇτтᎢᴛ₮ⲧꓔ𐊗𐊱𐌕𖼊ե",
    "u": "ʉʋսᑌᴜꓴꞟꭎꭒ𐓶𑣘𖽂ሀ",
    "v": "ʌνѵᏙᐯᴠⴸꓦꛟ𐔝𑜆𑣀𖼈",
    "w": "ɯѡԝաᎳᏔᴡꓪ𑜊𑜎𑜏𑣯₩ᗯ",
    "x": "χхᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐌢𐔧𑣬",
    "y": "¥ƴɏɣʎʏγυуүᎩᎽᶌỿⲩꓬꭚ𐊲𑣜𖽃ყ",
    "z": "ƶʑζᏃᴢꓜ𐋵𑣄𑣉ᘔ",
    # Either an i or an l: read as the digit that may be both.
    "1": "ɩιіӏ𑣃",
}

# What may be one of several Latin letters (υ and Υ have one spelling in lower case, and look like a
# u and a Y), or is taken for one among Latin letters alone. Real words of other alphabets have them
# too: there it is the letter above, or none.
_OPEN_BY_LETTER = {
    "a": "δλʌдค卂",
    "b": "бъ乃",
    "c": "σɔҁ匚",
    "d": "δ",
    "e": "ξσзэ乇",
    "f": "千",
    "h": "ηч卄",
    "i": "เ丨",
    "j": "フן",
    "k": "ж",
    "l": "λ丨ㄥ",
    "m": "μ爪",
    "n": "ηνπилהกภ几",
    "o": "θσφωɔфס口ㄖ",
    "p": "ק卩",
    "r": "γя尺",
    "s": "σзร丂",
    "t": "七ㄒ",
    "u": "μυицשยㄩ",
    "v": "νʌ",
    "w": "ψωшщשฬ山",
    "x": "жא乂",
    "y": "γυчץㄚ",
    "z": "з乙",
}
#: Letters that say nothing of their own, and in these scripts no more than "again" or "longer".
LENGTHS = "々〱〲〳〴〵〻ゝゞーヽヾๆໆៗ"

#: The Latin letter that each of them looks like.
LOOK_ALIKES = {other: latin for latin, others in _BY_LETTER.items() for other in others}
# Letters in black circles and squares, and those of flags, which normalization leaves as they are.
for _first in (0x1F150, 0x1F170, 0x1F1E6):
    LOOK_ALIKES |= {chr(_first + number): chr(ord("a") + number) for number in range(26)}
#: What may be several of them among others, and which.
OPEN: dict[str, str] = {}
for _latin, _others in _OPEN_BY_LETTER.items():
    for _other in _others:
        _known = OPEN.get(_other, LOOK_ALIKES.get(_other, ""))
        OPEN[_other] = _known if _latin in _known else _known + _latin

# LATIN SMALL LETTER REVERSED E, LATIN LETTER SMALL CAPITAL N, LATIN SMALL LETTER K WITH STROKE
_LATIN_NAME = re.compile(r"LATIN (?:SMALL |CAPITAL )?LETTER (?:[A-Z]+ )*([A-Z])(?: WITH .*)?")


@lru_cache(maxsize=4096)
def latin_for(character: str) -> str:
    """The Latin letter that it looks like, in lower case; itself where it is like none."""
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    name = unicodedata.name(character, "")
    if found := _LATIN_NAME.fullmatch(name):
        return found[1].lower()
    letter, with_more, _ = name.partition(" WITH ")
    if with_more and letter.startswith(("CYRILLIC", "GREEK")):
        try:
            letter = unicodedata.lookup(letter)
        except KeyError:  # of a few the letter alone is none
            return character
        return LOOK_ALIKES.get(letter, character)
    return character
