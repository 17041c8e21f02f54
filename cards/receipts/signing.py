"""Sign with Ed25519, and say whether a signature is ours.

The private halves are in the environment alone (settings.SLIP_KEYS: the first signs, the others are on their way out);
the public ones are rows of SigningKey, so that what a retired key signed stays genuine for ever.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from cards.models import SigningKey

SIGNATURE_BYTES: Final = 64
_published: set[tuple[str, str]] = set()


class Signed(NamedTuple):
    key_id: str
    signature: bytes


def signing_key_id() -> str:
    """The key that signs today."""
    return settings.SLIP_KEYS[0][0]


def sign(payload: bytes) -> Signed:
    """Sign with the key of today. Its public half is written down the first time; afterwards no query."""
    key_id, seed = settings.SLIP_KEYS[0]
    _remember(key_id, _public_hex(seed))
    return Signed(key_id, _private(seed).sign(payload))


def verify(key_id: str, payload: bytes, signature: bytes) -> bool:
    """Whether this key, of today or retired, signed exactly these bytes. An unknown one never did. One query."""
    public = public_key(key_id)
    return public is not None and signed_by(public, payload, signature)


def signed_by(public: bytes, payload: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, payload)
    except InvalidSignature:
        return False
    return True


def public_key(key_id: str) -> bytes | None:
    """The public half, also of a retired key; None for a key that was never ours. One query for a retired one."""
    for own, seed in settings.SLIP_KEYS:
        if own == key_id:
            return bytes.fromhex(_public_hex(seed))
    row = SigningKey.objects.filter(key_id=key_id).first()
    return bytes.fromhex(row.public_key) if row else None


@transaction.atomic
def publish() -> None:
    """Write down the public half of every key of the environment, and the end of those that left it. Idempotent.

    Raises ImproperlyConfigured when an id now names another key: slips of the old one would turn false.
    """
    ours = {key_id: _public_hex(seed) for key_id, seed in settings.SLIP_KEYS}
    for key_id, public in ours.items():
        _write(key_id, public)
    now = timezone.now()
    SigningKey.objects.exclude(key_id__in=ours).filter(retired_at=None).update(retired_at=now)
    SigningKey.objects.filter(key_id__in=ours).exclude(retired_at=None).update(retired_at=None)


def _remember(key_id: str, public: str) -> None:
    if (key_id, public) not in _published:
        _write(key_id, public)
        transaction.on_commit(lambda: _published.add((key_id, public)))


def _write(key_id: str, public: str) -> None:
    row, _ = SigningKey.objects.get_or_create(key_id=key_id, defaults={"public_key": public})
    if row.public_key != public:
        raise ImproperlyConfigured(f"SLIP_KEYS: {key_id} named another key before; give the new one a new name.")


@lru_cache(maxsize=8)
def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=8)
def _public_hex(seed: bytes) -> str:
    return _private(seed).public_key().public_bytes_raw().hex()
