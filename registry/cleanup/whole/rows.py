"""What a condition may look at: one line a resident of the chunk, `r` with what hangs on it gathered beside.

    r     the resident               num   personal, cmnds[] in use
    rel   relations                  res   residences
    doc   cards and papers           mem   memberships of today
    hh    the person's households    scn   whether cards were scanned
    plc   the permanent address      ph    how many have this phone
    circle   whoever is an own ancestor    born  old provinces of the unit of birth registration

Everything is read once for the whole chunk. `%(on)s` is the day. OFFSET 0 in an EXISTS keeps the planner
from reading the whole table into a hash for a chunk of it: the cost of a chunk must not grow with the register.
"""

HOLDS = (
    "(x.closed_at IS NULL AND (x.from_on IS NULL OR x.from_on <= %(on)s) AND (x.to_on IS NULL OR x.to_on >= %(on)s))"
)
NOT_STRUCK_OUT = "x.closed_at IS NULL"
CARDS = "('CAN_CUOC', 'CCCD_CHIP', 'CCCD_MAVACH')"
CMNDS = "('CMND9', 'CMND12')"
LIVING = "('living', 'absent')"

CHUNK = """
    SELECT * FROM registry_resident
    WHERE commune_id = %(commune)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
"""
GIVEN = "SELECT * FROM registry_resident WHERE id = ANY(%(ids)s)"

NUMBERS = """
    SELECT x.resident_id,
        max(regexp_replace(x.number, '[ .]', '', 'g')) FILTER (WHERE x.kind = 'SDDCN' AND x.is_active) AS personal,
        array_agg(x.number) FILTER (WHERE x.kind = 'CMND9' AND x.is_active) AS cmnds,
        bool_or(x.kind = 'CMND9' AND x.is_active AND x.number !~ '^[0-9]{9}$') AS odd_cmnd,
        bool_or(x.is_active AND EXISTS (
            SELECT FROM registry_identitynumber AS other
            WHERE other.number = x.number AND other.is_active AND other.kind = x.kind
            AND other.resident_id <> x.resident_id OFFSET 0
        )) AS shared,
        bool_or(x.is_active AND EXISTS (
            SELECT FROM registry_identitynumber AS dead WHERE dead.number = x.number AND dead.kind = 'SDDCN_DA_HUY'
            OFFSET 0
        )) AS cancelled
    FROM registry_identitynumber AS x JOIN r ON r.id = x.resident_id GROUP BY x.resident_id
"""

RELATIONS = f"""
    SELECT x.resident_id,
        array_agg(x.name) AS names,
        count(*) FILTER (WHERE named AND x.kind = 'father') AS fathers,
        count(*) FILTER (WHERE named AND x.kind = 'mother') AS mothers,
        count(*) FILTER (WHERE named AND x.kind = 'father' AND NOT x.is_adoptive) AS blood_fathers,
        count(*) FILTER (WHERE named AND x.kind = 'mother' AND NOT x.is_adoptive) AS blood_mothers,
        count(*) FILTER (WHERE named AND x.kind = 'spouse') AS spouses,
        count(*) FILTER (WHERE named AND x.kind = 'guardian') AS guardians,
        max(p.birth_year) FILTER (WHERE named AND x.kind IN ('father', 'mother')) AS youngest_parent,
        min(p.birth_year) FILTER (WHERE named AND x.kind = 'father') AS oldest_father,
        min(p.birth_year) FILTER (WHERE named AND x.kind = 'mother') AS oldest_mother,
        min(p.died_on) FILTER (WHERE named AND x.kind IN ('father', 'mother')) AS parent_died_on,
        bool_or(x.kind = 'spouse' AND p.state = 'deceased') FILTER (WHERE named) AS spouse_is_dead,
        array_agg(split_part(x.name, ' ', 1)) FILTER (
            WHERE named AND p.id IS NOT NULL AND NOT x.is_adoptive AND x.kind IN ('father', 'mother')) AS surnames,
        array_agg(p.ethnic_group) FILTER (
            WHERE named AND p.ethnic_group <> '' AND NOT x.is_adoptive AND x.kind IN ('father', 'mother')) AS groups,
        bool_or(named AND x.kind = 'spouse' AND NOT back.spouse) AS one_sided_marriage,
        bool_or(named AND (
            (x.kind = 'child' AND NOT back.parent) OR (x.kind IN ('father', 'mother') AND NOT back.child)
        )) AS one_sided_descent,
        bool_or(named AND CASE
            WHEN p.id IS NOT NULL THEN p.state IN {LIVING} AND NOT EXISTS (
                SELECT FROM registry_identitynumber AS n
                WHERE n.resident_id = p.id AND n.kind = 'SDDCN' AND n.is_active OFFSET 0)
            ELSE x.kind IN ('spouse', 'guardian', 'ward') AND x.personal_number = '' END) AS kin_without_number,
        bool_or(x.is_current AND p.state = 'merged') AS to_merged,
        bool_or(x.is_current AND x.personal_number <> '' AND EXISTS (
            SELECT FROM registry_identitynumber AS dead
            WHERE dead.number = x.personal_number AND dead.kind = 'SDDCN_DA_HUY' OFFSET 0)) AS cancelled
    FROM registry_relation AS x
    JOIN r ON r.id = x.resident_id
    LEFT JOIN registry_resident AS p ON p.id = x.person_id
    LEFT JOIN LATERAL (
        SELECT coalesce(bool_or(b.kind = 'spouse'), false) AS spouse,
            coalesce(bool_or(b.kind = 'child'), false) AS child,
            coalesce(bool_or(b.kind IN ('father', 'mother')), false) AS parent
        FROM registry_relation AS b
        WHERE b.resident_id = p.id AND b.person_id = x.resident_id AND b.is_current AND p.state <> 'merged'
    ) AS back ON p.id IS NOT NULL
    CROSS JOIN LATERAL (SELECT x.is_current AND (x.name <> '' OR x.person_id IS NOT NULL) AS named) AS told
    GROUP BY x.resident_id
"""

