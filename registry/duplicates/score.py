"""What a score says in words. Scores and lines of evidence are hundredths of a bit; one bit is a factor of two."""

from registry.models import DuplicatePair, MatchModel, PairClass

CERTAIN_AT = 1000
"""From ten bits on "gần như chắc chắn" (design: matching.md), until a model in use draws another line."""
FAMILY = "người trong nhà"
FAMILY_SAYS = "Có thể là sinh đôi, anh em hoặc người trong nhà: nhiều điểm giống nhau đến từ gia đình."


def certain_at() -> int:
    """The line of the model in use. One query."""
    drawn = MatchModel.objects.filter(is_current=True).values_list("certain_at", flat=True).first()
    return CERTAIN_AT if drawn is None else drawn


def band(score: int, kind: str, line: int = CERTAIN_AT) -> tuple[str, str]:
    """(pill kind, words) of a score."""
    if kind == PairClass.FAMILY:
        return "info", FAMILY
    return ("block", "gần như chắc chắn") if score >= line else ("warn", "cần xem")


def band_of(pair: DuplicatePair, line: int = CERTAIN_AT) -> tuple[str, str]:
    return band(pair.score, pair.kind, line)


def bits(hundredths: int, *, signed: bool = False) -> str:
    """ "12,4" or, signed, "+12,4" and "−3,1": the comma is decimal, the minus a real one."""
    text = f"{abs(hundredths) / 100:.1f}".replace(".", ",")
    if hundredths < 0:
        return f"−{text}"
    return f"+{text}" if signed else text
