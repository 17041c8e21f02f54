"""The words of the text index: what a resident is found by, and how a question names the same words.

Every word stands there twice, alone and with the commune in front ("hung", "c12xhung"), so that an officer's question
reads only the lists of one commune, however large the country grows, and an unfinished word runs over that commune's
words alone. The tên stands there once more ("0hung"): people called so come before those who have it elsewhere.
PostgreSQL's parser takes each of them for one word.
"""

from collections.abc import Iterable

from accounts.text import fold

CALLED = "0"  # no name begins with a digit


def stored(*, full_name: str, other_name: str, given_name: str, birth_year: int | None, commune: int | None) -> str:
    """The column that PostgreSQL indexes. Words of other names and the year of birth count."""
    words = fold(full_name).split()
    called = dict.fromkeys([*words[-1:], *fold(given_name).split()])
    found = dict.fromkeys([*words, *fold(other_name).split(), *([str(birth_year)] if birth_year else [])])
    plain = [*found, *(CALLED + word for word in called)]
    return " ".join([*plain, *(_in(commune, word) for word in plain)])


def asked(
    words: Iterable[str], *, year: int | None, commune: int | None, unfinished: bool = False, called: bool = False
) -> str:
    """The same as a tsquery: all of the words. `unfinished`: the last one is the beginning of a word; `called`: it is
    the tên. Without `commune`, everywhere. "" when nothing is asked for.
    """
    terms = list(words)
    if called and terms:
        terms[-1] = CALLED + terms[-1]
    ends = [""] * len(terms)
    if unfinished and ends:
        ends[-1] = ":*"
    if year:
        terms.append(str(year))
        ends.append("")
    named = terms if commune is None else [_in(commune, term) for term in terms]
    return " & ".join(f"'{term}'{end}" for term, end in zip(named, ends, strict=True))


def _in(commune: int | None, word: str) -> str:
    return f"c{commune}x{word}"
