"""Asking for a list: a right, a reason, chosen columns, a cap; twice asked is once made."""

import datetime as dt
import uuid

import pytest
from django.http import QueryDict

from accounts.models import AuditEvent, Setting
from registry.models import ListExport
from registry.rosters.out import asking, kinds
from registry.rosters.out.refusal import ExportRefused
from tests.factories import ResidentFactory
from tests.registry.rosters.out.conftest import REASON

pytestmark = pytest.mark.django_db


def ask(officer, code="cu-dan", query="", **fields):
    told = {"columns": ["full_name", "number"], "file_format": "xlsx", "reason": REASON, "token": uuid.uuid4()}
    return asking.ask(kinds.named(code), QueryDict(query), by=officer, **told | fields)


def refused(officer, code="cu-dan", **fields) -> tuple[str, str]:
    with pytest.raises(ExportRefused) as said:
        ask(officer, code, **fields)
    assert not ListExport.objects.exists()
    return said.value.field, str(said.value)


@pytest.mark.parametrize("reason", ["", "xem", "abcdefghijklmn", "đối chiếu", "a b c"])
def test_a_reason_needs_some_words(reason, officer, resident):
    assert refused(officer, reason=reason) == ("reason", asking.REASON)


def test_no_rows_too_many_rows_and_too_long_a_filter_are_refused(officer, resident, commune):
    assert "không có gì để xuất" in refused(officer, query="q=zzz")[1]
    assert "Bộ lọc quá dài" in refused(officer, query="x=" + "1" * 500)[1]
    Setting.objects.create(code="export_rows", value=1, valid_from=dt.date(2026, 1, 1))
    ResidentFactory(commune=commune)
    assert "hơn 1 dòng" in refused(officer)[1] and "Lọc hẹp lại" in refused(officer)[1]


def test_columns_that_are_none_or_sensitive_without_the_right_are_refused(officer, supervisor, resident):
    assert refused(officer, columns=["password"])[0] == "columns"
    assert refused(officer, columns=[])[0] == "columns"
    assert refused(supervisor, columns=["full_name", "religion"])[0] == "columns"
    assert ask(officer, columns=["religion", "full_name"]).columns == ["full_name", "religion"]
    assert "Tôn giáo" in AuditEvent.objects.get(action="create", reason=REASON).sentence


def test_only_who_may_see_the_list_and_take_lists_out_may_ask(auditor, supervisor, resident):
    assert "không có quyền" in refused(auditor)[1]
    assert "không có quyền" in refused(supervisor, "phai-lam-the")[1]  # a list of the commune's own work


def test_only_excel_of_people_by_who_may_write_them_comes_back(officer, supervisor, resident):
    assert refused(officer, for_return=True, file_format="csv")[0] == "for_return"
    assert refused(officer, "ho", for_return=True, columns=["code"])[0] == "for_return"
    assert refused(supervisor, for_return=True)[0] == "for_return"
    assert refused(officer, file_format="pdf")[0] == "format"
    assert ask(officer, for_return=True, columns=["full_name", "state"]).columns == ["full_name"]


def test_the_same_token_is_the_same_list_and_nobody_elses(officer, colleague, resident):
    token = uuid.uuid4()
    first = ask(officer, token=token)
    assert ask(officer, token=token, reason="") == first
    assert ListExport.objects.count() == 1
    assert AuditEvent.objects.filter(action="create", reason=REASON).count() == 1
    with pytest.raises(ExportRefused):
        ask(colleague, token=token)
