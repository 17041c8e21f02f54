"""The refusals of this desk. The message is the sentence the officer reads."""


class RepairRefused(Exception):
    """Nothing was written. `field` is where the sentence belongs on the form; None is the page as a whole."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class ChoiceMoved(RepairRefused):
    """The choice is no longer what the officer looked at: another window changed it."""

    def __init__(self) -> None:
        super().__init__("Lựa chọn vừa đổi ở một cửa sổ khác. Đây là nội dung mới; xem lại rồi chạy.")


class TooLateToUndo(RepairRefused):
    """The days in which a run is taken back as one are over."""


class LineRefused(Exception):
    """This line was not written; the others go on."""
