"""The table of fixes that can be made over many findings at once."""

from registry.repairs import homes, homesteads, kin, texts
from registry.repairs.fix import Fix

KINDS: dict[str, Fix] = {
    fix.code: fix
    for fix in (texts.FIX, homes.CLOSING, homes.MOVING, kin.ENDING, kin.COMPLETING, homesteads.FIX)
}  # fmt: skip


def named(code: str) -> Fix | None:
    return KINDS.get(code)


def title_of(code: str) -> str:
    """Also of a kind that is no longer in the table: its runs stay."""
    return KINDS[code].title if code in KINDS else code


def serving(rule: str) -> list[Fix]:
    """The fixes that a finding of this rule can be given."""
    return [fix for fix in KINDS.values() if rule in fix.rules]
