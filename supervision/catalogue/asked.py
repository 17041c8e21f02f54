"""What somebody asks: who looks, at which area, in which period. And the days that a figure's condition is told."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from django.db.models import Q
from django.utils import timezone

from accounts.models import Officer, Setting, Unit
from accounts.periods import ONE_DAY, WEEK_DAYS, Period, moment, week_of
from registry.models import Hamlet
from registry.scores import places

WEEK_STARTS: Final = "card_report_week_starts"
UNLISTED: Final = "unlisted"
UNASSIGNED: Final = "unassigned"
Rest = Literal["", "unlisted", "unassigned"]


@dataclass(frozen=True)
class Area:
    """What the officer chose to look at within the own scope: one commune, one province, or everything.

    Within a commune: one hamlet of its list, or one officer. Of figures that say whose work a row is, an officer's are
    the own work; of all others, the people who live in the officer's hamlets. `rest`: outside every hamlet of the list,
    or where no officer looks after (and the work that is nobody's).
    """

    unit: Unit | None = None
    is_province: bool = False
    hamlet: Hamlet | None = None
    officer: Officer | None = None
    rest: Rest = ""

    def of(self, path: str) -> Q:
        """The condition for rows whose commune stands at `path`."""
        if self.unit is None:
            return Q()
        return Q(**{f"{path}__parent" if self.is_province else path: self.unit.pk})

    @property
    def is_part(self) -> bool:
        """Less than a whole commune."""
        return self.hamlet is not None or self.officer is not None or bool(self.rest)

    @property
    def is_by_worker(self) -> bool:
        """Told apart by whose work it is, where a figure says that."""
        return self.officer is not None or self.rest == UNASSIGNED

    @cached_property
    def texts(self) -> Sequence[str]:
        """How households write the hamlet, or the officer's hamlets; of the rest, those that do not belong to it. Two
        queries, the first time."""
        assert self.unit is not None, "a hamlet or an officer is looked at within a commune"
        if self.hamlet is not None:
            wanted = {self.hamlet.name_folded}
        else:
            listed = places.hamlets_of(self.unit)
            wanted = {one.name_folded for one in listed if self._names(one)}
        return [text for text in places.texts_of(self.unit) if text and places.key_of(text) in wanted]

    def _names(self, hamlet: Hamlet) -> bool:
        if self.officer is not None:
            return hamlet.officer_id == self.officer.pk
        return self.rest == UNLISTED or hamlet.officer_id is not None


@dataclass(frozen=True)
class Frame:
    """The days a condition is asked for. What stands: now, or as it was just before `at`, the end of `day`. What
    happens: from `first` (without it, since ever) to the end of `last`."""

    day: dt.date
    last: dt.date
    first: dt.date | None = None
    at: dt.datetime | None = None
    settings: Mapping[str, int] | None = None

    def during(self, column: str) -> Q:
        """A moment within."""
        begun = Q(**{f"{column}__gte": moment(self.first)}) if self.first else Q()
        return begun & Q(**{f"{column}__lt": moment(self.last + ONE_DAY)})

    def during_days(self, column: str) -> Q:
        """A day within."""
        begun = Q(**{f"{column}__gte": self.first}) if self.first else Q()
        return begun & Q(**{f"{column}__lte": self.last})

    def before(self, column: str) -> Q:
        """Was there by then."""
        return Q() if self.at is None else Q(**{f"{column}__lt": self.at})

    def setting(self, code: str) -> int:
        assert self.settings is not None
        return self.settings[code]


@dataclass(frozen=True)
class Ask:
    """Who asks, about where, and of which period what happened is counted: of this reporting week without one."""

    officer: Officer
    area: Area = Area()
    period: Period | None = None

    @cached_property
    def settings(self) -> dict[str, int]:
        """One query, the first time."""
        return Setting.values_on()

    @property
    def commune(self) -> Unit:
        """The one that is told apart by hamlet and by officer: that of the area, or the officer's own."""
        commune = self.area.unit or self.officer.unit
        assert commune is not None, "a commune is told apart by hamlet and by officer"
        return commune

    @cached_property
    def hamlets(self) -> list[Hamlet]:
        """The list of that commune, with who looks after each. One query, the first time."""
        return places.hamlets_of(self.commune)

    @cached_property
    def hamlet_texts(self) -> dict[str, str]:
        """How households there write a hamlet -> the hamlet as the list folds it. One query, the first time."""
        return {text: places.key_of(text) for text in places.texts_of(self.commune)}

    @cached_property
    def frame(self) -> Frame:
        today = timezone.localdate()
        period = self.period or week_of(today, starts=self.settings[WEEK_STARTS] % WEEK_DAYS)
        return Frame(today, period.last, period.first, settings=self.settings)


def frame_of(until: dt.date, at: dt.datetime | None, settings: Mapping[str, int]) -> Frame:
    """Everything up to the end of a day; what stands, now or as it was at a moment."""
    day = timezone.localdate() if at is None else timezone.localdate(at - dt.timedelta(microseconds=1))
    return Frame(day, until, at=at, settings=settings)
