"""Two officers at one record: what was opened, what stands there now and what was typed, put together line by line.

A line is what an officer decides as a whole: a single field, or the fields of one address, one household, one name;
half of one address with half of another would be a place where nobody lives. Knows forms and texts, writes nothing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from accounts.models import Action, AuditEvent, Officer, Unit
from registry.models import Resident
from registry.values.partial_date import PartialDate

Texts = dict[str, str]

# Lines of several fields, by their name in the snapshot. The first field is where a dispute is shown.
TOGETHER: dict[str, tuple[str, ...]] = {
    "họ tên": ("full_name", "surname", "middle_name", "given_name"),
    "thường trú": ("permanent_unit", "permanent_hamlet", "permanent_street", "permanent_from"),
    "tạm trú": ("temporary_hamlet", "temporary_street", "temporary_from", "temporary_to"),
    "nơi ở hiện tại": ("present_same", "present_unit", "present_hamlet", "present_street"),
    "hộ": ("household_choice", "household_code", "household_role"),
}
# Single fields whose name in the snapshot, and so in the trail, is not their label.
RECORDED_AS = {
    "number": "số định danh", "cmnd": "CMND", "other_name": "tên gọi khác", "birth_date": "ngày sinh",
    "sex": "giới tính", "ethnic_group": "dân tộc", "religion": "tôn giáo", "nationality": "quốc tịch",
    "marital_status": "hôn nhân", "birth_place": "nơi sinh", "birth_registration_place": "nơi đăng ký khai sinh",
    "birth_registration_province": "tỉnh đăng ký khai sinh", "home_town": "quê quán", "phone": "điện thoại",
    "father_name": "cha", "mother_name": "mẹ", "parents_unknown": "đánh dấu", "no_permanent_residence": "đánh dấu",
    "never_had_cmnd": "đánh dấu", "birth_date_confirmed": "đánh dấu", "other_information": "thông tin khác",
}  # fmt: skip
# What the form asks of this sending, not of the record.
NOT_OF_THE_RECORD = {"note", "opened_with", "source", "source_on", "from_card"}
BEFORE = {"permanent_from": "từ", "temporary_from": "từ", "temporary_to": "đến", "household_code": "số"}
THEIRS, MINE = "theirs", "mine"
SALT = "opened-with-fields"


@dataclass(frozen=True)
class Opened:
    """What the fields of a form held at a moment, each as it would be typed. Travels with the form, signed."""

    at: dt.datetime
    texts: Texts

    def sealed(self) -> str:
        return signing.dumps([self.at.isoformat(), self.texts], salt=SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None when it is missing or was not sealed here."""
        try:
            at, texts = signing.loads(text, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(dt.datetime.fromisoformat(at), texts)


@dataclass(frozen=True)
class Line:
    name: str
    fields: tuple[str, ...]
    recorded_as: str

    @property
    def choice(self) -> str:
        """Name of the radio by which the officer chooses."""
        return f"chon_{self.fields[0]}"


@dataclass(frozen=True)
class Dispute:
    """A line that both changed, differently. `author` wrote what stands now."""

    line: Line
    opened: str
    theirs: str
    mine: str
    chosen: str
    author: "Author"

    @property
    def template(self) -> str:
        return "registry/residents/_conflict.html"


@dataclass(frozen=True)
class Author:
    """Who changed a line, and when, as the trail tells it."""

    name: str = ""
    at: dt.datetime | None = None
    is_me: bool = False

    def __str__(self) -> str:
        when = f" ({timezone.localtime(self.at):%H:%M})" if self.at else ""
        if self.is_me:
            return f"Đồng chí đã ghi ở lần trước{when}"
        return f"Đ/c {self.name} đã ghi{when}" if self.name else f"Hồ sơ hiện ghi{when}"


@dataclass
class Merged:
    """What came out. `texts` replace what was typed; `opened` is what the form is compared with next time."""

    texts: Texts = field(default_factory=dict)
    opened: Texts = field(default_factory=dict)
    taken: list[tuple[Line, Author]] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return any(not one.chosen for one in self.disputes)


def lines_of(fields: Mapping[str, forms.Field]) -> list[Line]:
    """Every field of the record in exactly one line. A field that nobody put anywhere is a line of its own."""
    grouped = {name for names in TOGETHER.values() for name in names}
    lines = []
    for name, one in fields.items():
        if name in NOT_OF_THE_RECORD or one.disabled:  # what cannot be typed here cannot be disputed
            continue
        if name not in grouped:
            label = str(one.label or name)
            lines.append(Line(label, (name,), RECORDED_AS.get(name, label[:1].lower() + label[1:])))
    lines += [
        Line(title[:1].upper() + title[1:], present, title)
        for title, names in TOGETHER.items()
        if (present := tuple(name for name in names if name in fields and not fields[name].disabled))
    ]
    return lines


def merge(
    form: forms.Form, typed: Mapping[str, Any], *, opened: Opened | None, now: Mapping[str, Any],
    choices: Mapping[str, str], seen: Opened | None, authors: "Authors",
) -> Merged:  # fmt: skip
    """Compare line by line. Only they changed it: theirs. Only the officer did: as typed. Both, alike: as typed.

    Both, differently: what `choices` says, if the officer chose seeing what stands there `now` (`seen`); otherwise a
    dispute without a choice. A form that does not say what it was opened with disputes every line that differs.
    """
    mine, theirs = typed_texts(form, typed), texts_of(form.fields, now)
    before = opened.texts if opened else None
    merged = Merged(opened=dict(theirs))
    for line in lines_of(form.fields):
        of = {"opened": picked(before, line), "theirs": picked(theirs, line), "mine": picked(mine, line)}
        if of["theirs"] == of["opened"] or same(of["mine"], of["theirs"]):
            continue
        if before is not None and same(of["mine"], of["opened"]):
            merged.taken.append((line, authors.of(line)))
            merged.texts |= {name: theirs[name] for name in line.fields}
            continue
        is_fresh = seen is not None and picked(seen.texts, line) == of["theirs"]
        chosen = choices.get(line.choice, "") if is_fresh else ""
        merged.disputes.append(
            Dispute(
                line=line,
                opened=shown(form, line, of["opened"]),
                theirs=shown(form, line, of["theirs"]),
                mine=shown(form, line, of["mine"]),
                chosen=chosen if chosen in (THEIRS, MINE) else "",
                author=authors.of(line),
            )
        )
    _settle(merged, before, theirs)
    return merged


def _settle(merged: Merged, before: Texts | None, theirs: Texts) -> None:
    """Everything chosen: carry it out. Something open: the disputes stay as they are, to be asked again."""
    for dispute in merged.disputes:
        names = dispute.line.fields
        if merged.is_open and before is not None:
            merged.opened |= {name: before.get(name, "") for name in names}
        elif merged.is_open:
            merged.opened.update(dict.fromkeys(names, UNKNOWN))
        elif dispute.chosen == THEIRS:
            merged.texts |= {name: theirs[name] for name in names}


UNKNOWN = "\N{REPLACEMENT CHARACTER}"  # no field holds it: what the form was opened with is not known


def picked(texts: Texts | None, line: Line) -> Texts:
    return {name: texts.get(name, "") for name in line.fields} if texts is not None else {}


def same(one: Texts, other: Texts) -> bool:
    return one.keys() == other.keys() and all(_equal(name, one[name], other[name]) for name in one)


def _equal(name: str, one: str, other: str) -> bool:
    """A commune may be typed with its province or without."""
    if not name.endswith("_unit"):
        return one == other
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    return short == long or bool(short) and long.startswith(short + ",")


# --- Texts: what a field holds, as it would be typed -----------------------------------------------------------------


def texts_of(fields: Mapping[str, forms.Field], values: Mapping[str, Any]) -> Texts:
    """The values of a record as texts."""
    return {name: text_of(values.get(name, one.initial)) for name, one in fields.items()
            if name not in NOT_OF_THE_RECORD}  # fmt: skip


def typed_texts(form: forms.Form, typed: Mapping[str, Any]) -> Texts:
    """What was typed, read as the field reads it where it can be: 1/2/1980 is 01/02/1980."""
    texts = {}
    for name, one in form.fields.items():
        if name in NOT_OF_THE_RECORD:
            continue
        raw = one.widget.value_from_datadict(typed, {}, name)
        texts[name] = text_of(raw if isinstance(one, forms.ModelChoiceField) else _read(one, raw)).strip()
    return texts


def _read(one: forms.Field, raw: Any) -> Any:
    try:
        return one.clean(raw)
    except ValidationError:
        return raw


def text_of(value: Any) -> str:
    match value:
        case None | False | "":
            return ""
        case True:
            return "on"
        case PartialDate():
            return value.display()
        case dt.date():
            return f"{value:%d/%m/%Y}"
        case Unit():
            return value.path
        case Model():
            return str(value.pk)
        case _:
            return str(value)


def shown(form: forms.Form, line: Line, texts: Texts) -> str:
    """A line as the officer reads it."""
    if not texts or UNKNOWN in texts.values():
        return "không rõ"
    if texts.get("present_same"):
        return "trùng nơi đăng ký"
    parts = [(name, _readable(form.fields[name], texts[name])) for name in line.fields]
    if "full_name" in texts and not texts.get("given_name"):
        parts = parts[:1]
    told = [f"{BEFORE[name]} {part}" if name in BEFORE else part for name, part in parts if part]
    return ", ".join(told) or "trống"


def _readable(one: forms.Field, text: str) -> str:
    if isinstance(one, forms.BooleanField):
        return "có" if text else "không"
    if isinstance(one, forms.ChoiceField):
        choices: Any = one.choices
        flat = {str(value): str(label) for value, label in choices if not isinstance(label, list | tuple)}
        return flat.get(text, text) if text else ""
    return text


# --- Who changed it --------------------------------------------------------------------------------------------------


class Authors:
    """Who changed which line since the form was opened. Asks the trail once, and only when it is asked."""

    LOOKED_AT = 30

    def __init__(self, resident: Resident, *, since: dt.datetime | None, reader: Officer) -> None:
        self._rows = AuditEvent.objects.filter(target_ref=str(resident.public_id), action=Action.CHANGE)
        if since:
            self._rows = self._rows.filter(at__gte=since)
        self._reader = reader
        self._events: list[AuditEvent] | None = None

    def of(self, line: Line) -> Author:
        """The last change of this line; failing that, the last change of the record."""
        if self._events is None:
            self._events = list(self._rows.order_by("-pk")[: self.LOOKED_AT])
        named = (one for one in self._events if line.recorded_as in one.data)
        event = next(named, None) or next(iter(self._events), None)
        if event is None:
            return Author()
        return Author(event.actor_name, event.at, is_me=event.actor_badge == self._reader.badge_number)


def told_of(taken: Iterable[tuple[Line, Author]]) -> str:
    """ "Đ/c Vân đã ghi (10:42): điện thoại; quê quán. Giữ theo hồ sơ." """
    by_author: dict[str, list[str]] = {}
    for line, author in taken:
        by_author.setdefault(str(author), []).append(line.name.lower())
    return "; ".join(f"{author}: {', '.join(names)}" for author, names in by_author.items())
