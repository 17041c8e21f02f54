"""The image of a card: only pixels survive, shown by right and written down, at most two, gone with a reason."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image, ImageFile

from accounts.models import AuditEvent
from registry.models import DocumentImage
from registry.papers.image import MOST_BYTES, ImageRefused, reencoded
from tests.factories import IdentityDocumentFactory

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(1)</script>"


def drawn(kind: str = "PNG", size=(320, 200), colour="navy", **more) -> bytes:
    out = io.BytesIO()
    Image.new(more.pop("mode", "RGB"), size, colour).save(out, kind, **more)
    return out.getvalue()


def read(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A small PNG that unpacks to width × height pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * min((width + 1) * height, 50_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def card(resident):
    return IdentityDocumentFactory(resident=resident)


@pytest.fixture
def theirs(outsider, stranger):
    """The bait: an image next door."""
    document = IdentityDocumentFactory(resident=outsider)
    return DocumentImage.objects.create(document=document, jpeg=drawn("JPEG"), sha256="1" * 64, added_by=stranger)


def upload(client, card, data: bytes, name: str = "the.png"):
    url = reverse("registry:paper_image_add", args=[card.public_id])
    return client.post(url, {"image": SimpleUploadedFile(name, data, content_type="image/png")})


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_is_kept_is_a_jpeg_of_our_own(kind):
    kept = reencoded(io.BytesIO(drawn(kind, size=(3200, 2000))))
    image = read(kept)
    assert (image.format, image.size, image.mode) == ("JPEG", (1600, 1000), "RGB")


def test_a_script_behind_the_last_byte_is_gone():
    assert SCRIPT not in reencoded(io.BytesIO(drawn() + SCRIPT))


def test_a_file_that_is_two_formats_at_once_keeps_only_its_pixels():
    archive = b"PK\x03\x04" + SCRIPT + b"PK\x05\x06" + b"\0" * 18
    both = drawn("JPEG") + archive
    kept = reencoded(io.BytesIO(both))
    assert b"PK\x03\x04" not in kept and SCRIPT not in kept
    for beginning in (b"GIF89a", b"<html>", b"%PDF-1.7\n", b"<svg xmlns='http://www.w3.org/2000/svg'>"):
        with pytest.raises(ImageRefused):
            reencoded(io.BytesIO(beginning + both))


def test_metadata_does_not_survive_but_the_right_way_up_does():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Tọa độ nhà riêng"  # turned by 90 degrees; a description
    kept = reencoded(io.BytesIO(drawn("JPEG", size=(400, 200), exif=exif, comment=SCRIPT)))
    image = read(kept)
    assert image.size == (200, 400)
    assert len(image.getexif()) == 0
    assert not {"exif", "comment", "icc_profile"} & set(image.info)
    assert "Tọa độ".encode() not in kept and SCRIPT not in kept


def test_text_chunks_of_a_png_do_not_survive():
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Comment", SCRIPT.decode())
    assert SCRIPT not in reencoded(io.BytesIO(drawn(pnginfo=note)))


def test_transparency_becomes_white():
    kept = read(reencoded(io.BytesIO(drawn(mode="RGBA", colour=(0, 0, 0, 0)))))
    assert kept.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_usual_kind_of_pixels_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (50, 40)).save(out, kind)
    assert read(reencoded(io.BytesIO(out.getvalue()))).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb(20_000, 20_000), "Ảnh quá lớn"),
        (bomb(60_000, 60_000), "Ảnh quá lớn"),
        (bomb(7_000, 6_000), "Ảnh quá lớn"),
        (b"day khong phai anh, chi la chu", "không phải ảnh"),
        (b"", "Chọn tệp"),
        (drawn()[:60], ""),
        (drawn("JPEG")[:300], ""),
        (drawn("GIF"), "không phải ảnh"),
        (drawn("BMP"), "không phải ảnh"),
        (drawn("TIFF"), "không phải ảnh"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, ""),
        (drawn() + b"\0" * MOST_BYTES, "lớn hơn 5 MB"),
    ],
    ids=[
        "bomb",
        "larger bomb",
        "just too large",
        "text",
        "empty",
        "cut png",
        "cut jpeg",
        "gif",
        "bmp",
        "tiff",
        "false jpeg",
        "too many bytes",
    ],
)
def test_what_is_no_image_of_a_card_is_refused(data, said):
    with pytest.raises(ImageRefused) as refusal:
        reencoded(io.BytesIO(data))
    assert said in str(refusal.value)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("patient", [True, False])  # as WeasyPrint leaves Pillow, and as Pillow comes
def test_a_file_that_was_cut_off_is_refused(kind, patient, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", patient)
    with pytest.raises(ImageRefused):
        reencoded(io.BytesIO(drawn(kind)[:-40]))


def test_every_prefix_of_a_good_file_is_refused_or_read():
    """Nothing but the typed refusal comes out, wherever the file is cut or spoilt."""
    good = drawn("JPEG", size=(64, 48)), drawn(size=(64, 48))
    for data in good:
        for place in range(0, len(data), 7):
            for broken in (data[:place], data[:place] + b"\xff\x00\xaa" + data[place + 3 :]):
                try:
                    assert reencoded(io.BytesIO(broken))[:2] == b"\xff\xd8"
                except ImageRefused:
                    continue


def test_an_image_is_added_shown_and_each_time_written_down(card, officer, client_of):
    client = client_of(officer)
    assert upload(client, card, drawn()).status_code == 302
    image = card.images.get()
    url = reverse("registry:paper_image", args=[image.public_id])
    page = client.get(reverse("registry:paper", args=[card.public_id])).content.decode()
    assert "Xem ảnh thẻ" in page and '<img src="/anh-giay-to' not in page
    for times in (1, 2):
        answer = client.get(url)
        assert AuditEvent.objects.filter(action="reveal", actor_badge="MS-001").count() == times
    assert answer.content == bytes(image.jpeg)
    headers = {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")}
    assert headers == {
        "Content-Type": "image/jpeg", "Content-Disposition": 'inline; filename="anh-giay-to.jpg"',
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; img-src 'self'; sandbox"


def test_a_text_file_named_jpg_is_refused_beside_the_field(card, officer, client_of):
    answer = upload(client_of(officer), card, b"khong phai anh", name="the.jpg")
    assert answer.status_code == 422
    assert "không phải ảnh JPEG hoặc PNG" in answer.content.decode()
    assert not DocumentImage.objects.exists()


def test_no_file_at_all_is_told(card, officer, client_of):
    answer = client_of(officer).post(reverse("registry:paper_image_add", args=[card.public_id]))
    assert (answer.status_code, "Chọn tệp ảnh" in answer.content.decode()) == (422, True)


def test_two_images_at_most_and_the_same_one_once(card, officer, client_of):
    client = client_of(officer)
    for colour in ("navy", "navy", "green"):
        assert upload(client, card, drawn(colour=colour)).status_code == 302
    assert card.images.count() == 2
    assert upload(client, card, drawn(colour="red")).status_code == 422
    assert card.images.count() == 2


def test_removing_needs_a_reason_and_leaves_a_line(card, officer, client_of):
    client = client_of(officer)
    upload(client, card, drawn())
    image = card.images.get()
    url = reverse("registry:paper_image_remove", args=[image.public_id])
    assert client.post(url, {"reason": " "}).status_code == 422
    assert card.images.count() == 1
    assert client.post(url, {"reason": "Ảnh mờ, chụp lại"}).status_code == 302
    assert card.images.count() == 0
    line = AuditEvent.objects.get(action="change", sentence__startswith="Xóa ảnh")
    assert (line.reason, line.data) == ("Ảnh mờ, chụp lại", {"sha256": image.sha256, "added_by": "MS-001"})


def test_nobody_from_above_and_nobody_from_elsewhere_sees_an_image(
    card, theirs, officer, stranger, supervisor, ministry, auditor, client_of
):
    upload(client_of(officer), card, drawn())
    url = reverse("registry:paper_image", args=[card.images.get().public_id])
    statuses = [client_of(one).get(url).status_code for one in (stranger, supervisor, ministry, auditor)]
    assert statuses == [404, 403, 403, 403]
    assert client_of(officer).get(reverse("registry:paper_image", args=[theirs.public_id])).status_code == 404
    page = client_of(supervisor).get(reverse("registry:paper", args=[card.public_id])).content.decode()
    assert "001••••••123" in page and "000123" not in page
    assert str(card.images.get().public_id) not in page and "Xem ảnh thẻ" not in page


def test_the_page_is_cheap_and_never_reads_the_picture(card, officer, client_of):
    client, url = client_of(officer), reverse("registry:paper", args=[card.public_id])
    upload(client, card, drawn())
    upload(client, card, drawn(colour="green"))
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    assert len(captured) <= 12
    assert not any('"registry_documentimage"."jpeg"' in query["sql"] for query in captured.captured_queries)
