"""The clean-up rules about electronic identity accounts: L23, L24. Registered from cards.registry_hooks."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cards.models import EidAccount, EidLevel, EidState
from registry.cleanup.examples import TODAY, person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.right import DAY
from registry.cleanup.rules import Evidence, Rule, register
from registry.values import phone

FACT = "eid"


@dataclass(frozen=True)
class Account:
    """The account of one person, as far as rules look at it."""

    level: int
    state: str
    granted_on: dt.date | None = None
    phone: str = ""


def load(resident_ids: list[int]) -> dict[int, Account]:
    """The account of each of these residents. One query."""
    rows = EidAccount.objects.filter(resident__in=resident_ids)
    return {
        row.resident_id: Account(
            row.level, row.state, timezone.localdate(row.granted_at) if row.granted_at else None, row.phone
        )
        for row in rows
    }


def account_of(facts: Facts) -> Account | None:
    return facts.more.get(FACT)


def account_is_not_activated(facts: Facts) -> Evidence | None:
    account = account_of(facts)
    if account is None or (account.level, account.state) != (EidLevel.TWO, EidState.GRANTED) or not account.granted_on:
        return None
    if (facts.on - account.granted_on).days <= facts.thresholds["eid_activation_days"]:
        return None
    granted = account.granted_on.strftime(DAY)
    return Evidence(f"Tài khoản định danh mức 2 cấp {granted}, chưa kích hoạt.", {"Cấp ngày": granted})


def phones_differ(facts: Facts) -> Evidence | None:
    account, ours = account_of(facts), facts.resident.phone
    if account is None or account.state == EidState.LOCKED or not (account.phone and ours):
        return None
    if _plain(account.phone) == _plain(ours):
        return None
    return Evidence(
        "Số điện thoại của tài khoản định danh khác số trong hồ sơ.",
        {"Số trong hồ sơ": ours, "Số của tài khoản": account.phone},
    )


def _plain(text: str) -> str:
    """As numbers are written today; what is no number stands for itself (rule D31 asks about it)."""
    try:
        return phone.normalise(text)
    except phone.PhoneRefused:
        return text


def _with(state: EidState, *, days_ago: int = 20, level: int = EidLevel.TWO, number: str = "0912345678") -> Facts:
    """The sound person of the examples with an account."""
    return person(more={FACT: Account(level, state, TODAY - dt.timedelta(days=days_ago), number)})


RULES = [
    Rule(
        "L23",
        account_is_not_activated,
        fires=lambda: _with(EidState.GRANTED, days_ago=16),
        quiet=lambda: _with(EidState.GRANTED, days_ago=15),
        spared=lambda: _with(EidState.LOCKED),
        exception="Tài khoản đã kích hoạt, đã khóa, hoặc mức độ 1.",
        thresholds=("eid_activation_days",),
        limits="Chỉ biết tài khoản đã ghi nhận tại đây; việc kích hoạt trên VNeID phải được cập nhật vào.",
    ),
    Rule(
        "L24",
        phones_differ,
        fires=lambda: _with(EidState.ACTIVATED, number="0987654321"),
        quiet=lambda: _with(EidState.ACTIVATED),
        spared=lambda: _with(EidState.ACTIVATED, number="+84912345678"),
        exception="Cùng một số viết theo đầu +84 hoặc đầu số cũ; tài khoản đã khóa.",
        limits="Chỉ so khi cả hồ sơ và tài khoản đều có số điện thoại.",
    ),
]


def sign_up() -> None:
    register_facts(FACT, load)
    for rule in RULES:
        register(rule)
