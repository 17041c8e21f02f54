"""What a written place says, word by word: short forms written out, and whether the words are the names of a unit.

Knows no database. A unit is the list of its folded names, from the small to the large.
"""

import re
from collections.abc import Callable, Iterator

from accounts.text import clean, fold

KINDS = ("thi tran", "thi xa", "thanh pho", "dac khu", "phuong", "xa", "quan", "huyen", "tinh")
MOST_WORDS = 24
_KIND = re.compile(rf"^({'|'.join(KINDS)}) (?=.)")
# On the text as written: folded, the H of H'Leo could not be told from the H. of huyện.
_WRITTEN_SHORT = [
    (re.compile(pattern, re.IGNORECASE), full)
    for pattern, full in (
        (r"\(\s*cũ\s*\)", " "),
        (r"(?<![\w'])(?:tp|t\.p)(?:\s*\.\s*|\s+|(?=(?-i:[A-ZĐ])))(?=\w)", "thành phố "),
        (r"(?<![\w'])(?:tx|t\.x)(?:\s*\.\s*|\s+)(?=\w)", "thị xã "),
        (r"(?<![\w'])(?:tt|t\.t)(?:\s*\.\s*|\s+)(?=\w)(?!hue|huế)", "thị trấn "),
        (r"(?<![\w'])(?:đk|đ\.k)(?:\s*\.\s*|\s+)(?=\w)", "đặc khu "),
        (r"(?<![\w'])p(?:\s*\.\s*|\s+|(?=\d))(?=\w)", "phường "),
        (r"(?<![\w'])x(?:\s*\.\s*|\s+|(?=\d))(?=\w)", "xã "),
        (r"(?<![\w'])q(?:\s*\.\s*|\s+|(?=\d))(?=\w)", "quận "),
        (r"(?<![\w'])h(?:\s*\.\s*|\s+)(?=\w)", "huyện "),
        (r"(?<![\w'])t(?:\s*\.\s*|\s+)(?=\w)", "tỉnh "),
    )
]
_WORDS = {"tp": "thanh pho", "tt": "thi tran", "tx": "thi xa", "hcm": "ho chi minh", "tphcm": "thanh pho ho chi minh",
          "tphn": "thanh pho ha noi", "hn": "ha noi", "brvt": "ba ria vung tau"}  # fmt: skip
_PHRASES = [
    (re.compile(rf"\b{pattern}\b"), name)
    for pattern, name in (
        (
            r"(?:(?:tt|tth|thi tran|tinh thua thien|thua thien)) hue",
            "hue",
        ),  # the province of that name is the city since 01/01/2025
        (r"br vt", "ba ria vung tau"),
        (r"da[ck] ?la[ck]", "dak lak"),
        (r"da[ck] ?nong", "dak nong"),
        (r"bac can", "bac kan"),
    )
]
_COUNTRY = re.compile(r"(?:^|,)\s*(?:nước\s+)?(?:việt\s*nam|vn)\s*\.?\s*$", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """The folded words with the usual short forms written out: "P1, TP.HCM" -> phuong 1 thanh pho ho chi minh."""
    text = clean(text)
    for pattern, full in _WRITTEN_SHORT:
        text = pattern.sub(full, text)
    folded = " ".join(_WORDS.get(word, word) for word in fold(text).split()[:MOST_WORDS])
    for phrase, name in _PHRASES:
        folded = phrase.sub(name, folded)
    return plain(folded).split()


def parts_of(text: str) -> list[list[str]]:
    """What stands between the commas, from the small to the large, each as words. The country is left out."""
    text = _COUNTRY.sub("", clean(text))
    parts = [words for part in re.split(r"[,;]", text) if (words := words_of(part))]
    return parts[:-1] if [part[-1] for part in parts[-2:]] == ["hue", "hue"] else parts


def plain(name: str) -> str:
    """A folded name whose numbers have no leading zeros: "phuong 03" -> "phuong 3"."""
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in name.split())


def bare(name: str) -> str:
    """The folded name without its kind: "xa kim chung" -> "kim chung"; "phuong 1" stays, a number alone is no name."""
    short = _KIND.sub("", name)
    return name if short.isdigit() else short


def without_kinds(words: list[str]) -> list[str]:
    """The words that are names and not kinds, for a search by names alone. Kind words inside a name go too."""
    kinds = {word for kind in KINDS for word in kind.split()}
    return [word for word in words if word not in kinds] or words


Reading = Callable[[list[str], list[list[str]]], bool]


def readings() -> Iterator[tuple[Reading, bool]]:
    """Ways to read what was written, the strictest first: (does it name this unit?, whether its kinds may be wrong)."""
    yield _fully, False
    yield _barely, False
    yield _with_gaps, False
    yield _in_one_breath(gaps=False), False
    yield _in_one_breath(gaps=True), False
    yield _in_one_breath(gaps=False, any_kind=True), True
    yield _in_one_breath(gaps=True, any_kind=True), True


def _fully(names: list[str], parts: list[list[str]]) -> bool:
    return names == [" ".join(part) for part in parts]


def _barely(names: list[str], parts: list[list[str]]) -> bool:
    return len(names) == len(parts) and all(map(_is_named, names, parts))


def _with_gaps(names: list[str], parts: list[list[str]]) -> bool:
    rest = iter(names[1:])
    return _is_named(names[0], parts[0]) and all(any(_is_named(name, part) for name in rest) for part in parts[1:])


def _is_named(name: str, part: list[str]) -> bool:
    return " ".join(part) in (name, bare(name))


def _in_one_breath(*, gaps: bool, any_kind: bool = False) -> Reading:
    """The words of all parts as names one behind the other, commas or none."""

    def reads(names: list[str], words: list[str], *, is_first: bool) -> bool:
        if not words:
            return not is_first and (gaps or not names)
        if not names:
            return False
        for form in _forms(names[0], any_kind=any_kind):
            if words[: len(form)] == form and reads(names[1:], words[len(form) :], is_first=False):
                return True
        return gaps and not is_first and reads(names[1:], words, is_first=False)

    return lambda names, parts: reads(names, [word for part in parts for word in part], is_first=True)


def _forms(name: str, *, any_kind: bool) -> list[list[str]]:
    short = bare(name)
    forms = [name.split(), short.split()]
    if any_kind and short != name:
        forms += [f"{kind} {short}".split() for kind in KINDS]
    return forms
