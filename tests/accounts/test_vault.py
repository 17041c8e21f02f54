"""Files at rest: what was sealed opens where it belongs, and nowhere else."""

import pytest

from accounts import vault

CONTENT = "Danh sách nhân khẩu thôn Mẫu".encode() * 50


def test_a_sealed_file_comes_out_as_it_went_in():
    assert vault.unseal(vault.seal(CONTENT, to="roster 1"), to="roster 1") == CONTENT
    assert vault.unseal(memoryview(vault.seal(b"", to="roster 1")), to="roster 1") == b""


def test_nothing_of_the_content_shows_and_no_two_seals_are_alike():
    one, other = vault.seal(CONTENT, to="roster 1"), vault.seal(CONTENT, to="roster 1")
    assert one != other
    assert "nhân khẩu".encode() not in one


def test_a_seal_belongs_to_its_row():
    """Who can write the table could else put one commune's file under another's list."""
    sealed = vault.seal(CONTENT, to="roster 1")
    with pytest.raises(vault.CannotOpen):
        vault.unseal(sealed, to="roster 2")


@pytest.mark.parametrize("place", [3, 10, 20, -1])
def test_a_changed_byte_is_found(place):
    sealed = bytearray(vault.seal(CONTENT, to="roster 1"))
    sealed[place] ^= 1
    with pytest.raises(vault.CannotOpen):
        vault.unseal(bytes(sealed), to="roster 1")


@pytest.mark.parametrize(
    "sealed", [b"", b"k1", b"k1:", b"k1:short", b"\xff\xfe:12345678901234567890", b"no colon at all"]
)
def test_what_is_no_seal_does_not_open(sealed):
    with pytest.raises(vault.CannotOpen):
        vault.unseal(sealed, to="roster 1")


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed(settings):
    sealed = vault.seal(CONTENT, to="roster 1")
    settings.FILE_KEYS = [("k2", b"another-key-".ljust(32, b"y")), *settings.FILE_KEYS]
    assert vault.unseal(sealed, to="roster 1") == CONTENT
    assert vault.seal(CONTENT, to="roster 1").startswith(b"k2:")


def test_a_key_that_is_gone_is_told(settings):
    sealed = vault.seal(CONTENT, to="roster 1")
    settings.FILE_KEYS = [("k2", b"another-key-".ljust(32, b"y"))]
    with pytest.raises(vault.CannotOpen, match="no key 'k1'"):
        vault.unseal(sealed, to="roster 1")
