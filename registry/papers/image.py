"""The image of a card: read with suspicion, drawn anew, kept as our own JPEG. Sensitive (NĐ 356/2025 Đ4).

What an uploader hid in a file (scripts after the last byte, metadata, another format inside) does not survive: only
pixels do.
"""

import hashlib
import io
import struct
import warnings
import zlib
from typing import BinaryIO

from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.audit import record
from accounts.models import Action, Officer
from registry.models import DocumentImage, IdentityDocument
from registry.residents.refusal import RegisterRefused

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a telephone's photograph has 12 to 24 million
LONGEST_SIDE_PX = 1600
MOST_IMAGES = 2  # front and back
QUALITY = 85
FORMATS = ("JPEG", "PNG")
# What Pillow raises on files that are broken or lie about themselves.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, OverflowError, MemoryError,
           struct.error, zlib.error)  # fmt: skip
_END = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"}
# Asked by ourselves: WeasyPrint tells Pillow, for the whole process, to make do with files that were cut off.
BROKEN = "Không đọc được ảnh này; chụp hoặc quét lại."
TOO_LARGE = "Ảnh quá lớn (trên 40 triệu điểm ảnh); chụp lại với cỡ nhỏ hơn."


class ImageRefused(RegisterRefused):
    """Nothing was kept. The message is the sentence beside the field."""

    def __init__(self, sentence: str) -> None:
        super().__init__("image", sentence)


def reencoded(source: BinaryIO, *, longest_side_px: int = LONGEST_SIDE_PX) -> bytes:
    """A JPEG of at most that length, without metadata, from a JPEG or PNG. Raises ImageRefused."""
    data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ImageRefused("Tệp lớn hơn 5 MB; chụp lại với cỡ nhỏ hơn.")
    if not data:
        raise ImageRefused("Chọn tệp ảnh.")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _drawn_anew(data, longest_side_px)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise ImageRefused(TOO_LARGE) from bomb
        except UnidentifiedImageError as unknown:
            raise ImageRefused("Tệp này không phải ảnh JPEG hoặc PNG.") from unknown
        except _BROKEN as broken:
            raise ImageRefused(BROKEN) from broken


def _drawn_anew(data: bytes, longest_side_px: int) -> bytes:
    image: Image.Image
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:  # the header says so: nothing was unpacked yet
            raise ImageRefused(TOO_LARGE)
        if _END[image.format or ""] not in data:
            raise ImageRefused(BROKEN)
        if image.format == "JPEG":
            image.draft("RGB", (longest_side_px, longest_side_px))
        upright = ImageOps.exif_transpose(image)
        flat = _on_white(upright)
    flat.thumbnail((longest_side_px, longest_side_px))
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image.convert("RGB")


@transaction.atomic
def add(document: IdentityDocument, source: BinaryIO, *, by: Officer) -> tuple[DocumentImage, bool]:
    """Keep an image of this card. Answers (image, was it new): the same picture twice is one. Raises ImageRefused."""
    jpeg = reencoded(source)
    digest = hashlib.sha256(jpeg).hexdigest()
    locked = IdentityDocument.objects.select_for_update(no_key=True).get(pk=document.pk)
    known = locked.images.filter(sha256=digest).first()
    if known:
        return known, False
    if locked.images.count() >= MOST_IMAGES:
        raise ImageRefused("Giấy tờ này đã có hai ảnh; xóa một ảnh trước khi thêm.")
    image = DocumentImage.objects.create(document=locked, jpeg=jpeg, sha256=digest, added_by=by)
    person = document.resident
    sentence = f"Thêm ảnh {document.kind_name.lower()} của {person.audit_label()}"
    record(by, Action.CHANGE, target=person, sentence=sentence, data={"sha256": digest})
    return image, True


@transaction.atomic
def remove(image: DocumentImage, *, by: Officer, reason: str) -> None:
    """Delete an image; the line of the trail stays. Raises ImageRefused without a reason."""
    if not reason.strip():
        raise ImageRefused("Ghi lý do xóa ảnh.")
    person = image.document.resident
    sentence = f"Xóa ảnh {image.document.kind_name.lower()} của {person.audit_label()}"
    data = {"sha256": image.sha256, "added_by": image.added_by.badge_number}
    record(by, Action.CHANGE, target=person, sentence=sentence, reason=reason.strip(), data=data)
    image.delete()
