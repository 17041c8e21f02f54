"""An early pytest plugin (`-p tests.services`): the servers stand before Django reads its settings.

Without DATABASE_URL and REDIS_URL they come from the wheels, once for the whole run; each xdist worker has a database
(pytest-django names it; tests/template.py is what it is copied from) and a Redis database of its own.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import pytest

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"  # before config names its own default

from config import embedded

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_started = None

if not WORKER:
    _started = embedded.start_for_tests()
    os.environ["DATABASE_URL"] = _started.database_url
    os.environ["REDIS_URL"] = _started.redis_url
else:
    parts = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(parts._replace(path=f"/{int(WORKER.removeprefix('gw')) + 1}"))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if _started is not None:
        _started.stop()