RESIDENCES = f"""
    SELECT x.resident_id,
        array_agg(x.hamlet) || array_agg(x.street) AS texts,
        bool_or({HOLDS} AND x.kind = 'permanent') AS permanent,
        count(*) FILTER (WHERE {HOLDS} AND x.kind = 'permanent') AS permanents,
        bool_or({HOLDS} AND x.kind = 'temporary') AS temporary,
        bool_or({HOLDS} AND x.kind = 'present') AS present,
        bool_or({HOLDS} AND x.kind IN ('permanent', 'temporary')) AS registered,
        bool_or({HOLDS} AND x.kind = 'permanent' AND x.hamlet = '' AND x.street = '') AS bare_permanent,
        bool_or({HOLDS} AND x.kind IN ('permanent', 'temporary', 'present') AND u.valid_to < %(on)s) AS in_former_unit,
        bool_or({NOT_STRUCK_OUT} AND u.valid_to < x.from_on) AS after_its_unit,
        bool_or({NOT_STRUCK_OUT} AND x.kind = 'temporary' AND (
            x.to_on <= x.from_on OR x.to_on > x.from_on + interval '1 year 364 days')) AS odd_term,
        bool_or({NOT_STRUCK_OUT} AND x.kind = 'temporary' AND x.to_on < %(on)s) AS temporary_ended,
        min(x.to_on) FILTER (WHERE {HOLDS} AND x.kind = 'temporary') AS temporary_ends,
        min(x.from_on) FILTER (WHERE {HOLDS} AND x.kind = 'stay') AS staying_since,
        min(x.from_on) FILTER (WHERE {NOT_STRUCK_OUT} AND x.kind = 'permanent') AS permanent_from,
        max(x.from_on) FILTER (WHERE {NOT_STRUCK_OUT} AND x.kind = 'permanent') AS permanent_last_from,
        min(x.to_on) FILTER (WHERE {NOT_STRUCK_OUT} AND x.kind = 'absence') AS absence_ended,
        min(coalesce(x.to_on, x.from_on)) FILTER (WHERE {NOT_STRUCK_OUT} AND x.kind = 'absence') AS away_since
    FROM registry_residence AS x JOIN r ON r.id = x.resident_id JOIN accounts_unit AS u ON u.id = x.unit_id
    GROUP BY x.resident_id
"""

