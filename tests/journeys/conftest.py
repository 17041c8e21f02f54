"""Journeys: a real browser, a real web server, a real Celery worker on this run's own database and Redis."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import Officer
from config.machine import find_chromium
from tests.conftest import session_of
from tests.factories import PASSWORD

# Playwright's sync API runs an event loop in this thread; Django's guard would see it and refuse every query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ROOT = Path(__file__).resolve().parent.parent.parent
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
PATIENCE_MS = 45_000  # of every wait: a machine may be busy with other tests
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(autouse=True)
def _catalogues_are_there(catalogues) -> None:
    """Every journey needs fees, holidays and household roles."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        words = "NO CHROMIUM: the journeys were NOT run. Install Debian's package chromium."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def profiles() -> list[BrowserContext]:
    """Profiles of the browser that wait for their next officer. A new one fetches every style, script and font anew:
    a second of work, and most of what a journey costs."""
    return []


def profile_of(browser: Browser, **options) -> BrowserContext:
    profile = browser.new_context(viewport=DESK, locale="vi-VN", **options)
    profile.set_default_timeout(PATIENCE_MS)
    return profile


def forget(profile: BrowserContext, origin: str) -> None:
    """Nothing of the last officer stays: no window, no cookie, nothing that a page stored. An empty window waits."""
    profile.set_offline(True)  # a form that is shut saves its draft, and must not into the next test
    for page in profile.pages:
        page.close()
    profile.clear_cookies()
    session = profile.new_cdp_session(profile.new_page())
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    session.detach()
    profile.set_offline(False)


class Visit:
    """One officer's browser window. Keeps what went wrong in it: script errors, refused policies, foreign hosts."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.context, self.base_url = context, base_url
        self.window: Page = context.pages[0] if context.pages else context.new_page()
        self.stands_at_the_door = False
        self.faults: list[str] = []
        self.window.on("console", self._console)
        self.window.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.window.on("request", self._request)

    @property
    def page(self) -> Page:
        """The window, where it is; an officer who has opened nothing yet looks at the first page."""
        return self.open("/") if self.stands_at_the_door else self.window

    def _console(self, message) -> None:
        """A refused form answers 422 and is meant to; a fragment still on its way when the page is left is cut off."""
        expected = ("the server responded with a status of 4", "htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")
        if message.type == "error" and not any(words in message.text for words in expected):
            self.faults.append(f"console: {message.text}")

    def _request(self, request) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:", "about:")):
            self.faults.append(f"another host: {request.url}")

    def open(self, path: str) -> Page:
        self.stands_at_the_door = False
        self.window.goto(self.base_url + path)
        return self.window

    def enter(self, officer: Officer) -> None:
        """Signed in already, as the cookie says: the form of signing in is the subject of few journeys."""
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(officer), "url": self.base_url}
        self.context.add_cookies([cookie])
        self.stands_at_the_door = True

    def sign_in(self, officer: Officer) -> Page:
        """As people do it."""
        page = self.open("/tai-khoan/dang-nhap/")
        page.get_by_label("Số hiệu").fill(officer.badge_number)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(self.base_url + "/")
        return page


@pytest.fixture
def visit(browser: Browser, profiles: list[BrowserContext], live_server) -> Iterator[Callable[..., Visit]]:
    """Opens a window, of an officer who is signed in or of anybody. Anybody, and whoever asks for another browser
    (`java_script_enabled=False`), gets a profile of their own, which ends with the test."""
    visits: list[Visit] = []
    lent: list[BrowserContext] = []

    def start(officer: Officer | None = None, **options) -> Visit:
        if officer and not options:
            lent.append(profiles.pop() if profiles else profile_of(browser))
            visits.append(Visit(lent[-1], live_server.url))
        else:
            visits.append(Visit(profile_of(browser, **options), live_server.url))
        if officer:
            visits[-1].enter(officer)
        return visits[-1]

    yield start
    faults = [fault for one in visits for fault in one.faults]
    for one in visits:
        if one.context in lent:
            forget(one.context, live_server.url)
            profiles.append(one.context)
        else:
            one.context.close()
    assert faults == []


class Worker:
    """Celery's own process on the database and the Redis of this test."""

    def __init__(self, log: Path) -> None:
        self.log = log.open("ab")
        self.process: subprocess.Popen | None = None

    def start(self) -> "Worker":
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", "receipts,celery,bulk",
                   "--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle"]  # fmt: skip
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=self.log, stderr=self.log, start_new_session=True
        )
        return self

    def kill(self) -> None:
        """As a power cut would: the whole process group at once."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait()


def environment() -> dict[str, str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return os.environ | {
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }


@pytest.fixture
def worker(transactional_db, tmp_path) -> Iterator[Worker]:
    """A worker that is running; `worker.kill()` and `worker.start()` are part of some journeys."""
    store = redis.from_url(settings.REDIS_URL)
    store.flushdb()
    worker = Worker(tmp_path / "worker.log").start()
    yield worker
    worker.kill()
    store.flushdb()


def eventually(true: Callable[[], object], seconds: float = 60, what: str = "", every: float = 0.2) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(every)
