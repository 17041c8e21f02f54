"""Text of the old 8-bit fonts (TCVN3, VNI) and UTF-8 read as cp1252: found by its signs, proved by the syllables it
becomes.

A repair is only proposed when every word of it is a Vietnamese syllable and some word of the original is not. Nothing
is changed without an officer. Sources: TCVN 5712:1993 (VN3), the VNI-Windows table; rules S15 and S16.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from accounts.text import looks_garbled
from registry.values.syllables import is_syllable

_TCVN3: Final = dict(
    zip(
        "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xb5\xb6\xb7\xb8\xb9\xbb\xbc\xbd\xbe\xc6\xc7\xc8\xc9\xca\xcb"
        "\xcc\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xdc\xdd\xde\xdf\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee"
        "\xef\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)

_VNI_MARKED: Final = {
    "a": dict(zip("ùøûõïêéèúüëâáàåãä", "áàảãạăắằẳẵặâấầẩẫậ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_VNI_ALONE: Final = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}
_VNI_PAIR: Final = re.compile("[aeoôuöy][ùøûõïêéèúüëâáàåãä]|[ôöñæóòî]", re.IGNORECASE)
_UTF8_RUN: Final = re.compile("[\u0080-\U0010ffff]+(?: (?=[A-Za-z]|$))?")
_AFTER_C3: Final = "\x80-\xbf‘’“”•–—\u0152\u0153\u0160\u0161\u017d\u017e\u0178\u0192ˆ˜†‡…‰‹›€™"
_MOJIBAKE: Final = re.compile(f"á[º»]|[ÃÄÅÆ][{_AFTER_C3}]")
_LOST_SPACE: Final = re.compile(r"Ã(?: |$)")
_GENUINE: Final = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")


@dataclass(frozen=True, slots=True)
class EncodingFlaw:
    """A text in a broken encoding. `proposal` is what it was meant to be, "" when it cannot be told."""

    rule: str
    kind: str
    proposal: str


def encoding_flaw(text: str) -> EncodingFlaw | None:
    """What broken encoding the text shows, with the proposed repair; None for text that is well."""
    if text.isascii():
        return None
    if _shows_utf8(text) and (mended := _from_utf8(text)):
        return EncodingFlaw("S16", "utf8", mended)
    words = text.split()
    if _no_syllables(words):
        for kind, convert in (("tcvn3", _from_tcvn3), ("vni", _from_vni)):
            proposal = convert(text)
            if proposal != text and all(map(_plausible, proposal.split())):
                return EncodingFlaw("S15", kind, proposal)
    if looks_garbled(text):
        return EncodingFlaw("S16" if "Ã" in text or "á»" in text or "áº" in text else "S15", "unknown", "")
    return None


def _shows_utf8(text: str) -> bool:
    """ "HÃ Nam" is Hà Nam with its no-break space lost; "LÃ VĂN NAM" is a surname in capitals."""
    if _MOJIBAKE.search(text):
        return True
    return bool(_LOST_SPACE.search(text)) and not text.isupper() and not _GENUINE.search(text)


def _no_syllables(words: list[str]) -> bool:
    """Whether some word is no syllable and has letters that Vietnamese Unicode text would not have there."""
    whole = [word for word in words if not re.fullmatch(r"\w{1,4}\.", word)]  # an abbreviation is no syllable (S23)
    return any(not word.isascii() and not _plausible(word) for word in whole)


def _plausible(word: str) -> bool:
    return is_syllable(re.sub(r"[.,;:\-/0-9()]", "", word)) or not re.search(r"[^\W\d_]", word)


def _from_tcvn3(text: str) -> str:
    return " ".join(_recase(word, "".join(_TCVN3.get(char, char) for char in word)) for word in text.split())


def _from_vni(text: str) -> str:
    return " ".join(_recase(word, _VNI_PAIR.sub(_vni_letter, word)) for word in text.split())


def read_tcvn3(text: str) -> str:
    """Every character of a TCVN3 font as the letter it shows. Line breaks and spaces stay; a word whose plain letters
    are all capitals came from a font of capitals. Nothing is proposed here: that the text is TCVN3 must be known."""
    return re.sub(r'[^\s;,|"/]+', _read_tcvn3_word, text)


def read_vni(text: str) -> str:
    """Every pair of a VNI font as the letter it shows."""
    return _VNI_PAIR.sub(_vni_letter, text)


def _read_tcvn3_word(match: re.Match[str]) -> str:
    plain = [char for char in match[0] if char.isascii() and char.isalpha()]
    made = "".join(_TCVN3.get(char, char) for char in match[0])
    return made.upper() if len(plain) > 1 and all(char.isupper() for char in plain) else made


def _vni_letter(match: re.Match[str]) -> str:
    pair = match[0].lower()
    made = _VNI_ALONE[pair] if len(pair) == 1 else _VNI_MARKED[pair[0]].get(pair[1])
    if made is None:
        return _VNI_ALONE.get(pair[0], pair[0]) + pair[1]
    return made.upper() if match[0][0].isupper() else made


def _recase(old: str, new: str) -> str:
    """Capital vowels came from separate fonts: all capitals when the plain letters were, else a capital head."""
    plain = [char for char in old if char.isascii() and char.isalpha()]
    if len(plain) > 1 and all(char.isupper() for char in plain):
        return new.upper()
    return new[:1].upper() + new[1:] if new[:1].islower() and not old[:1].isascii() else new


def _from_utf8(text: str) -> str:
    """The text whose UTF-8 bytes were shown as cp1252, "" when they make none. A lost no-break space ("HÃ Nam") is put
    back.
    """
    mended = _UTF8_RUN.sub(_decode_run, text)
    if mended == text or _MOJIBAKE.search(mended):
        return ""
    return unicodedata.normalize("NFC", " ".join(mended.split()))


def _decode_run(match: re.Match[str]) -> str:
    """One run of foreign characters decoded; behind "Ã " a capital begins a new word, a small letter goes on with the
    same.
    """
    run = match[0]
    bare, tail = run.rstrip(" "), " " if run.endswith(" ") else ""
    follower = match.string[match.end() : match.end() + 1]
    for candidate, rest in ((bare, tail), (bare + "\xa0", "" if follower.islower() else tail)):
        try:
            return bytes(_byte(char) for char in candidate).decode("utf-8") + rest
        except UnicodeError:
            continue
    return run


def _byte(char: str) -> int:
    """The cp1252 byte; the five bytes it leaves open are the C1 controls. Raises UnicodeEncodeError for any other
    character.
    """
    return ord(char) if 0x80 <= ord(char) <= 0x9F else char.encode("cp1252")[0]


# ------------------------------------------------------------ the way back, for samples and tests

_TO_TCVN3: Final = {letter: char for char, letter in _TCVN3.items()}
_TO_VNI: Final = {
    **{made: base + mark for base, marks in _VNI_MARKED.items() for mark, made in marks.items()},
    **{letter: char for char, letter in _VNI_ALONE.items()},
}


def as_tcvn3(text: str) -> str:
    """The text as a TCVN3 font document shows on a machine of today: Đức -> §øc."""
    return "".join(
        _TO_TCVN3.get(char) or _TO_TCVN3.get(char.lower(), char) for char in unicodedata.normalize("NFC", text)
    )


def as_vni(text: str) -> str:
    """The text as a VNI-Windows document shows: Đức -> Ñöùc."""
    return "".join(
        _TO_VNI.get(char.lower(), char.lower()).upper() if char.isupper() else _TO_VNI.get(char, char)
        for char in unicodedata.normalize("NFC", text)
    )


def as_utf8_garbage(text: str) -> str:
    """The text's UTF-8 bytes read as cp1252: Nguyễn -> Nguyá»…n."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in unicodedata.normalize("NFC", text).encode()
    )
