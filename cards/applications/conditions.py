"""For the scan of a whole commune: who may have something by the rules of cards (registry.cleanup.whole.conditions)."""

from cards.applications.rules import COMPLETE_STATES
from cards.models import FINAL_STATES, EidLevel, EidState
from registry.cleanup.whole import conditions
from registry.cleanup.whole.conditions import at_least

_COMPLETE = ", ".join(f"'{state}'" for state in COMPLETE_STATES)
_FINAL = ", ".join(f"'{state}'" for state in FINAL_STATES)
_OPEN = (
    "EXISTS (SELECT FROM cards_application AS a"
    f" WHERE a.resident_id = r.id AND a.state NOT IN ({_FINAL}){{more}} OFFSET 0)"
)
_ACCOUNT = "EXISTS (SELECT FROM cards_eidaccount AS a WHERE a.resident_id = r.id AND {more} OFFSET 0)"
ANY_OPEN = _OPEN.format(more="")


def sign_up() -> None:
    conditions.add(
        {
            "E24": (f"{at_least('14')} AND coalesce(doc.in_use, 0) = 0 AND r.nationality = 'VN' AND NOT {ANY_OPEN}"),
            "E30": _OPEN.format(more=f" AND a.state IN ({_COMPLETE})"),
            "S11": ANY_OPEN,
            "L16": _OPEN.format(more=" AND a.promised_on < %(on)s AND a.paused_at IS NULL"),
            "L17": _OPEN.format(more=" AND a.state = 'arrived'"),
            "L23": _ACCOUNT.format(more=f"a.level = {EidLevel.TWO} AND a.state = '{EidState.GRANTED}'"),
            "L24": _ACCOUNT.format(
                more=f"a.state <> '{EidState.LOCKED}' AND a.phone NOT IN ('', r.phone) AND r.phone <> ''"
            ),
        }
    )