DOCUMENTS = f"""
    SELECT x.resident_id,
        count(*) FILTER (WHERE x.kind IN {CARDS} AND x.state = 'in_use') AS in_use,
        count(*) FILTER (WHERE x.kind IN {CARDS}) AS cards,
        count(*) FILTER (WHERE x.kind IN {CMNDS}) AS cmnds,
        min(x.expires_on) FILTER (WHERE x.kind IN {CARDS} AND x.state = 'in_use') AS expires_on,
        bool_or(x.kind IN {CARDS} AND x.state = 'in_use' AND (
            x.issued_on IS NULL OR x.issued_by = '' OR (x.expires_on IS NULL AND NOT x.no_expiry))) AS incomplete,
        bool_or(x.issued_on > %(on)s OR extract(year FROM x.issued_on) <= r.birth_year OR CASE x.kind
            WHEN 'CMND9' THEN x.issued_on > '2020-12-31'
            WHEN 'CMND12' THEN x.issued_on NOT BETWEEN '2012-01-01' AND '2015-12-31'
            WHEN 'CAN_CUOC' THEN x.issued_on < '2024-07-01'
            WHEN 'CCCD_CHIP' THEN x.issued_on < '2016-01-01'
            WHEN 'CCCD_MAVACH' THEN x.issued_on < '2016-01-01' END) AS odd_day,
        -- Anything but the birthday that Đ21 leads to; near the two-year line the rule itself decides.
        bool_or(x.kind = 'CAN_CUOC' AND x.state = 'in_use' AND (
            x.expires_on IS DISTINCT FROM (
                SELECT (r.birth_latest_on + make_interval(years => age))::date
                FROM unnest(ARRAY[14, 25, 40, 60]) AS age
                WHERE x.issued_on < r.birth_latest_on + make_interval(years => age - 2)
                ORDER BY age LIMIT 1)
            OR r.birth_day IS NULL OR to_char(r.birth_latest_on, 'MMDD') = '0229' OR EXISTS (
                SELECT FROM unnest(ARRAY[14, 25, 40, 60]) AS age
                WHERE abs(x.issued_on - (r.birth_latest_on + make_interval(years => age - 2))::date) <= 2)
        )) AS odd_expiry,
        bool_or(x.kind IN {CARDS} AND x.state = 'in_use' AND EXISTS (
            SELECT FROM registry_identitynumber AS dead
            WHERE dead.number = x.number AND dead.kind = 'SDDCN_DA_HUY' OFFSET 0)) AS cancelled,
        max(x.issued_on) FILTER (WHERE x.kind IN {CARDS} AND x.state = 'in_use') AS last_issued_on
    FROM registry_identitydocument AS x JOIN r ON r.id = x.resident_id GROUP BY x.resident_id
"""

MEMBERSHIPS = """
    SELECT x.resident_id,
        count(*) AS homes,
        min(x.household_id) AS household_id,
        array_agg(x.household_id) AS households,
        bool_or(x.role_id IS NULL) AS no_role,
        bool_or(role.code = 'CHU_HO') AS is_head,
        bool_or(role.required_sex = 1) AS role_of_men,
        bool_or(role.required_sex = 2) AS role_of_women,
        min(role.generation) AS generation,
        max(role.generation) AS last_generation,
        array_agg(role.code) AS roles
    FROM registry_membership AS x
    JOIN r ON r.id = x.resident_id
    JOIN registry_household AS h ON h.id = x.household_id AND h.closed_on IS NULL
    LEFT JOIN registry_householdrole AS role ON role.id = x.role_id
    WHERE x.to_on IS NULL GROUP BY x.resident_id
"""

HOUSEHOLDS = f"""
    SELECT mine.resident_id,
        bool_or(home.heads = 0 AND home.ever_heads = 0) AS never_a_head,
        bool_or(home.heads = 0 AND home.ever_heads > 0) AS lost_its_head,
        bool_or(home.heads > 1) AS two_heads,
        bool_or(home.former_heads) AS former_heads,
        min(home.oldest_head) AS oldest_head,
        max(home.youngest_head) AS youngest_head
    FROM (SELECT mem.resident_id, unnest(mem.households) AS household_id FROM mem) AS mine
    JOIN (
        SELECT y.household_id,
            count(*) FILTER (WHERE role.code = 'CHU_HO' AND y.to_on IS NULL AND p.state IN {LIVING}) AS heads,
            count(*) FILTER (WHERE role.code = 'CHU_HO') AS ever_heads,
            bool_or(role.code = 'CHU_HO' AND y.to_on IS NOT NULL) AS former_heads,
            min(p.birth_year) FILTER (WHERE role.code = 'CHU_HO' AND y.to_on IS NULL AND p.state IN {LIVING})
                AS oldest_head,
            max(p.birth_year) FILTER (WHERE role.code = 'CHU_HO' AND y.to_on IS NULL AND p.state IN {LIVING})
                AS youngest_head
        FROM registry_membership AS y
        JOIN registry_resident AS p ON p.id = y.resident_id
        LEFT JOIN registry_householdrole AS role ON role.id = y.role_id
        WHERE y.household_id IN (SELECT unnest(mem.households) FROM mem)
        GROUP BY y.household_id
    ) AS home ON home.household_id = mine.household_id
    GROUP BY mine.resident_id
"""

