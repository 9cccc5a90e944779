"""Letters of other alphabets that look like Latin ones, as Unicode's table of confusables has them.

Only what is one letter for one letter, of alphabets that people type with; small capitals, letters
with strokes and letters turned upside down are added by hand. Whatever is a Latin letter in another
dress (full width, bold, circled, with accents) is not here: normalization takes that off. Of the
packages that carry the whole table the best, confusable-homoglyphs, tells whether a text is
confusable rather than folding it, reads a megabyte of JSON for that, and had no release since 2024.
"""

_BY_LETTER = {
    "a": "ɐɑαаᎪᗅᴀ₳ⱥꓮ𐊠𖽀",
    "b": "ƀƅɓʙβвьᏏᏴᑲᖯᗷꓐꞵ𐊂𐊡𐌁",
    "c": "¢ƈȼсᏟᴄ₵ⲥꓚꞓ𐊢𐌂𐐽𐔜𑣲",
    "d": "đɗԁδᎠᏧᑯᗞᗪᴅꓒꓓ",
    "e": "ǝɇəɛεеёєҽᎬᴇⴹꓰꬲ𐊆𑣆𑣎",
    "f": "ƒɟϝքᖴẝꓝꜰꞙꬵ𐊇𐊥𐔥𑣂",
    "g": "ƍɡɢԍցᏀᏳᵹᶃ₲ꓖ",
    "h": "ħʜηнһհᎻᏂᕼⲏꓧ𐋏",
    "i": "ıɨɪᎥꙇ",
    "j": "ɉʝϳјᎫᒍᴊꓙ",
    "k": "ƙʞκкᏦᛕᴋ₭ⲕꓗ𐔘",
    "l": "£ŀłǀɫʟᏞᒪᛁⲓⳑⵏꓡꓲ𐊊𐌉𐌠𐑃𐔦𑣒𖼖𖼨",
    "m": "μϻмᎷᗰᛖᴍⲙꓟ𐊰𐌑",
    "n": "ŋƞɲɳпɴոռ₦ⲛꓠ𐔓",
    "o": "øɵοσоօଠᴏᴑⲟⵔ〇ꓳꬽ𐊒𐊫𐐬𐓪𐔖𑣈𑣕𑣗",
    "p": "ρрקᏢᑭᴘⲣꓑ𐊕",
    "q": "ԛգզⵕ",
    "r": "ɍɹʀгᎡᎱᏒᖇᴦⲅꓣꭇꭈ𐓜𖼵",
    "s": "ƨƽʂѕտᏕᏚꓢꜱ𐊖𐑈𑣁𖼺",
    "t": "ŧƭʇτтᎢᴛ₮ⲧꓔ𐊗𐊱𐌕𖼊",
    "u": "ʉʋսᑌᴜꓴꞟꭎꭒ𐓶𑣘𖽂",
    "v": "ʌνѵᏙᐯᴠⴸꓦꛟ𐔝𑜆𑣀𖼈",
    "w": "ɯѡԝաᎳᏔᴡꓪ𑜊𑜎𑜏𑣯",
    "x": "χхᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐌢𐔧𑣬",
    "y": "¥ƴɏɣʎʏγυуүᎩᎽᶌỿⲩꓬꭚ𐊲𑣜𖽃",
    "z": "ƶʑζᏃᴢꓜ𐋵𑣄𑣉",
    # Either an i or an l: read as the digit that may be both.
    "1": "ɩιіӏ𑣃",
}

#: The Latin letter that each of them looks like.
LOOK_ALIKES = {other: latin for latin, others in _BY_LETTER.items() for other in others}
# Letters in black circles and squares, and those of flags, which normalization leaves as they are.
for _first in (0x1F150, 0x1F170, 0x1F1E6):
    LOOK_ALIKES |= {chr(_first + number): chr(ord("a") + number) for number in range(26)}
