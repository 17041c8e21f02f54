"""The tests: real PostgreSQL and Redis, quick password hashes, no compression of static files."""

import os

# Tools that only read the settings (mypy) need no servers; the tests name real ones before (tests/services.py).
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

SECRET_KEY = "only-for-tests-" + "x" * 40
SLIP_KEYS = [("k1", b"only-for-tests-".ljust(32, b"x"))]
FILE_KEYS = [("k1", b"only-for-tests-too-".ljust(32, b"x"))]
SLIP_DIGEST_COST = 6
SHOW_GALLERY = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# One quick hash for the many officers the tests make; test_sign_in.py checks what base.py really chose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = BASE_DIR / ".data" / "test-static"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
