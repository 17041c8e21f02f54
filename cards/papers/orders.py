"""Order a paper: freeze what it will say. Rendering follows in a worker (store.py).

Each desk registers its kinds of paper in a module of its own (`…/papers.py`), called from registry_hooks.sign_up().
"""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from cards.models import PrintJob

Content = dict[str, Any]


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper: its name, its template below templates/, its style sheets below static/print/.

    The template gets the frozen content as `paper`. `prepare` adds what is not text before rendering (a code's
    picture) and touches no database. `draw` renders what is not one template (many slips): it answers the bytes and
    how many pages. `opened(job, source)` is called in the transaction that serves the bytes, `job.print_count` being
    what it was before: the desk writes down what the opening means for its own rows, besides the line every opening
    leaves.
    """

    code: str
    label: str
    template: str = ""
    styles: tuple[str, ...] = ("list-a4.css",)
    prepare: Callable[[Content], Content] | None = None
    draw: Callable[[Content], tuple[bytes, int]] | None = None
    opened: Callable[[PrintJob, Any], None] | None = None


KINDS: Final[dict[str, PaperKind]] = {}


def register(kind: PaperKind) -> None:
    """Once a process. Raises ValueError when the code is another kind's already."""
    if KINDS.get(kind.code, kind) != kind:
        raise ValueError(f"two kinds of paper are called {kind.code!r}")
    KINDS[kind.code] = kind


def order(
    kind: str, *, commune: Unit, by: Officer, title: str, content: Mapping[str, Any], token: uuid.UUID | None = None
) -> PrintJob:
    """Write the order's row, WAITING, with its content frozen. Inside the caller's transaction; three queries.

    The same `token` answers the order it made before, whatever else is said now: a double click prints once. The
    caller then says `render_print.delay_on_commit(job.pk)` and leads to `cards:print`. Raises KeyError for a kind
    nobody registered, TypeError for content that is not JSON.
    """
    KINDS[kind]
    frozen: Content = json.loads(json.dumps(content, ensure_ascii=False))
    job, is_new = PrintJob.objects.get_or_create(
        token=token or uuid.uuid4(),
        defaults={"commune": commune, "kind": kind, "title": title[:200], "content": frozen, "asked_by": by},
    )
    if is_new:
        record(by, Action.PRINT, target=job, sentence=f"Yêu cầu in: {job.title}")
    return job
