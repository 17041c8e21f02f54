"""The refusals of this desk. The message is the sentence the officer reads."""


class RegisterRefused(Exception):
    """The record was not written. `field` is where the sentence belongs on the form; None is the form as a whole.

    `asked_outside` says that the answer told something about another commune's records: the caller writes it down.
    """

    def __init__(self, field: str | None, sentence: str, *, asked_outside: bool = False) -> None:
        super().__init__(sentence)
        self.field = field
        self.asked_outside = asked_outside


class RecordMoved(RegisterRefused):
    """Somebody wrote the record between the moment when it was compared and the moment when it was locked."""
