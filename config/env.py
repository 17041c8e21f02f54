"""Read the environment, typed. A bad value stops the start and names the variable.

Nothing here falls back silently: a variable that is missing without a default, or that cannot be read, raises
`BadEnvironment`, which ends the program with one sentence an administrator can act on. An empty variable counts as
missing, because compose files write `NAME=` when they mean "not set". A default is never checked. The values of
addresses are never repeated in a message: they carry passwords.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, overload
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Default = TypeVar("Default")

TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")
POSTGRES_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss")
# What psycopg may be told in the address besides where the server is; anything else is a slip of the pen.
POSTGRES_OPTIONS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "channel_binding", "gssencmode", "require_auth"}
    | {"connect_timeout", "options", "application_name", "target_session_attrs", "service", "tcp_user_timeout"}
    | {"keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"}
)


class BadEnvironment(SystemExit):
    """The environment cannot be used: its message is a whole sentence. Uncaught, it ends the program with status 1."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"Environment variable {name} {problem}")
        self.name = name


class _Required:
    """Says that there is no default."""


REQUIRED = _Required()


@overload
def text(name: str) -> str: ...
@overload
def text(name: str, default: Default) -> str | Default: ...
def text(name: str, default: Any = REQUIRED) -> Any:
    """The variable as it stands, without white space at its ends."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is REQUIRED:
        raise BadEnvironment(name, "is not set, and nothing can stand in for it.")
    return default


@overload
def flag(name: str) -> bool: ...
@overload
def flag(name: str, default: Default) -> bool | Default: ...
def flag(name: str, default: Any = REQUIRED) -> Any:
    """Yes or no: 1/true/yes/on or 0/false/no/off, in any case."""
    value = text(name, default=None if default is not REQUIRED else REQUIRED)
    if value is None:
        return default
    if value.lower() in TRUE_WORDS:
        return True
    if value.lower() in FALSE_WORDS:
        return False
    raise BadEnvironment(name, f"must be 1 or 0 (also true/false, yes/no, on/off), not {value!r}.")


def number(name: str, default: Any = REQUIRED, *, least: int = 0, most: int | None = None) -> int:
    """A whole number from `least` to `most`."""
    value = text(name, default=None if default is not REQUIRED else REQUIRED)
    if value is None:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise BadEnvironment(name, f"must be a whole number, not {value!r}.")
    if int(value) < least or (most is not None and int(value) > most):
        span = f"at least {least}" if most is None else f"from {least} to {most}"
        raise BadEnvironment(name, f"must be {span}, not {value}.")
    return int(value)


@overload
def names(name: str) -> list[str]: ...
@overload
def names(name: str, default: Default) -> list[str] | Default: ...
def names(name: str, default: Any = REQUIRED) -> Any:
    """Words parted by commas, without white space around them; at least one."""
    value = text(name, default)
    if value is default:
        return value
    found = [word.strip() for word in value.split(",") if word.strip()]
    if not found:
        raise BadEnvironment(name, "names nothing.")
    return found


def long_secret(name: str, *, least: int) -> str:
    """A secret of at least `least` characters, never repeated in a message."""
    value = text(name)
    if len(value) < least:
        raise BadEnvironment(name, f"must have at least {least} characters, drawn at random; it has {len(value)}.")
    return value


def signing_keys(name: str) -> list[tuple[str, bytes]]:
    """Keys that sign or seal, as `k2:seed,k1:seed`: each has a name of its own and 32 random bytes, hex or base64."""
    found = []
    for part in names(name):
        key_id, _, written = part.partition(":")
        seed = _seed(written.strip())
        if not re.fullmatch(r"[A-Za-z0-9]{1,8}", key_id) or seed is None:
            form = "must be name:seed,…, each name of 1 to 8 letters and digits, each seed 32 bytes in hex or base64."
            raise BadEnvironment(name, form)
        found.append((key_id, seed))
    if len({key_id for key_id, _ in found}) != len(found):
        raise BadEnvironment(name, "gives two keys one name.")
    return found


def _seed(written: str) -> bytes | None:
    try:
        seed = bytes.fromhex(written) if re.fullmatch(r"[0-9A-Fa-f]{64}", written) else base64.b64decode(written)
    except (binascii.Error, ValueError):
        return None
    return seed if len(seed) == 32 else None


@overload
def choice(name: str, options: Sequence[str]) -> str: ...
@overload
def choice(name: str, options: Sequence[str], default: Default) -> str | Default: ...
def choice(name: str, options: Sequence[str], default: Any = REQUIRED) -> Any:
    """One of `options`, spelt exactly."""
    value = text(name, default)
    if value is default or value in options:
        return value
    raise BadEnvironment(name, f"must be one of {', '.join(options)}, not {value!r}.")


@overload
def url(name: str, *, schemes: Sequence[str] = ...) -> str: ...
@overload
def url(name: str, default: Default, *, schemes: Sequence[str] = ...) -> str | Default: ...
def url(name: str, default: Any = REQUIRED, *, schemes: Sequence[str] = REDIS_SCHEMES) -> Any:
    """An address with a host, whose scheme is one of `schemes` (Redis, unless told otherwise)."""
    value = text(name, default)
    if value is default:
        return value
    parts = _split(name, value, schemes)
    if not parts.hostname:
        raise BadEnvironment(name, "names no host.")
    return value


def database(name: str, default: str | _Required = REQUIRED) -> dict[str, Any]:
    """Django's DATABASES entry from `postgresql://user:password@host:port/name?sslmode=…`.

    A Unix socket is named by its folder: `postgresql://user@/name?host=/run/postgresql`, or percent-encoded in the
    place of the host, both as libpq has it.
    """
    value = text(name, default)
    parts = _split(name, str(value), POSTGRES_SCHEMES)
    place = _postgres_place(parts)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host, port = options.pop("host", place.host), options.pop("port", place.port)
    database_name = unquote(parts.path.lstrip("/"))
    if not database_name:
        raise BadEnvironment(name, "names no database: postgresql://user:password@host:5432/NAME")
    if strange := sorted(set(options) - POSTGRES_OPTIONS):
        raise BadEnvironment(name, f"has an option that PostgreSQL does not know: {', '.join(strange)}.")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise BadEnvironment(name, "has a port that is not a number from 1 to 65535.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": place.user,
        "PASSWORD": place.password,
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


def secret_kept_in(path: Path) -> str:
    """A secret that this machine drew once and keeps in `path`, readable by its owner only. For development."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        # A link, not a rename: the web server and the worker start together, and the first one's secret must stay.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


class _Place(NamedTuple):
    user: str
    password: str
    host: str
    port: str


def _split(name: str, value: str, schemes: Sequence[str]) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:
        raise BadEnvironment(name, "is not an address that can be read.") from None
    if parts.scheme not in schemes:
        raise BadEnvironment(name, f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return parts


def _postgres_place(parts: SplitResult) -> _Place:
    """Who and where. By hand, because `hostname` lowers the case, and a folder's case matters."""
    signed, _, place = parts.netloc.rpartition("@")
    user, _, password = signed.partition(":")
    bracketed = re.fullmatch(r"\[(?P<host>[^\]]*)\](?::(?P<port>.*))?", place)
    host, _, port = (bracketed["host"], ":", bracketed["port"] or "") if bracketed else place.partition(":")
    return _Place(unquote(user), unquote(password), unquote(host), port)
