"""A bad value stops the start, and names the variable."""

import stat
from pathlib import Path

import psycopg.conninfo
import pytest

from config import env
from config.env import BadEnvironment


@pytest.fixture
def given(monkeypatch):
    """Set the variable that the tests read: given("8000")."""
    monkeypatch.delenv("PORTAL_X", raising=False)
    return lambda value: monkeypatch.setenv("PORTAL_X", value)


def refusal(read, *arguments, **options) -> str:
    with pytest.raises(BadEnvironment) as caught:
        read("PORTAL_X", *arguments, **options)
    assert caught.value.name == "PORTAL_X"
    return str(caught.value)


def test_text_is_the_value_without_white_space_at_its_ends(given):
    given("  Mẫu Sơn ")
    assert env.text("PORTAL_X") == "Mẫu Sơn"


@pytest.mark.parametrize("empty", [None, "", "   "])
def test_a_variable_without_value_counts_as_missing(given, empty):
    if empty is not None:
        given(empty)
    assert env.text("PORTAL_X", default="x") == "x"
    assert env.text("PORTAL_X", default=None) is None
    assert env.flag("PORTAL_X", default=True) is True
    assert env.number("PORTAL_X", default=7) == 7
    assert refusal(env.text) == "Environment variable PORTAL_X is not set, and nothing can stand in for it."
    for read in (env.flag, env.number, env.url, env.database):
        assert refusal(read) == refusal(env.text)
    assert refusal(env.choice, ["a"]) == refusal(env.text)


def test_a_bad_environment_ends_the_program_with_its_sentence(given):
    assert issubclass(BadEnvironment, SystemExit)
    assert BadEnvironment("A", "is bad.").code == "Environment variable A is bad."


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False)])
def test_flag_knows_yes_from_no(given, value, meaning):
    given(value)
    assert env.flag("PORTAL_X", default=not meaning) is meaning


@pytest.mark.parametrize("value", ["2", "maybe", "có", "truee"])
def test_flag_refuses_anything_else(given, value):
    given(value)
    assert refusal(env.flag, False).endswith(f"must be 1 or 0 (also true/false, yes/no, on/off), not {value!r}.")


def test_number_is_a_whole_number_within_bounds(given):
    given("0900")
    assert env.number("PORTAL_X") == 900
    given("-3")
    assert env.number("PORTAL_X", least=-5) == -3


@pytest.mark.parametrize("value", ["1.5", "1e3", "ten", "１２", "0x10", "1_000", "9" * 30])
def test_number_refuses_what_is_not_one(given, value):
    given(value)
    assert refusal(env.number) == f"Environment variable PORTAL_X must be a whole number, not {value!r}."


@pytest.mark.parametrize(
    ("value", "bounds", "sentence"),
    [
        ("-1", {}, "must be at least 0, not -1."),
        ("0", {"least": 1, "most": 65535}, "must be from 1 to 65535, not 0."),
        ("65536", {"least": 1, "most": 65535}, "must be from 1 to 65535, not 65536."),
    ],
)
def test_number_refuses_what_is_out_of_bounds(given, value, bounds, sentence):
    given(value)
    assert refusal(env.number, **bounds).endswith(sentence)


def test_choice_is_one_of_its_options(given):
    given("warm")
    assert env.choice("PORTAL_X", ["cold", "warm"], default="cold") == "warm"
    given("hot")
    assert refusal(env.choice, ["cold", "warm"], "cold").endswith("must be one of cold, warm, not 'hot'.")


def test_url_has_the_right_scheme_and_a_host(given):
    given("redis://:secret@cache.local:6379/1")
    assert env.url("PORTAL_X") == "redis://:secret@cache.local:6379/1"
    given("https://id.example.vn/")
    assert env.url("PORTAL_X", schemes=["https"]) == "https://id.example.vn/"


@pytest.mark.parametrize(
    "value",
    [
        "http://:S3CRET@cache/",
        "redis://:S3CRET@",
        "redis://:S3CRET@cache:port/",
        "redis://:S3CRET@cache:99999/",
        "redis://[S3CRET",
        "S3CRET",
    ],
)
def test_no_refusal_repeats_a_password(given, value):
    given(value)
    assert "S3CRET" not in refusal(env.url)
    assert "S3CRET" not in refusal(env.database)


CASES = [
    ("postgresql://officer:p%40ss%3Aw@db.local:5433/dancu", ("officer", "p@ss:w", "db.local", "5433", "dancu", {})),
    ("postgres://officer@db.local/dancu", ("officer", "", "db.local", "", "dancu", {})),
    ("postgresql://dancu@/dancu?host=/run/My%20DB&port=5432", ("dancu", "", "/run/My DB", "5432", "dancu", {})),
    ("postgresql:///dancu?host=/run/postgresql", ("", "", "/run/postgresql", "", "dancu", {})),
    ("postgresql://dancu@%2Frun%2FPG:5432/dancu", ("dancu", "", "/run/PG", "5432", "dancu", {})),
    ("postgresql://u:p@[2001:db8::7]:5432/dancu", ("u", "p", "2001:db8::7", "5432", "dancu", {})),
    ("postgresql://u@h/d?sslmode=verify-full", ("u", "", "h", "", "d", {"sslmode": "verify-full"})),
]


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_database_reads_an_address_as_libpq_does(given, value, expected):
    given(value)
    entry = env.database("PORTAL_X")
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")
    assert tuple(entry[name] for name in names) == expected
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (
        psycopg.conninfo.conninfo_to_dict(value)
        == {
            key: text
            for key, text in zip(("user", "password", "host", "port", "dbname"), expected[:5], strict=True)
            if text
        }
        | expected[5]
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("mysql://u@h/d", "must begin with postgresql:// or postgres://."),
        ("postgresql://u@h", "names no database: postgresql://user:password@host:5432/NAME"),
        ("postgresql://u@h/", "names no database: postgresql://user:password@host:5432/NAME"),
        ("postgresql://u@h/d?sslmod=require", "has an option that PostgreSQL does not know: sslmod."),
        ("postgresql://u@h:0/d", "has a port that is not a number from 1 to 65535."),
        ("postgresql://u@/d?host=/run&port=x", "has a port that is not a number from 1 to 65535."),
        ("postgresql://u@h:five/d", "is not an address that can be read."),
    ],
)
def test_database_says_what_is_wrong_with_an_address(given, value, sentence):
    given(value)
    assert refusal(env.database) == f"Environment variable PORTAL_X {sentence}"


def test_a_secret_is_drawn_once_and_kept_for_its_owner_only(tmp_path: Path):
    path = tmp_path / "deep" / "secret"
    secret = env.secret_kept_in(path)
    assert len(secret) >= 50
    assert env.secret_kept_in(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["secret"]


SEED = "a5" * 32


def test_signing_keys_are_read_in_hex_and_in_base64_in_their_order(given):
    given(f"k2:{SEED}, k1:paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU=")
    assert env.signing_keys("PORTAL_X") == [("k2", b"\xa5" * 32), ("k1", b"\xa5" * 32)]


@pytest.mark.parametrize("value", [SEED, f"k1:{SEED[2:]}", f":{SEED}", "k1:", f"k-1:{SEED}", f"k1:{SEED},k1:{SEED}"])
def test_signing_keys_say_what_is_wrong_and_not_the_key(given, value):
    given(value)
    said = refusal(env.signing_keys)
    assert said.startswith("Environment variable PORTAL_X ")
    assert SEED[2:] not in said
