"""Officers to try the portal with: every role, in the two communes of the sample and above them. All are invented."""

from dataclasses import dataclass

from accounts.models import Officer, Unit
from accounts.roles import Role

PASSWORD = "MauSon@2026"


@dataclass(frozen=True)
class SignIn:
    """One line of what the command prints."""

    officer: Officer
    unit: str

    @property
    def role(self) -> str:
        return Role(self.officer.role).label


# number behind the unit's letters, name, rank, role; twice, for the two communes
_COMMUNE = [
    [
        ("001", "Lê Mẫu Hải", "Đại úy", Role.OFFICER),
        ("002", "Trần Mẫu Vân", "Trung úy", Role.OFFICER),
        ("010", "Phạm Mẫu Quang", "Trung tá", Role.CHIEF),
    ],
    [
        ("001", "Hoàng Mẫu Thảo", "Thượng úy", Role.OFFICER),
        ("002", "Nông Mẫu Dũng", "Thiếu tá", Role.OFFICER),
        ("010", "Vi Mẫu Khánh", "Trung tá", Role.CHIEF),
    ],
]
_ABOVE = [
    ("LS-001", "Vũ Mẫu Tùng", "Thượng tá", Role.PROVINCE_SUPERVISOR),
    ("BCA-001", "Ngô Mẫu Bình", "Đại tá", Role.MINISTRY_SUPERVISOR),
    ("KT-001", "Bùi Mẫu Kiên", "Thiếu tá", Role.AUDITOR),
    ("QT-001", "Hồ Mẫu Quân", "Thượng úy", Role.ADMINISTRATOR),
]


def make_officers(communes: list[Unit], *, letters: list[str]) -> list[SignIn]:
    """The accounts, one password for all. One whose badge number is taken already stays as it is."""
    made = [
        _officer(f"{prefix}-{number}", name, rank, role, commune)
        for commune, prefix, rows in zip(communes, letters, _COMMUNE, strict=True)
        for number, name, rank, role in rows
    ]
    province = communes[0].parent
    for badge, name, rank, role in _ABOVE:
        made.append(_officer(badge, name, rank, role, province if role == Role.PROVINCE_SUPERVISOR else None))
    return [SignIn(officer, officer.unit.name if officer.unit else "–") for officer in made]


def sample_officers(letters: list[str]) -> list[SignIn]:
    """Those of them that exist and work here today, in the same order."""
    badges = [f"{prefix}-{row[0]}" for prefix, rows in zip(letters, _COMMUNE, strict=True) for row in rows]
    badges += [row[0] for row in _ABOVE]
    found = {one.badge_number: one for one in Officer.objects.filter(badge_number__in=badges, is_active=True)}
    existing = [found[badge] for badge in badges if badge in found]
    return [SignIn(officer, officer.unit.name if officer.unit else "–") for officer in existing]


def _officer(badge: str, name: str, rank: str, role: Role, unit: Unit | None) -> Officer:
    existing = Officer.objects.select_related("unit").filter(badge_number=badge).first()
    return existing or Officer.objects.create_user(badge, PASSWORD, full_name=name, rank=rank, role=role, unit=unit)
