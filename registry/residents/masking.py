"""One rule for numbers on screens: whole for those who work with the record, masked for those who look from above."""

from accounts.models import Officer
from accounts.roles import Right
from registry.values import personal_number, phone


def shown_number(number: str, officer: Officer) -> str:
    """ "020 1 65 494786" for who may see sensitive data, otherwise "020••••••786" (NĐ 356/2025, facts.md 10)."""
    if len(number) != 12:
        return number if officer.can(Right.SENSITIVE_VIEW) else f"{number[:3]}••••••"
    if not officer.can(Right.SENSITIVE_VIEW):
        return personal_number.decode(number).masked()
    return f"{number[:3]} {number[3]} {number[4:6]} {number[6:]}"


def shown_phone(number: str, officer: Officer) -> str:
    return phone.display(number) if officer.can(Right.SENSITIVE_VIEW) else phone.masked(number)
