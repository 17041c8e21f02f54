"""A developer's machine and `make demo`: the same as production but for encryption on the wire and a second factor."""

import hashlib
import os

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, SECRET_KEY

DEBUG = env.flag("DEBUG", default=False)
SHOW_GALLERY = True
SECRET_KEY = SECRET_KEY or env.secret_kept_in(BASE_DIR / ".data" / "secret_key")

# The key that signs slips, drawn once as the secret above is; SLIP_KEYS in the environment comes first.
SLIP_KEYS = (
    env.signing_keys("SLIP_KEYS")
    if os.environ.get("SLIP_KEYS", "").strip()
    else [("k1", hashlib.sha256(env.secret_kept_in(BASE_DIR / ".data" / "slip_key").encode()).digest())]
)
