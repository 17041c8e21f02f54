"""A person of the register, and everything about that person that is one value (Luật Căn cước Đ9, facts.md 2.2)."""

import uuid
from typing import Self, cast

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from accounts.text import fold, person_sort_key
from registry import codes
from registry.values import search_words
from registry.values.names import split_name
from registry.values.partial_date import DateRefused, PartialDate


class Sex(models.IntegerChoices):
    """QCVN 109:2017/BTTTT."""

    UNKNOWN = 0, "Chưa có thông tin"
    MALE = 1, "Nam"
    FEMALE = 2, "Nữ"


class ResidentState(models.TextChoices):
    LIVING = "living", "Đang cư trú"
    ABSENT = "absent", "Vắng mặt"
    MOVED = "moved", "Đã chuyển đi"
    DECEASED = "deceased", "Đã chết"
    MERGED = "merged", "Đã gộp"


class ConfirmedHow(models.TextChoices):
    """What the last confirmation rests on."""

    VISIT = "visit", "đi cơ sở"
    EVENT = "event", "giấy tờ hộ tịch, cư trú"
    SCAN = "scan", "quét thẻ khớp hồ sơ"
    COUNTER = "counter", "tại trụ sở"


LIVING_STATES = (ResidentState.LIVING, ResidentState.ABSENT)
"""Of people the commune answers for today: neither moved away, nor dead, nor merged."""
NAME_PARTS = ("surname", "middle_name", "given_name")


class ResidentQuerySet(ScopedQuerySet["Resident"]):
    def current(self) -> Self:
        """People the commune answers for today; Resident.is_current says it of one."""
        return self.filter(state__in=LIVING_STATES)

    def on_the_books(self) -> Self:
        """Everyone whose record is not folded into another."""
        return self.exclude(state=ResidentState.MERGED)


