"""A developer's machine and `make demo`: the same as production but for encryption on the wire and a second factor."""

import hashlib
import os

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, SECRET_KEY

DEBUG = env.flag("DEBUG", default=False)
SHOW_GALLERY = True
SECRET_KEY = SECRET_KEY or env.secret_kept_in(BASE_DIR / ".data" / "secret_key")


def _drawn_once(variable: str, file: str) -> list[tuple[str, bytes]]:
    """The keys that the environment names; without any, one drawn once as the secret above is."""
    if os.environ.get(variable, "").strip():
        return env.signing_keys(variable)
    return [("k1", hashlib.sha256(env.secret_kept_in(BASE_DIR / ".data" / file).encode()).digest())]


SLIP_KEYS = _drawn_once("SLIP_KEYS", "slip_key")
FILE_KEYS = _drawn_once("FILE_KEYS", "file_key")
