"""What this desk refuses; the message is the sentence the officer reads. Nothing was written."""


class BatchRefused(Exception):
    """`field`: where it is mended, "" for nowhere."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class FileRefused(BatchRefused):
    """A file of results that is not read at all: broken, foreign, too large, or not what it says."""
