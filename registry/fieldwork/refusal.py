"""What the desk refuses; each message is the sentence the officer reads."""

from collections.abc import Mapping


class SheetRefused(Exception):
    """Nothing was written. `field` is where the sentence belongs on the form."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class EntryRefused(Exception):
    """Nothing of what was typed back was written. `errors`: name of the field -> the sentence beside it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("Chưa ghi: có mục cần sửa.")
        self.errors = dict(errors)


class FileRefused(Exception):
    """An uploaded list is not ours, or its locked part was changed: nothing of it was written."""
