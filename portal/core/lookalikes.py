"""What a name looks like: letters that the eye takes for one another become one, so that nobody can dress as another.

The idea is the *skeleton* of Unicode Technical Standard #39 (section 4, Confusable Detection): two texts are confusable
when their skeletons are equal. Python ships compatibility forms (`unicodedata`: full-width, mathematical, circled
letters) but not the table of look-alikes, so the table below is our own selection of `confusables.txt` of UTS #39,
version 16: the letters of living scripts and of the letter-like blocks that end in a Latin letter or a digit. It goes
further than the standard where names are compared by case-blind readers: `i`, `I`, `l`, `1` are one letter, `0` is `o`.
"""

import unicodedata

# Each Latin letter (or digit) and what is taken for it, capital and small alike.
_SEEN_AS = {
    "a": "⍺ɑαаᴀΑАᎪᗅꓮ𐊠",
    "b": "ƄƅЬьᏏᖯΒВвᏴᗷꓐ𐊂𐊡𐌁Ꞵʙɓƃƀҍѣ",
    "c": "ᴄϲⲥсϹⲤСᏟꓚ𐊢𐌂𐐕𐐽¢ҫȼↄ",
    "d": "ԁᏧᑯꓒᎠᗞᗪꓓɗɖƌðÐƉ",
    "e": "℮ꬲеҽΕЕⴹᎬꓰ𐊆εєɛƐԑⲉ",
    "f": "ꬵꞙſẝքꞘϜᖴꓝ𐊇𐊥𐔥ƒ",
    "g": "ɡᶃƍցԌᏀᏳꓖɢԍɠǥ",
    "h": "һհᏂΗⲎНнᎻᕼꓧ𐋏ʜɦħћ",
    "i": "ıɪɩιіꙇӏᎥ⍳ɨ",
    "j": "ϳјͿЈᎫᒍꓙɉյȷ",
    "k": "ᴋĸκϰⲕкΚⲔКᏦᛕꓗ𐔘ƙқ",
    "l": "ǀ∣|ΙⲒІӀוןاⵏᛁꓲ𐊊𐌉ƖⳐᏞᒪꓡ𐐛𐔦ʟłƚɫ",
    "m": "ᴍꭑʍмΜϺⲘМᎷᗰᛖꓟ𐊰𐌑ɱӎ",
    "n": "πϖᴨпոռΝⲚꓠ𐔓ɳηɴƞ",
    "o": "ᴏᴑꬽοσⲟоჿօסهھہەဝΟⲞОՕⵔଠഠꓳ𐊒𐊫𐐄𐔖𐐬〇øɵөѳθϴΘ",
    "p": "ρϱⲣрΡⲢРᏢᑭꓑ𐊕⍴ᴘᴩƥ",
    "q": "ԛգզⵕʠ",
    "r": "ꭇꭈᴦⲅгƦᎡᏒᖇꓣʀɍɽ",
    "s": "ꜱƽѕЅՏᏕᏚꓢ𐊖𐐠𐑈ʂ",
    "t": "ᴛτтΤⲦТᎢꓔ𐊗𐊱𐌕⊤⟙ŧ",
    "u": "ꞟᴜꭎꭒʋυцսՍᑌꓴ∪μʉ",
    "v": "∨⋁ᴠνѵטѴⴸᏙᐯꓦ𐔝",
    "w": "ɯᴡѡԝաԜᎳᏔꓪω",
    "x": "᙮×⤫⤬хᕁᕽ᙭╳ΧⲬХⵝᚷꓫ𐊐𐊴𐌗𐔧χҳ",
    "y": "ɣᶌʏỿꭚγуУүყΥⲨҮᎩᎽꓬ𐊲ұ",
    "z": "ᴢΖᏃꓜ𐋵ʐƶ",
    "2": "ƧϨꙄᒿꝚ",
    "3": "ƷȜЗзӠⳌꝪɜʒ",
    "4": "Ꮞ",
    "5": "Ƽ",
    "6": "бᏮⳒ",
    "8": "Ȣȣ𐌚",
    "9": "ꝮⳊ",
    "ae": "æӕ",
    "oe": "œ",
}
_TABLE = {letter: latin for latin, letters in _SEEN_AS.items() for letter in letters}
_ONE_STROKE = str.maketrans({"1": "l", "i": "l", "0": "o", "đ": "d"})
# Marks, invisible signs and what merely stands between letters do not make a name another one.
_NOT_SEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Zs", "Zl", "Zp", "Pc", "Pd", "Po"})


def skeleton(value: str) -> str:
    """What a reader sees of a text: `skeleton("Ρhạm Ngọс Hân") == skeleton("PHAM NGOC HAN") == "phamngochan"`.

    Equal skeletons look alike. Never shown; stable for a given Python (its Unicode tables) and this table. A text of
    marks and signs alone stands for itself, so that it does not equal every other such text.
    """
    opened = unicodedata.normalize("NFKD", value)
    seen = "".join(_seen(letter) for letter in opened if unicodedata.category(letter) not in _NOT_SEEN)
    plain = seen.casefold().translate(_ONE_STROKE).replace("rn", "m").replace("vv", "w")
    return plain or "".join(value.split())


def _seen(letter: str) -> str:
    """The letter as it looks; where the table holds only its other case, that one. Foreign digits become ours."""
    for form in (letter, letter.upper(), letter.lower()):
        if form in _TABLE:
            return _TABLE[form]
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def latin(letter: str) -> str:
    """One letter or digit in small Latin letters as it looks ("а" of Cyrillic as "a"); anything else as it is."""
    return _seen(letter).casefold() if unicodedata.category(letter)[0] in "LN" else letter
