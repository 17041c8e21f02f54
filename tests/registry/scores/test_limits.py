"""Thresholds: what another value would do, counted by the rules themselves, and setting it from a day on."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from registry.cleanup.scan import scan
from registry.models import Finding, Residence, Resident
from registry.scores import trying
from registry.scores.limits import LimitRefused, Seen, draw, limit_at, limits, read_by_rules
from tests.factories import RelationFactory, ResidenceFactory, ResidentFactory

pytestmark = pytest.mark.django_db
PAGE = "/lam-sach/nguong/"
TODAY = timezone.localdate()
PHONE = "0977777777"
SEEN = Seen(1, 2, 3, 3)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def text(response) -> str:
    return response.content.decode()


def staying(commune, *, days: int, name: str = "Hoàng Thị Mẫu Nguyệt") -> Resident:
    person = ResidentFactory(commune=commune, full_name=name, phone=PHONE)
    ResidenceFactory(resident=person)
    ResidenceFactory(resident=person, kind="stay", from_on=ago(days))
    return person


@pytest.fixture
def stays(commune, other_commune) -> list[Resident]:
    """Three in the commune, two of them beyond 30 days; the bait next door."""
    found = [staying(commune, days=days) for days in (50, 40, 20)]
    staying(other_commune, days=45, name="Đinh Thị Mẫu Lạ")
    return found


def queue() -> int:
    return Finding.objects.filter(rule="L07", state="open").count()


def test_every_threshold_of_every_rule_has_its_page(client_of, administrator):
    known = {code for rule in trying.suspects.catalogue().values() for code in rule.thresholds}
    assert set(read_by_rules()) == known == {one.code for one in limits()}
    client = client_of(administrator)
    page = text(client.get(PAGE))
    for one in limits():
        assert f"{PAGE}{one.slug}/" in page
        assert client.get(f"{PAGE}{one.slug}/").status_code == 200
    assert client.get(f"{PAGE}card-working-days/").status_code == 404


@pytest.mark.parametrize("value", [10, 30, 45, 60])
def test_the_count_is_what_a_scan_then_finds(stays, administrator, value):
    everybody = list(Resident.objects.values_list("pk", flat=True))
    scan(everybody)
    tried = trying.compare(administrator, limit_at("stay-days"), value)
    assert (tried.queue_now, tried.people, tried.is_part) == (queue(), 4, False)
    Setting.objects.create(code="stay_days", value=value, valid_from=TODAY)
    scan(everybody)
    assert tried.queue_then == queue()


@pytest.mark.parametrize("slug", [code.replace("_", "-") for code in read_by_rules()])
def test_every_threshold_can_be_tried(stays, administrator, slug):
    one = limit_at(slug)
    tried = trying.compare(administrator, one, one.value + 1)
    assert set(tried.now) | set(tried.then) <= {rule.code for rule in one.rules}
    assert len(trying.examples(tried, one, with_names=False)) <= 20


def test_nothing_is_written_by_trying(stays, administrator):
    trying.compare(administrator, limit_at("stay-days"), 10)
    assert (Finding.objects.count(), Setting.objects.count()) == (0, 0)


def test_what_was_verified_for_these_values_stays_out(stays, officer, administrator):
    scan([one.pk for one in stays])
    Finding.objects.filter(resident=stays[0], rule="L07").update(
        state="verified", decided_at=timezone.now(), decided_by=officer
    )
    tried = trying.compare(administrator, limit_at("stay-days"), 45)
    # With 45 days the sentence says 45: what was verified for 30 lapses, as in a scan.
    assert (tried.queue_now, tried.queue_then) == (2, 1)
    Setting.objects.create(code="stay_days", value=45, valid_from=TODAY)
    scan([*Resident.objects.values_list("pk", flat=True)])
    assert queue() == 1


def test_those_who_look_from_a_commune_count_their_own(stays, chief, client_of):
    page = text(client_of(chief).get(f"{PAGE}stay-days/", {"value": "10"}))
    assert "Hàng đợi sẽ tăng từ 2 lên 3 việc" in " ".join(page.split())
    assert stays[2].full_name in page
    assert "Đinh Thị Mẫu Lạ" not in page
    assert 'name="basis"' not in page  # a chief looks, the administrator sets
    assert AuditEvent.objects.filter(target_label__startswith=stays[2].full_name, sentence__contains="ví dụ").exists()


def test_the_administrator_sees_numbers_and_reasons_but_nobody(stays, administrator, client_of, commune):
    mother = ResidentFactory(commune=commune, full_name="Lý Thị Mẫu Mẹ", birth_year=1980)
    RelationFactory(resident=stays[0], kind="mother", name=mother.full_name, person=mother)
    client = client_of(administrator)
    for slug, value in (
        ("stay-days", 10),
        ("parent-gap-least-years", 5),
        ("phone-people", 2),
        ("unusual-age-years", 30),
    ):
        page = text(client.get(f"{PAGE}{slug}/", {"value": value}))
        assert "Ví dụ" in page
        assert page.count('data-label="Vì sao"') > 0, slug
        for secret in ("Mẫu Nguyệt", "Mẫu Lạ", "Mẫu Mẹ", PHONE, "21/05/1990", str(stays[0].public_id)):
            assert secret not in page, (slug, secret)


def test_a_big_register_is_counted_in_part_and_said_so(stays, administrator, monkeypatch, client_of):
    monkeypatch.setattr(trying, "CHUNK", 2)
    monkeypatch.setattr(trying, "MOST_PEOPLE", 1)
    part = trying.compare(administrator, limit_at("stay-days"), 10)
    assert (part.communes, part.of_communes, part.of_people) == (1, 2, 4)
    assert part.is_part
    page = " ".join(text(client_of(administrator).get(f"{PAGE}stay-days/", {"value": "10"})).split())
    assert f"Đếm trên 1 trong 2 xã, {part.people} trong 4 hồ sơ" in page


def set_it(client, slug: str, **typed):
    page = client.get(f"{PAGE}{slug}/", {"value": typed.get("value", "45")})
    draft = page.context["draw"]
    given = {"value": "45", "since": f"{TODAY:%d/%m/%Y}", "basis": "Công văn 12 của Công an tỉnh"}
    given |= {"seen": draft.initial["seen"] if draft else "", "submit_token": page.context["submit_token"]}
    return client.post(f"{PAGE}{slug}/dat/", given | typed)


def test_the_administrator_sets_a_value_from_a_day_on_and_the_old_one_stays(stays, administrator, client_of):
    Setting.objects.create(code="stay_days", value=25, valid_from=ago(90), basis="Cũ")
    answer = set_it(client_of(administrator), "stay-days")
    assert answer.status_code == 302
    assert list(Setting.objects.order_by("valid_from").values_list("value", "valid_from")) == [
        (25, ago(90)), (45, TODAY),
    ]  # fmt: skip
    line = AuditEvent.objects.get(action="admin")
    assert line.sentence == f"Đặt ngưỡng “Lưu trú nhiều nhất”: 25 → 45 ngày từ {TODAY:%d/%m/%Y}. Hàng đợi 3 → 1 việc."
    assert line.reason == "Công văn 12 của Công an tỉnh"
    assert Residence.objects.count() == 8


def test_two_clicks_set_one_value(stays, administrator, client_of):
    client = client_of(administrator)
    page = client.get(f"{PAGE}stay-days/", {"value": "45"})
    given = {"value": "45", "since": f"{TODAY:%d/%m/%Y}", "basis": "Công văn 12 của Công an tỉnh"}
    given |= {"seen": page.context["draw"].initial["seen"], "submit_token": page.context["submit_token"]}
    assert [client.post(f"{PAGE}stay-days/dat/", given).status_code for _ in range(2)] == [302, 302]
    assert Setting.objects.count() == AuditEvent.objects.filter(action="admin").count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"basis": "vì"}, "ít nhất 10 ký tự"),
        ({"since": "hôm nay"}, "Ghi ngày theo kiểu"),
        ({"since": "01/01/2020"}, "từ hôm nay"),
        ({"seen": "giả"}, "bấm “Thử” lại"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(stays, administrator, client_of, typed, sentence):
    answer = set_it(client_of(administrator), "stay-days", **typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert (typed.get("basis") or "Công văn 12 của Công an tỉnh") in text(answer)
    assert not Setting.objects.exists()


def test_nobody_sets_a_value_whose_effect_was_not_looked_at(stays, administrator, client_of):
    client = client_of(administrator)
    seal = client.get(f"{PAGE}stay-days/", {"value": "45"}).context["draw"].initial["seen"]
    given = {"value": "9", "since": f"{TODAY:%d/%m/%Y}", "basis": "Công văn 12 của Công an tỉnh", "seen": seal}
    assert client.post(f"{PAGE}stay-days/dat/", given).status_code == 422
    assert not Setting.objects.exists()


@pytest.mark.parametrize("value", ["", "nhiều", "-1", "999999"])
def test_a_value_that_is_none_is_refused_beside_the_field(administrator, client_of, value):
    assert client_of(administrator).get(f"{PAGE}stay-days/", {"value": value}).status_code == 422


def test_a_day_that_has_a_value_and_a_value_that_holds_are_refused(administrator):
    Setting.objects.create(code="stay_days", value=25, valid_from=TODAY)
    one = limit_at("stay-days")
    with pytest.raises(LimitRefused, match="đã có một giá trị"):
        draw(one, 40, since=TODAY, basis="Công văn 12", seen=SEEN, by=administrator)
    with pytest.raises(LimitRefused, match="không có gì đổi"):
        draw(one, 25, since=TODAY + dt.timedelta(days=1), basis="Công văn 12", seen=SEEN, by=administrator)
    assert Setting.objects.count() == 1
