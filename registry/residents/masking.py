"""One rule for numbers on screens: whole for those who work with the record, masked for those who look from above."""

import re

from accounts.models import Officer
from accounts.roles import Right
from registry.values import personal_number, phone

EMAIL = re.compile(r"\b([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")
# Nine to twelve digits, in one piece rather than in groups: a number beside a date keeps the date out of it.
DIGITS = re.compile(r"(?<!\d)(?:\+?\d{9,12}|\+?\d(?:[ .-]?\d){8,11})(?!\d)", re.ASCII)


def shown_number(number: str, officer: Officer) -> str:
    """ "020 1 65 494786" for who may see sensitive data, otherwise "020••••••786" (NĐ 356/2025, facts.md 10)."""
    if len(number) != 12:
        return number if officer.can(Right.SENSITIVE_VIEW) else f"{number[:3]}••••••"
    if not officer.can(Right.SENSITIVE_VIEW):
        return personal_number.decode(number).masked()
    return f"{number[:3]} {number[3]} {number[4:6]} {number[6:]}"


def shown_phone(number: str, officer: Officer) -> str:
    return phone.display(number) if officer.can(Right.SENSITIVE_VIEW) else phone.masked(number)


def shown_text(text: str, officer: Officer) -> str:
    """A sentence, a before or an after, with each number, phone and e-mail address in it as this officer may see it."""
    return text if officer.can(Right.SENSITIVE_VIEW) else masked_text(text)


def masked_text(text: str) -> str:
    """The same where the person is another commune's: whoever looks."""
    return DIGITS.sub(lambda run: _masked(run[0]), EMAIL.sub(r"\1•••@\2", text))


def _masked(run: str) -> str:
    digits = "".join(filter(str.isdigit, run))
    if run[0] == "+" or len(digits) in (10, 11):
        return phone.masked(digits)
    return personal_number.decode(digits).masked() if len(digits) == 12 else f"{digits[:3]}••••••"
