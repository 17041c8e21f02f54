"""What a list out refuses; each message is the sentence the officer reads."""


class ExportRefused(Exception):
    """No file is made. `field` names the part of the form it is about, when it is about one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
