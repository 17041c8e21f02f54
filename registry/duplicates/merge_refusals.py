"""The refusals of merging and of taking a merge back. The message is the sentence the officer reads; nothing was
written."""


class MergeRefused(Exception):
    """The two records cannot be made one, or one again two, as they stand or by this officer."""


class SameRecord(MergeRefused):
    def __init__(self) -> None:
        super().__init__("Đây là cùng một hồ sơ, không có gì để gộp.")


class NotYours(MergeRefused):
    """Neither record is kept by the officer's commune, or they lie across communes and he has no right for that."""


class AlreadyMerged(MergeRefused):
    """One of the two is folded into another record already."""


class DecidedDifferent(MergeRefused):
    """An officer concluded that these are two people."""


class OtherMergeOpen(MergeRefused):
    """One of the two is part of another merge that waits."""


class DeadAndLiving(MergeRefused):
    """One died, and the other shows life after that day."""


class ChangeWaiting(MergeRefused):
    """Work on one of the records has been received and not decided."""


class Held(MergeRefused):
    """Another table says no: family ties, two open card files."""


class Impossible(MergeRefused):
    """The values chosen cannot stand together (a birth date that no calendar has, two rows for one time)."""


class MergeMoved(MergeRefused):
    """What would be written is no longer what the officer saw."""

    def __init__(self) -> None:
        super().__init__("Trong lúc đồng chí xem, dữ liệu đã thay đổi. Đây là nội dung mới; xem lại rồi gộp.")


class NeedsSecondOfficer(MergeRefused):
    """It is asked for instead, and a second officer applies it."""


class ReasonMissing(MergeRefused):
    """This step needs its reason in words."""


class NotWaiting(MergeRefused):
    """It was decided, done or withdrawn meanwhile."""


class NotTheSecondOfficer(MergeRefused):
    """Not oneself, and not just anybody."""


class NotDone(MergeRefused):
    """There is nothing to take back."""


class TooLate(MergeRefused):
    """The days in which an officer takes a merge back himself are over."""


class LaterMergeFirst(MergeRefused):
    """The survivor was itself folded into another record since; that one is taken back first."""
