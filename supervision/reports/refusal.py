"""Why a report is not made: the sentence the officer reads, beside the field it is about."""


class ReportRefused(Exception):
    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
