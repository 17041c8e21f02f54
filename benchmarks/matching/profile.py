"""How clean a generated register is: every probability by name, each with its reason.

NORMAL is a register after some years of "đúng, đủ, sạch, sống"; DIRTY one that was typed in from paper and never looked
at again; GOLD the small dense one that lies in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares between 0 and 1. What one clerk leaves empty is drawn for each record anew, the first one included."""

    name: str

    # -- how many records stand for one person
    extra_records: float = 0.085  # extra records per person: the share the design's figures were taken at
    cluster_shares: tuple[float, ...] = (0.80, 0.14, 0.045, 0.015)  # of the people written twice: 2, 3, 4, 5 records
    moved: float = 0.30  # a second record is made where the person moved to, and the first is not struck off

    # -- what no clerk wrote down
    number_missing: float = 0.22  # children and people who never came for a card
    cmnd_missing: float = 0.26  # of those old enough to have had one; overall about 55 % hold it
    parents_missing: float = 0.08  # both empty: the old whose parents nobody remembers
    mother_missing: float = 0.05  # besides, one alone
    father_missing: float = 0.07  # unmarried mothers count here as well
    phone_missing: float = 0.36  # on top of children, who mostly have none; overall about 55 % hold one
    sex_missing: float = 0.004  # the form has two boxes: seldom empty
    home_town_missing: float = 0.04
    address_missing: float = 0.015
    birth_year_only_before: tuple[tuple[int, float], ...] = ((1945, 0.38), (1955, 0.22), (1965, 0.09), (1975, 0.02))
    """(born before, share) whose papers give the year alone: the rural registers of those years."""
    birth_month_only: float = 0.04  # of people born before 1970: month and year
    birth_first_january: float = 0.04  # of people born before 1980: papers were made out for 01/01

    # -- what any clerk gets wrong, first record included
    first_record_care: float = 0.12  # mistakes of first records as a share of those below: they are checked every year

    # -- what the second clerk wrote otherwise (share of extra records)
    name_changed: float = 0.46  # most writings below are repaired by normalising; a bit over half of them are
    name_changed_twice: float = 0.15  # of those: a second fault on top
    birth_changed: float = 0.105
    sex_wrong: float = 0.012
    number_lost: float = 0.12  # on top of the missing ones: why the second record could come about at all
    number_wrong: float = 0.115  # one digit, two digits swapped, a relative's, junk
    cmnd_lost: float = 0.10
    cmnd_wrong: float = 0.16  # one digit wrong or another number given after a move
    parent_changed: float = 0.26  # for each parent who is written down
    parents_swapped: float = 0.012
    parents_lost: float = 0.05
    address_changed: float = 0.62  # another hand, an old address, a hamlet alone
    phone_changed: float = 0.34  # people change numbers; or the household's is given
    home_town_changed: float = 0.42  # another depth, old or new units
    typing_error: float = 0.16  # share of name faults that are plain slips of one letter

    # -- what looks alike and is not
    twins: float = 0.0118  # births that are twins; with those whose birth lies outside the register 1.5 % of residents
    twins_same_sex: float = 0.68  # a third are identical, half of the others agree by chance
    twins_near_names: float = 0.62  # parents like to: Hùng and Hưng, Minh Anh and Minh Ánh
    twins_next_number: float = 0.15  # registered in one visit: numbers next to each other
    namesake_sons: float = 0.004  # named as the father, as some families do
    brothers_share_middle: float = 0.45  # Đình, Quang, Hữu through a whole row of brothers
    sisters_share_middle: float = 0.35
    borrowed_number: float = 0.0010  # people who carry a relative's number in their own record
    junk_number: float = 0.0015  # 000000000000, 123456789012
    junk_phone: float = 0.006  # 0900000000 and its like
    household_phone: float = 0.22  # adults who give the phone of the house
    minority_commune_every: int = 8  # one commune in so many is of one ethnic group (13 % of the country is none Kinh)
    minority_share_there: float = 0.78
    minority_share_elsewhere: float = 0.03
    incomers: float = 0.18  # founding couples whose home town is elsewhere


NORMAL: Final = Profile(name="normal")

DIRTY: Final = replace(
    NORMAL,
    name="dirty",
    number_missing=0.42,  # a quarter of all numbers more
    cmnd_missing=0.40,
    parents_missing=0.25,  # with the two below 30–45 % of parents' fields are empty
    mother_missing=0.10,
    father_missing=0.13,
    phone_missing=0.45,
    sex_missing=0.015,
    home_town_missing=0.10,
    address_missing=0.04,
    first_record_care=0.18,  # nobody looked again
    name_changed=0.49,
    name_changed_twice=0.18,
    birth_changed=0.12,
    number_wrong=0.13,
    cmnd_wrong=0.18,
    parent_changed=0.32,
    address_changed=0.67,
    typing_error=0.21,
)

GOLD: Final = replace(
    NORMAL,
    name="gold",
    extra_records=0.30,  # small and dense: what is rare in a register shall occur often enough to be looked at
    twins=0.03,
    namesake_sons=0.02,
    borrowed_number=0.005,
    junk_number=0.004,
    minority_commune_every=4,
)

PROFILES: Final = {profile.name: profile for profile in (NORMAL, DIRTY, GOLD)}
