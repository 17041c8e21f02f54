"""A developer's machine and `make demo`: the same as production but for encryption on the wire and a second factor."""

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, SECRET_KEY

DEBUG = env.flag("DEBUG", default=False)
SHOW_GALLERY = True
SECRET_KEY = SECRET_KEY or env.secret_kept_in(BASE_DIR / ".data" / "secret_key")
