"""Rules about the letters of a text: asked of each different text once, by the very functions the rules use.

SQL cannot tell a Vietnamese syllable; but a commune has few different words, and what a text is worth is remembered.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from accounts.text import defects, fold
from registry.cleanup.clean import holds_date_or_number
from registry.cleanup.whole.rows import CARDS
from registry.values.card_terms import issuer_meant, issuer_on
from registry.values.legacy_fonts import encoding_flaw
from registry.values.names import flaws, is_placeholder

RULES = frozenset(
    {"D24", "S13", "S14", "S15", "S16", "S17", "S18", "S19", "S20", "S22", "S23", "S24", "S26"}
)  # fmt: skip
PLACES = "place"

_NAMES = "WITH r AS ({chunk}) SELECT r.id, r.full_name, r.ethnic_group FROM r WHERE r.state <> 'merged'"
_TEXTS = """
    WITH r AS ({chunk})
    SELECT text, kind, array_agg(DISTINCT id) FROM (
        SELECT r.id, '' AS kind, unnest(ARRAY[r.full_name, r.other_name]) AS text FROM r WHERE r.state <> 'merged'
        UNION ALL SELECT r.id, 'place', unnest(ARRAY[r.birth_place, r.birth_registration_place, r.home_town]) FROM r
            WHERE r.state <> 'merged'
        UNION ALL SELECT x.resident_id, '', x.name FROM registry_relation AS x JOIN r ON r.id = x.resident_id
        UNION ALL SELECT x.resident_id, '', unnest(ARRAY[x.hamlet, x.street])
            FROM registry_residence AS x JOIN r ON r.id = x.resident_id
        UNION ALL SELECT r.id, 'number', r.phone FROM r
        UNION ALL SELECT x.resident_id, 'number', x.number FROM registry_identitynumber AS x
            JOIN r ON r.id = x.resident_id WHERE x.kind = 'CMND9' AND x.is_active
    ) AS every WHERE text <> '' GROUP BY text, kind
"""
_ISSUERS = """
    WITH r AS ({chunk})
    SELECT x.issued_by, x.issued_on, array_agg(x.resident_id)
    FROM registry_identitydocument AS x JOIN r ON r.id = x.resident_id
    WHERE x.kind IN {cards} AND x.issued_on IS NOT NULL AND x.issued_by <> '' GROUP BY x.issued_by, x.issued_on
"""
ISSUER_RULE = "D24"


def suspects(cursor: Any, chunk: str, params: Mapping[str, Any]) -> Iterator[tuple[int, frozenset[str]]]:
    """(id, codes) of whoever has a text that some rule finds fault with. Three statements."""
    cursor.execute(_NAMES.format(chunk=chunk), params)
    for pk, name, group in cursor.fetchall():
        if codes := _of_name(name, group):
            yield pk, codes
    cursor.execute(_TEXTS.format(chunk=chunk), params)
    for text, kind, ids in cursor:
        if codes := _of_text(text, kind):
            for pk in ids:
                yield pk, codes
    cursor.execute(_ISSUERS.format(chunk=chunk, cards=CARDS), params)
    for issuer, day, ids in cursor:
        meant = _meant(issuer)
        if meant and meant != issuer_on(day):
            for pk in ids:
                yield pk, frozenset([ISSUER_RULE])


@lru_cache(maxsize=4_096)
def _meant(issuer: str) -> str:
    return issuer_meant(fold(issuer))


@lru_cache(maxsize=65_536)
def _of_name(name: str, ethnic_group: str) -> frozenset[str]:
    return frozenset(flaw.rule for flaw in flaws(name, ethnic_group=ethnic_group or None))


@lru_cache(maxsize=65_536)
def _of_text(text: str, kind: str) -> frozenset[str]:
    found = {"S24"} if is_placeholder(text) else set()
    if kind == "number":
        return frozenset(found)
    found.update(defect.rule for defect in defects(text))
    if flaw := encoding_flaw(text):
        found.add(flaw.rule)
    if kind == PLACES and holds_date_or_number(text):
        found.add("S26")
    return frozenset(found)
