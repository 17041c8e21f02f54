"""What every test of lists needs."""

import tempfile

import pytest


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch) -> None:
    """A temporary folder of one's own: what other tests write at the same moment is none of ours to find or clear."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
