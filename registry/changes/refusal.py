"""Refusals of changes. The message is the sentence the officer reads."""

from registry.residents.refusal import RegisterRefused


class ChangeRefused(RegisterRefused):
    """Nothing was written. `field` is where the sentence belongs on the form; None is the form as a whole."""


class ChangeMoved(ChangeRefused):
    """What would be written is no longer what the officer saw in the preview."""

    def __init__(self) -> None:
        super().__init__(None, "Trong lúc đồng chí xem, dữ liệu đã thay đổi. Đây là nội dung mới; xem lại rồi ghi.")
