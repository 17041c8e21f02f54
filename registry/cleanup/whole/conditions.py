"""Rule -> the SQL condition under which it may find something; whole/rows.py says what a condition may look at.

A condition is true wherever the rule's check fires. Where SQL cannot tell exactly (names of issuers, birthdays of the
29th of February, years known without a day) it is true a little more often, and the check decides.
`%(name)s` is a threshold of accounts/thresholds.py. Rules about the letters of a text have none: see texts.py.
"""

from registry.cleanup.whole.rows import LIVING

BIRTH = "r.birth_latest_on"
IMPOSSIBLE_DAY = "((r.birth_month = 2 AND r.birth_day > 28) OR (r.birth_month IN (4, 6, 9, 11) AND r.birth_day > 30))"
EARLIEST = (
    "make_date(r.birth_year, coalesce(r.birth_month, 1),"
    f" CASE WHEN {IMPOSSIBLE_DAY} THEN 1 ELSE coalesce(r.birth_day, 1) END)"
)
WAITING = "EXISTS (SELECT FROM registry_change AS c WHERE c.resident_id = r.id AND c.state = 'waiting' OFFSET 0)"
SUSPECTED = (
    "EXISTS (SELECT FROM registry_duplicatepair AS p"
    " WHERE p.left_id = r.id AND p.state IN ('suspected', 'asked') OFFSET 0)"
    " OR EXISTS (SELECT FROM registry_duplicatepair AS p"
    " WHERE p.right_id = r.id AND p.state IN ('suspected', 'asked') OFFSET 0)"
)
NO_PARENTS = "(coalesce(rel.fathers, 0) = 0 AND coalesce(rel.mothers, 0) = 0)"


def add(conditions: dict[str, str]) -> None:
    """A higher app brings the conditions of its own rules (AppConfig.ready())."""
    CONDITIONS.update(conditions)


def at_least(years: str) -> str:
    """Full years reached, with a day to spare for leap years."""
    return f"{BIRTH} <= %(on)s::date - make_interval(years => {years}) + interval '1 day'"


def under(years: str) -> str:
    return f"{BIRTH} >= %(on)s::date - make_interval(years => {years}) - interval '1 day'"


def _turns_soon(years: int) -> str:
    soon = "make_interval(days => %(coming_of_age_days)s + 1)"
    return (
        f"{BIRTH} + make_interval(years => {years}) BETWEEN %(on)s::date - interval '1 day' AND %(on)s::date + {soon}"
    )


def _number(condition: str) -> str:
    """About the twelve digits; a number that has not twelve is left to the rule."""
    return f"CASE WHEN num.personal ~ '^[0-9]{{12}}$' THEN {condition} ELSE num.personal IS NOT NULL END"