SCANS = """
    SELECT x.resident_id, bool_or(x.kind <> 'mrz') AS qr, bool_or(x.kind = 'mrz') AS mrz
    FROM registry_cardscan AS x JOIN r ON r.id = x.resident_id GROUP BY x.resident_id
"""

# Each a step of its own: what the planner takes for one row it would else count anew for every person.
PLACES = "SELECT DISTINCT unit_id, address_folded FROM own"
HERE = f"""
    SELECT x.unit_id, x.address_folded, count(DISTINCT (x.street, x.hamlet)) AS writings,
        count(DISTINCT x.resident_id) AS people, count(DISTINCT m.household_id) AS households
    FROM places JOIN registry_residence AS x USING (unit_id, address_folded)
    JOIN registry_resident AS p ON p.id = x.resident_id AND p.state IN {LIVING}
    LEFT JOIN registry_membership AS m ON m.resident_id = x.resident_id AND m.to_on IS NULL
    WHERE x.kind = 'permanent' AND {HOLDS}
    GROUP BY x.unit_id, x.address_folded
"""
OF_PLACE = """
    SELECT own.resident_id, here.writings, here.people, here.households
    FROM own JOIN here USING (unit_id, address_folded)
"""
OWN = f"""
    SELECT DISTINCT x.resident_id, x.unit_id, x.address_folded
    FROM registry_residence AS x JOIN r ON r.id = x.resident_id
    WHERE x.kind = 'permanent' AND {HOLDS} AND x.address_folded <> ''
"""

# The provinces of before 01/07/2025 that the unit of birth registration, or what it was made of, lay in (units.py).
# OFFSET 0: one unit at a time by its key, or the planner reads the whole table of units for one person.
BORN = """
    SELECT asked.unit_id, told.provinces
    FROM (SELECT DISTINCT birth_registration_unit_id AS unit_id FROM r
          WHERE birth_registration_unit_id IS NOT NULL) AS asked
    CROSS JOIN LATERAL (
        WITH RECURSIVE back (id) AS (
            SELECT asked.unit_id UNION
            SELECT step.old_id FROM back JOIN accounts_unitsuccessor AS step ON step.new_id = back.id
        ), up (id, parent_id, code, level) AS (
            SELECT u.id, u.parent_id, u.code, u.level
            FROM back CROSS JOIN LATERAL (SELECT * FROM accounts_unit WHERE id = back.id OFFSET 0) AS u
            WHERE u.valid_to < '2025-07-01'
            UNION
            SELECT above.id, above.parent_id, above.code, above.level
            FROM up CROSS JOIN LATERAL (SELECT * FROM accounts_unit WHERE id = up.parent_id OFFSET 0) AS above
        )
        SELECT array_agg('0' || code) AS provinces FROM up WHERE level = 'province' AND length(code) = 2
    ) AS told
"""

PHONES = f"""
    SELECT p.phone, count(DISTINCT p.id) AS people, count(DISTINCT m.household_id) AS households
    FROM (SELECT DISTINCT phone FROM r WHERE phone <> '') AS asked
    JOIN LATERAL (
        SELECT x.id, x.phone FROM registry_resident AS x
        WHERE x.phone = asked.phone AND x.phone <> '' AND x.state IN {LIVING} OFFSET 0  -- the index leaves '' out
    ) AS p ON true
    LEFT JOIN registry_membership AS m ON m.resident_id = p.id AND m.to_on IS NULL
    GROUP BY p.phone HAVING count(*) > 1
"""

# Upwards by linked fathers and mothers; UNION meets each ancestor once, so it always ends.
LINES = """
    SELECT x.resident_id, x.person_id FROM registry_relation AS x JOIN r ON r.id = x.resident_id
    WHERE x.is_current AND x.kind IN ('father', 'mother') AND x.person_id IS NOT NULL
    UNION
    SELECT line.start, above.person_id FROM line JOIN registry_relation AS above ON above.resident_id = line.id
    WHERE above.is_current AND above.kind IN ('father', 'mother') AND above.person_id IS NOT NULL
        AND line.id <> line.start
"""
CIRCLES = "SELECT DISTINCT start FROM line WHERE start = id"

GATHERED = {
    "num": NUMBERS, "rel": RELATIONS, "res": RESIDENCES, "doc": DOCUMENTS, "mem": MEMBERSHIPS, "hh": HOUSEHOLDS,
    "scn": SCANS,
}  # fmt: skip
