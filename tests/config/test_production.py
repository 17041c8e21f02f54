"""The production settings: Django's own deployment check is clean, and a missing secret stops the start."""

import os
import subprocess
import sys

import pytest

SECRETS = {
    "SECRET_KEY": "s" * 20 + "e1-R_et" * 8,
    "ALLOWED_HOSTS": "dancu.example.vn",
    "FILE_KEYS": f"k1:{'3c' * 32}",
    "SLIP_KEYS": f"k2:{'0f' * 32},k1:{'a5' * 32}",
}


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=inherited | {"DJANGO_SETTINGS_MODULE": "config.settings.production"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean():
    done = check(**SECRETS)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_a_missing_secret_stops_the_start_and_is_named(missing):
    done = check(**{name: value for name, value in SECRETS.items() if name != missing})
    assert done.returncode == 1
    assert f"Environment variable {missing} is not set" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short-Secret-1", "SECRET_KEY must have at least 50 characters, drawn at random; it has 14."),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name hosts;"),
        ("ALLOWED_HOSTS", "dancu.example.vn, *.example.vn", "ALLOWED_HOSTS must name hosts;"),
        ("ALLOWED_HOSTS", " , ", "ALLOWED_HOSTS names nothing."),
    ],
)
def test_a_weak_value_stops_the_start(name, value, sentence):
    done = check(**SECRETS | {name: value})
    assert done.returncode == 1
    assert f"Environment variable {sentence}" in done.stderr
    assert "short-Secret-1" not in done.stderr


def run(code: str, **environment: str) -> str:
    inherited = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=inherited | environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


SHOW = "from django.conf import settings; print(settings.SETTINGS_MODULE)"


@pytest.mark.parametrize("module", ["config.wsgi", "config.celery"])
def test_who_names_no_settings_gets_the_strict_ones(module):
    assert "Environment variable SECRET_KEY is not set" in run(f"import {module}; {SHOW}")
    assert run(f"import {module}; {SHOW}", **SECRETS).splitlines()[0] == "config.settings.production"


@pytest.mark.parametrize("module", ["manage", "config.demo", "config.embedded"])
def test_the_command_lines_may_still_name_their_own(module):
    assert run(f"import {module}, os; print(os.environ.get('DJANGO_SETTINGS_MODULE'))") == "None\n"


def test_names_below_the_host_may_be_left_out_of_strict_transport():
    code = "from config.settings import production as p; print(p.SECURE_HSTS_INCLUDE_SUBDOMAINS, p.SECURE_HSTS_PRELOAD)"
    assert run(code, **SECRETS) == "True True\n"
    assert run(code, **SECRETS, HSTS_SUBDOMAINS="0", HSTS_PRELOAD="0") == "False False\n"