CONDITIONS = {
    # Đúng
    "D01": "num.personal !~ '^[0-9]{12}$'",
    "D02": _number("left(num.personal, 1) = '0' AND left(num.personal, 3) <> ALL(%(birth_provinces)s)"),
    "D03": _number("substr(num.personal, 4, 1)::int / 2 <> r.birth_year / 100 - 19"),
    "D04": _number("r.sex <> 0 AND substr(num.personal, 4, 1)::int %% 2 <> r.sex - 1"),
    "D05": _number("substr(num.personal, 5, 2)::int <> r.birth_year %% 100"),
    "D06": _number("r.birth_registration_province NOT IN ('', left(num.personal, 3))"),
    "D07": "num.odd_cmnd",
    "D08": f"{IMPOSSIBLE_DAY} OR {EARLIEST} > %(on)s",
    "D09": f"r.birth_year < 1900 OR {at_least('%(unusual_age_years)s')}",
    "D10": "r.birth_day = 1 AND r.birth_month = 1 AND NOT r.birth_date_confirmed",
    "D11": "r.sex NOT IN (0, 1, 2)",
    "D12": "(r.sex = 1 AND r.full_name LIKE '%% Thị %%') OR (r.sex = 2 AND r.full_name LIKE '%% Văn %%')",
    "D13": "(r.sex = 1 AND mem.role_of_women) OR (r.sex = 2 AND mem.role_of_men)",
    "D14": "r.birth_year - rel.youngest_parent < %(parent_gap_least_years)s",
    "D15": (
        "r.birth_year - rel.youngest_parent < %(parent_gap_usual_years)s"
        " OR r.birth_year - rel.oldest_mother > %(mother_oldest_years)s"
        " OR r.birth_year - rel.oldest_father > %(father_oldest_years)s"
    ),
    "D16": f"rel.parent_died_on < {BIRTH}",
    "D17": f"r.marital_status = '2' AND r.sex <> 0 AND {under('20')}",
    "D18": (
        "(r.marital_status IN ('1', '3a', '3b') AND rel.spouses > 0) OR (r.marital_status = '2' AND rel.spouse_is_dead)"
    ),
    "D19": "rel.one_sided_marriage",
    "D20": "rel.one_sided_descent",
    "D21": "cardinality(rel.surnames) > 1 AND split_part(r.full_name, ' ', 1) <> ALL(rel.surnames)",
    "D22": "r.ethnic_group <> '' AND cardinality(rel.groups) > 1 AND r.ethnic_group <> ALL(rel.groups)",
    "D23": "doc.odd_day",
    "D25": "doc.odd_expiry",
    "D26": (
        "res.after_its_unit OR EXISTS (SELECT FROM accounts_unit AS u"
        f" WHERE u.id = r.birth_registration_unit_id AND u.valid_to < {BIRTH} OFFSET 0)"
    ),
    "D27": "r.birth_registration_province <> '' AND r.birth_registration_province <> ALL(born.provinces)",
    "D28": f"r.died_on > %(on)s OR r.died_on < {EARLIEST}",
    "D29": (
        "num.personal IS NOT NULL AND 'VN' NOT IN (r.nationality, r.second_nationality)"
        " AND (r.nationality <> '' OR r.second_nationality <> '')"
    ),
    "D30": "res.odd_term",
    "D31": "r.phone <> '' AND r.phone !~ '^0[35789][0-9]{8}$'",
    "D32": "scn.qr",
    "D33": "scn.mrz",
    "D34": (
        "(2 IN (mem.generation, mem.last_generation)"
        " AND r.birth_year - hh.youngest_head < %(grandparent_gap_years)s)"
        " OR (-2 IN (mem.generation, mem.last_generation)"
        " AND hh.oldest_head - r.birth_year < %(grandparent_gap_years)s)"
        " OR (mem.roles && '{ANH_RUOT,CHI_RUOT}' AND r.birth_year > hh.oldest_head)"
        " OR (mem.roles && '{EM_RUOT}' AND r.birth_year < hh.youngest_head)"
    ),
    "D35": f"mem.is_head AND {under('18')}",
    "D36": f"res.permanent_from < {EARLIEST} OR res.permanent_last_from > r.died_on",
    # Đủ
    "E01": "num.personal IS NULL OR num.personal = ''",
    "E02": "btrim(r.full_name) NOT LIKE '%% %%'",
    "E03": f"(r.birth_day IS NULL AND NOT r.birth_date_confirmed) OR r.birth_year IS NULL OR {IMPOSSIBLE_DAY}",
    "E04": "r.sex = 0",
    "E05": "r.birth_place = ''",
    "E06": (
        "r.birth_registration_place = '' AND r.birth_registration_unit_id IS NULL"
        " AND r.birth_registration_province = ''"
    ),
    "E07": "r.home_town_unit_id IS NULL AND r.home_town NOT LIKE '%%,%%'",
    "E08": "r.ethnic_group IN ('', '99')",
    "E09": "r.religion = ''",
    "E10": "r.nationality = ''",
    "E11": f"{NO_PARENTS} AND NOT r.parents_unknown",
    "E12": "(coalesce(rel.fathers, 0) = 0) <> (coalesce(rel.mothers, 0) = 0) AND NOT r.parents_unknown",
    "E13": "rel.kin_without_number",
    "E14": "r.marital_status = '2' AND coalesce(rel.spouses, 0) = 0",
    "E15": f"r.marital_status IN ('', '0') AND {at_least('18')}",
    "E16": "NOT coalesce(res.permanent, false) AND NOT r.no_permanent_residence",
    "E17": "NOT coalesce(res.present, false)",
    "E18": "NOT coalesce(res.registered OR res.present, false)",
    "E19": "res.bare_permanent",
    "E20": "hh.never_a_head",
    "E21": "mem.no_role",
    "E22": "res.permanent AND mem.homes IS NULL",
    "E23": (
        "EXISTS (SELECT FROM registry_membership AS x JOIN registry_household AS h ON h.id = x.household_id"
        " WHERE x.resident_id = r.id AND h.closed_on IS NULL AND NOT EXISTS (SELECT FROM registry_membership AS y"
        f" JOIN registry_resident AS p ON p.id = y.resident_id WHERE y.household_id = h.id AND y.to_on IS NULL"
        f" AND p.state IN {LIVING} OFFSET 0) OFFSET 0)"
    ),
    "E25": "doc.incomplete",
    "E26": f"{under('14')} AND {NO_PARENTS} AND coalesce(rel.guardians, 0) = 0",
    "E27": f"r.phone = '' AND {at_least('14')}",
    "E28": "r.birth_year <= 2001 AND num.cmnds IS NULL AND NOT r.never_had_cmnd",
    "E29": "r.residence_file_number = '' AND res.permanent",
    # Sạch
    "S01": "num.shared",
    "S02": "num.shared",
    "S03": SUSPECTED,
    "S04": SUSPECTED,
    "S05": "res.permanents > 1",
    "S06": "mem.homes > 1",
    "S07": "hh.two_heads",
    "S08": "rel.spouses > 1",
    "S09": "rel.blood_fathers > 1 OR rel.blood_mothers > 1",
    "S10": "doc.in_use > 1",
    "S12": "num.cancelled OR rel.cancelled OR doc.cancelled",
    "S25": "ph.people > %(phone_people)s OR ph.households > %(phone_households)s",
    "S26": "num.odd_cmnd",
    "S27": "circle.start IS NOT NULL",
    "S28": "plc.writings > 1",
    "S29": "plc.people > %(address_people)s OR plc.households > %(address_households)s",
    "S30": "rel.to_merged",
    # Sống
    "L01": "res.registered",
    "L02": "r.death_reported_on < %(on)s AND r.died_on IS NULL",
    "L03": "hh.lost_its_head",
    "L04": "res.in_former_unit",
    "L05": "res.temporary_ended AND NOT res.temporary",
    "L06": "res.temporary_ends <= %(on)s::date + make_interval(days => %(temporary_renewal_days)s)",
    "L07": "res.staying_since < %(on)s::date - make_interval(days => %(stay_days)s)",
    "L08": "res.absence_ended < %(on)s::date - make_interval(days => %(absence_grace_days)s)",
    "L09": (
        "res.permanent AND res.away_since"
        " <= %(on)s::date - make_interval(months => %(absence_months)s) + interval '3 days'"
    ),
    "L10": (
        f"{under('14')} AND NOT coalesce(res.registered, false)"
        f" AND {BIRTH} < %(on)s::date - make_interval(days => %(newborn_days)s)"
    ),
    "L11": _turns_soon(14),
    "L12": f"doc.in_use > 0 AND ({_turns_soon(25)} OR {_turns_soon(40)} OR {_turns_soon(60)})",
    "L13": "doc.expires_on < %(on)s",
    "L14": "doc.cards = 0 AND doc.cmnds > 0",
    "L15": (
        "doc.last_issued_on IS NOT NULL"
        " AND EXISTS (SELECT FROM registry_changedperson AS c WHERE c.resident_id = r.id OFFSET 0)"
    ),
    "L18": WAITING,
    "L19": WAITING,
    "L20": f"res.permanent AND {WAITING}",
    "L21": f"rel.guardians > 0 AND {at_least('18')}",
    "L22": (
        "coalesce(r.confirmed_at, r.created_at) < %(on)s::date + interval '1 day' - make_interval(months => CASE"
        f" WHEN {at_least('80')} THEN least(%(confirm_months)s, %(confirm_months_from_80)s)"
        " ELSE %(confirm_months)s END)"
    ),
    "L25": "res.absence_ended < %(on)s",
    "L26": "hh.former_heads AND NOT mem.is_head",
}
