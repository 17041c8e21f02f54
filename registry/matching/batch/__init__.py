"""The same engine over whole registers: columns in place of records, the same levels, the same integers."""

from registry.matching.batch.dedupe import Pairs, dedupe

__all__ = ["Pairs", "dedupe"]
