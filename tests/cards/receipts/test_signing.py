"""Keys: today's signs, a retired one is believed still, and no other is."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cards.models import SigningKey
from cards.receipts import signing

pytestmark = pytest.mark.django_db

OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)


def test_what_is_signed_is_believed_and_one_changed_byte_is_not():
    key_id, signature = signing.sign(b"phieu")
    assert signing.verify(key_id, b"phieu", signature)
    assert not signing.verify(key_id, b"phieU", signature)
    assert not signing.verify(key_id, b"phieu", bytes([signature[0] ^ 1]) + signature[1:])
    assert not signing.verify("k9", b"phieu", signature)


def test_the_public_half_is_written_down_at_first_use_and_once(settings):
    settings.SLIP_KEYS = [OLD]
    for _ in range(2):
        signing.sign(b"x")
        signing.publish()
    row = SigningKey.objects.get()
    assert (row.key_id, row.retired_at, len(row.public_key)) == ("k1", None, 64)
    assert OLD[1].hex() not in row.public_key


def test_after_a_rotation_the_new_key_signs_and_slips_of_the_old_stay_genuine(settings):
    settings.SLIP_KEYS = [OLD]
    before = signing.sign(b"phieu")
    settings.SLIP_KEYS = [NEW, OLD]  # both known: the old one only verifies
    assert signing.sign(b"phieu").key_id == "k2"
    assert signing.verify(*(before.key_id, b"phieu", before.signature))
    settings.SLIP_KEYS = [NEW]  # gone from the environment: its public half stays
    signing.publish()
    assert signing.verify(before.key_id, b"phieu", before.signature)
    retired = {row.key_id: row.retired_at is not None for row in SigningKey.objects.all()}
    assert retired == {"k1": True, "k2": False}


def test_an_id_never_names_a_second_key(settings):
    settings.SLIP_KEYS = [OLD]
    signing.publish()
    settings.SLIP_KEYS = [("k1", b"3" * 32)]
    with pytest.raises(ImproperlyConfigured, match="k1 named another key before"):
        signing.publish()
