"""The life of a file as a picture, drawn from the table of moves: docs/img/card-file.svg.

Six open states stand in a column, from draft to hand; what stops a file stands beside them, and what ends it at the
right, with the states it is reached from written below. The places of the boxes are chosen here; which arrows there
are, and what is written on them, is the table's.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from django.conf import settings

from cards.applications.workflow import MOVES, Move
from cards.models import State

PATH: Final = Path("docs/img/card-file.svg")
WIDTH, HEIGHT = 1080, 1000
BOX_WIDTH, BOX_HEIGHT = 200, 44
MIDDLE, LEFT, RIGHT = 440, 30, 850
PLACES: Final[dict[State, tuple[int, int]]] = {
    State.DRAFT: (MIDDLE, 30),
    State.BOOKED: (LEFT, 90),
    State.TAKING: (MIDDLE, 170),
    State.WAITING_FOR_DATA: (LEFT, 290),
    State.RECEIVED: (MIDDLE, 400),
    State.SENT_UP: (MIDDLE, 530),
    State.PRINTING: (MIDDLE, 660),
    State.ARRIVED: (MIDDLE, 790),
    State.HANDED_OVER: (MIDDLE, 920),
    State.REFUSED: (RIGHT, 170),
    State.WITHDRAWN: (RIGHT, 400),
    State.CANCELLED_DUPLICATE: (RIGHT, 660),
}
EXITS: Final = tuple(state for state, (x, _) in PLACES.items() if x == RIGHT)
STYLE: Final = (
    "text{font:13px 'Be Vietnam Pro',Arial,sans-serif;fill:#1d2b26}.box{fill:#f1f7f3;stroke:#1e6b4a;stroke-width:1.5}"
    ".end{fill:#f7f8fa;stroke:#8a948f;stroke-width:1.5}.name{font-weight:600;text-anchor:middle}.way{fill:none;"
    "stroke:#48665a;stroke-width:1.4}.said{font-size:11.5px;"
    "fill:#33463d;paint-order:stroke;stroke:#fff;stroke-width:4px}.stays{font-size:11px;fill:#5b6b63}"
)


@dataclass(frozen=True)
class Arrow:
    source: State
    target: State
    labels: tuple[str, ...]
    is_exit: bool


def arrows() -> list[Arrow]:
    """One for each pair of states that some move joins, with the labels of those moves in the order of the table."""
    found: dict[tuple[State, State], list[Move]] = {}
    for move in MOVES.values():
        for source in move.sources:
            for target in filter(None, (move.target, move.not_received)):
                found.setdefault((source, target), []).append(move)
    return [
        Arrow(source, target, tuple(one.label for one in moves), all(one.is_exit for one in moves))
        for (source, target), moves in found.items()
    ]


def staying() -> list[Move]:
    """Moves that leave the file where it is: they are told, not drawn."""
    return [move for move in MOVES.values() if move.target is None]


def draw() -> str:
    """The whole picture as SVG text; the same table gives the same bytes."""
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t">',
        '<title id="t">Đường đi của hồ sơ căn cước, vẽ từ bảng các bước</title>',
        f"<style>{STYLE}</style>",
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#48665a"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    said: set[str] = set()
    drawn += [_way(arrow, said) for arrow in arrows() if not arrow.is_exit]
    drawn += [_box(state) for state in State]
    drawn += [_sources(state) for state in EXITS]
    drawn += _told()
    return "\n".join([*drawn, "</svg>", ""])


def write() -> Path:
    path = Path(settings.BASE_DIR) / PATH
    path.write_text(draw(), encoding="utf-8")
    return path


def _box(state: State) -> str:
    x, y = PLACES[state]
    kind = "end" if x == RIGHT or state == State.HANDED_OVER else "box"
    return (
        f'<rect class="{kind}" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>'
        f'<text class="name" x="{x + BOX_WIDTH // 2}" y="{y + 27}">{escape(str(state.label))}</text>'
    )


def _sources(state: State) -> str:
    """Under a box at the right: from which states it is reached. Eighteen more arrows would hide the road."""
    x, y = PLACES[state]
    reached = {source for arrow in arrows() if arrow.target == state for source in [arrow.source]}
    names = [str(source.label) for source in State if source in reached]
    lines = [", ".join(names[start : start + 2]) for start in range(0, len(names), 2)]
    return "".join(
        f'<text class="stays" x="{x}" y="{y + BOX_HEIGHT + 18 + 15 * number}">{"từ: " if number == 0 else ""}'
        f"{escape(line)}</text>"
        for number, line in enumerate(lines)
    )


def _way(arrow: Arrow, said: set[str]) -> str:
    """`said`: what was written on a slanting arrow to the same box before is not written again."""
    (x1, y1), (x2, y2) = PLACES[arrow.source], PLACES[arrow.target]
    if x1 == x2:
        return _up_or_down(arrow, x1, y1, y2)
    goes_right = x2 > x1
    sx, ex = (x1 + BOX_WIDTH, x2) if goes_right else (x1, x2 + BOX_WIDTH)
    shift = BOX_HEIGHT // 2 + (9 if goes_right else -9)
    sy, ey, share = y1 + shift, y2 + shift, 0.36 if goes_right else 0.42
    fresh = tuple(label for label in arrow.labels if f"{arrow.target} {label}" not in said)
    said.update(f"{arrow.target} {label}" for label in arrow.labels)
    path = f'<path class="way" d="M{sx} {sy} L{ex} {ey}" marker-end="url(#a)"/>'
    return path + _said(fresh, sx + (ex - sx) * share, sy + (ey - sy) * share + 4, "middle")


def _up_or_down(arrow: Arrow, x: int, y1: int, y2: int) -> str:
    """The next box below: straight. Further down, or back up: around the boxes."""
    centre = x + BOX_WIDTH // 2
    if y2 > y1 and not _between(x, y1, y2):
        path = f"M{centre} {y1 + BOX_HEIGHT} L{centre} {y2}"
        return f'<path class="way" d="{path}" marker-end="url(#a)"/>' + _said(
            arrow.labels, centre + 8, (y1 + BOX_HEIGHT + y2) / 2 + 4, "start"
        )
    side = x + BOX_WIDTH if y2 > y1 else x
    out = (46 if y2 > y1 else -34) * (1 + _between(x, min(y1, y2), max(y1, y2)))
    a, b = y1 + BOX_HEIGHT // 2 + (8 if y2 > y1 else -8), y2 + BOX_HEIGHT // 2 + (-8 if y2 > y1 else 8)
    path = f"M{side} {a} C{side + out * 1.4:.0f} {a} {side + out * 1.4:.0f} {b} {side} {b}"
    anchor = "start" if out > 0 else "end"
    return f'<path class="way" d="{path}" marker-end="url(#a)"/>' + _said(
        arrow.labels, side + out + (6 if out > 0 else -6), (a + b) / 2 + 4, anchor
    )


def _between(x: int, top: int, bottom: int) -> int:
    return sum(1 for px, py in PLACES.values() if px == x and top < py < bottom)


def _said(labels: tuple[str, ...], x: float, y: float, anchor: str) -> str:
    return "".join(
        f'<text class="said" x="{x:.0f}" y="{y + 15 * number:.0f}" text-anchor="{anchor}">{escape(label)}</text>'
        for number, label in enumerate(labels)
    )


def _told() -> list[str]:
    """The moves that stay, as a legend."""
    lines = ["Không đổi bước:", *(f"· {move.label}" for move in staying())]
    return [
        f'<text class="stays" x="{LEFT}" y="{HEIGHT - 18 * (len(lines) - number) - 8}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