# The workers' marks are left out: a sweep is no change of the person.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["scan_due", "matching_due", "updated_at", "search_text"])  # fmt: skip
class Resident(models.Model):
    """One person. Written only by registry/residents/ (and by merging, later).

    A birth date may be known to the day, the month or only the year: unknown parts are null, never 01/01.
    Numbers, relations, residences, papers and household membership are rows of their own.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey(
        "accounts.Unit", verbose_name="xã quản lý", on_delete=models.PROTECT, related_name="residents"
    )
    state = models.CharField("tình trạng", max_length=10, choices=ResidentState, default=ResidentState.LIVING)

    full_name = models.CharField("họ, chữ đệm và tên", max_length=100)
    surname = models.CharField("họ", max_length=40, blank=True)
    middle_name = models.CharField("chữ đệm", max_length=60, blank=True)
    given_name = models.CharField("tên", max_length=40, blank=True)
    other_name = models.CharField("tên gọi khác", max_length=100, blank=True)
    birth_year = models.SmallIntegerField("năm sinh", null=True, blank=True)
    birth_month = models.SmallIntegerField("tháng sinh", null=True, blank=True)
    birth_day = models.SmallIntegerField("ngày sinh", null=True, blank=True)
    sex = models.SmallIntegerField("giới tính", choices=Sex, default=Sex.UNKNOWN)
    ethnic_group = models.CharField("dân tộc", max_length=2, blank=True)
    religion = models.CharField("tôn giáo", max_length=2, blank=True)
    nationality = models.CharField("quốc tịch", max_length=2, blank=True, default="VN")
    second_nationality = models.CharField("quốc tịch thứ hai", max_length=2, blank=True)
    blood_group = models.CharField("nhóm máu", max_length=4, blank=True)
    marital_status = models.CharField("tình trạng hôn nhân", max_length=2, default="0")
    birth_place = models.CharField("nơi sinh", max_length=200, blank=True)
    birth_registration_place = models.CharField("nơi đăng ký khai sinh", max_length=200, blank=True)
    birth_registration_province = models.CharField("tỉnh đăng ký khai sinh (63 tỉnh cũ)", max_length=3, blank=True)
    birth_registration_unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    home_town = models.CharField("quê quán", max_length=200, blank=True)
    home_town_unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    residence_file_number = models.CharField("số hồ sơ cư trú", max_length=30, blank=True)
    parents_unknown = models.BooleanField("không xác định được cha, mẹ", default=False)
    no_permanent_residence = models.BooleanField("không có nơi thường trú", default=False)
    never_had_cmnd = models.BooleanField("chưa từng được cấp CMND 9 số", default=False)
    birth_date_confirmed = models.BooleanField("ngày sinh đúng theo khai sinh", default=False)
    died_on = models.DateField("ngày chết", null=True, blank=True)
    death_reported_on = models.DateField("báo đã chết ngày", null=True, blank=True)
    missing_on = models.DateField("mất tích từ ngày", null=True, blank=True)
    other_information = models.CharField("thông tin khác", max_length=500, blank=True)
    split_confirmed = models.BooleanField("cán bộ đã tách họ, đệm, tên", default=False)

    source = models.CharField("nguồn", max_length=20, default="CONG_DAN_KHAI")
    source_on = models.DateField("ngày của nguồn", default=timezone.localdate)
    sources = models.JSONField("nguồn từng trường", default=dict, blank=True)
    confirmed_at = models.DateTimeField("phúc tra lúc", null=True, blank=True)
    confirmed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_how = models.CharField("phúc tra qua", max_length=10, choices=ConfirmedHow, blank=True)
    created_at = models.DateTimeField("ghi nhận lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    # Derived on every save, so that searching and sorting need no function in PostgreSQL (facts.md 7.3).
    name_folded = models.CharField(max_length=100, editable=False)
    search_text = models.TextField(editable=False, default="")
    sort_key = models.CharField(max_length=400, editable=False, db_collation="C")
    birth_latest_on = models.DateField(null=True, editable=False)
    # Marks that a worker sweeps.
    scan_due = models.BooleanField(default=True)
    matching_due = models.BooleanField(default=True)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = "cư dân"
        verbose_name_plural = "cư dân"
        ordering = ["sort_key", "pk"]
        indexes = [
            # The state lies in the index too: counting who is on a list then reads no person.
            models.Index(fields=["commune", "sort_key", "id"], name="resident_list", include=["state"]),
            models.Index(fields=["sort_key", "id"], name="resident_list_from_above"),
            # And the figures of a commune: by age, confirmed lately, on record since, by whom.
            models.Index(
                fields=["commune", "birth_latest_on", "id"],
                name="resident_list_by_birth",
                include=["state", "confirmed_at", "created_at", "created_by"],
            ),
            # Few are not living here; without it their list would walk past everybody who is.
            models.Index(
                fields=["commune", "state", "sort_key", "id"],
                name="resident_list_not_living",
                condition=~models.Q(state="living"),
            ),
            models.Index(fields=["name_folded", "birth_year", "commune"], name="resident_name_year"),
            models.Index(fields=["phone"], name="resident_phone", condition=~models.Q(phone="")),
            models.Index(fields=["id"], name="resident_scan_due", condition=models.Q(scan_due=True)),
            models.Index(fields=["id"], name="resident_matching_due", condition=models.Q(matching_due=True)),
            # Without the list of pending words, which every search would have to read through after a day's work.
            GinIndex(SearchVector("search_text", config="simple"), name="resident_words", fastupdate=False),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(birth_month=None) | models.Q(birth_year__isnull=False),
                name="birth_month_needs_year",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_day=None) | models.Q(birth_month__isnull=False),
                name="birth_day_needs_month",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_month=None) | models.Q(birth_month__range=(1, 12)), name="birth_month_exists"
            ),
            models.CheckConstraint(
                condition=models.Q(birth_day=None) | models.Q(birth_day__range=(1, 31)), name="birth_day_exists"
            ),
            models.CheckConstraint(condition=models.Q(sex__in=[0, 1, 2]), name="sex_is_known_code"),
            # What the rows that name a person and the commune point at (own_commune.py).
            models.UniqueConstraint(fields=["id", "commune"], name="resident_in_commune"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_by=None)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="resident_confirmed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("registry:resident", args=[self.public_id])

    def audit_label(self) -> str:
        try:
            born = self.birth_date.display() if self.birth_date else "không rõ"
        except DateRefused:
            born = f"{self.birth_day}/{self.birth_month}/{self.birth_year}"
        return f"{self.full_name}, sinh {born}"

    @property
    def is_current(self) -> bool:
        """Whether the commune answers for this person today, as ResidentQuerySet.current()."""
        return self.state in LIVING_STATES

    @property
    def birth_date(self) -> PartialDate | None:
        """What is known. Raises DateRefused for a day that the month does not have (an import's 31/02, rule D08)."""
        if self.birth_year is None:
            return None
        return PartialDate(self.birth_year, self.birth_month, self.birth_day)

    @birth_date.setter
    def birth_date(self, value: PartialDate | None) -> None:
        self.birth_year = value.year if value else None
        self.birth_month = value.month if value else None
        self.birth_day = value.day if value else None

    @property
    def known_birth(self) -> PartialDate | None:
        """As birth_date; of a day that the month does not have, the month and the year."""
        try:
            return self.birth_date
        except DateRefused:
            return PartialDate(cast(int, self.birth_year), self.birth_month)

    @property
    def age_years(self) -> int | None:
        """Full years today, on the careful side for partial dates. None without a birth year."""
        return self.birth_date.age_on(timezone.localdate()) if self.birth_date else None

    @property
    def ethnic_group_name(self) -> str:
        return codes.ETHNIC_GROUPS.name(self.ethnic_group) if self.ethnic_group else ""

    @property
    def religion_name(self) -> str:
        return codes.RELIGIONS.name(self.religion) if self.religion else ""

    @property
    def blood_group_name(self) -> str:
        return codes.BLOOD_GROUPS.name(self.blood_group)

    @property
    def nationality_name(self) -> str:
        return codes.COUNTRIES.name(self.nationality) if self.nationality else ""

    @property
    def marital_status_name(self) -> str:
        return codes.MARITAL_STATUSES.name(self.marital_status)

    def derive(self) -> Self:
        """Set the columns that follow from others. `save` calls it; bulk writers must call it themselves."""
        if not self.given_name:
            parts = split_name(self.full_name, self.ethnic_group or None)
            self.surname, self.middle_name, self.given_name = parts.surname, parts.middle, parts.given
        self.name_folded = fold(self.full_name)
        self.search_text = search_words.stored(
            full_name=self.full_name, other_name=self.other_name, given_name=self.given_name,
            birth_year=self.birth_year, commune=self.commune_id,
        )  # fmt: skip
        self.sort_key = person_sort_key(given=self.given_name, surname=self.surname, middle=self.middle_name)
        self.birth_latest_on = self.birth_date.latest() if self.birth_date else None
        return self

    def save(self, *args, **kwargs) -> None:
        self.derive()
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = set(kwargs["update_fields"]) | {
                "name_folded", "search_text", "sort_key", "birth_latest_on", "surname", "middle_name", "given_name",
                "updated_at",
            }  # fmt: skip
        super().save(*args, **kwargs)
