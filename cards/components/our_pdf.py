"""A PDF of our own that holds pictures of pages and nothing else: no script, form, attachment, link or metadata.

The same pictures make the same bytes, so that the same scan is known again.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PagePicture:
    """One page: its size on paper in points, and its JPEG."""

    width_pt: float
    height_pt: float
    width_px: int
    height_px: int
    jpeg: bytes


def written(pages: Sequence[PagePicture]) -> bytes:
    """PDF 1.4: a catalogue, the page tree, and for every page its leaf, its picture and the line that draws it."""
    leaves = " ".join(f"{3 + 3 * n} 0 R" for n in range(len(pages)))
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {len(pages)}/Kids[{leaves}]>>".encode()]
    for n, page in enumerate(pages):
        bodies += _page(3 + 3 * n, page)
    return _file(bodies)


def _page(number: int, page: PagePicture) -> list[bytes]:
    size = f"{page.width_pt:.2f} {page.height_pt:.2f}"
    leaf = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Resources<</XObject<</P {number + 1} 0 R>>>>"
        f"/Contents {number + 2} 0 R>>"
    )
    picture = (
        f"<</Type/XObject/Subtype/Image/Width {page.width_px}/Height {page.height_px}/ColorSpace/DeviceRGB"
        f"/BitsPerComponent 8/Filter/DCTDecode/Length {len(page.jpeg)}>>"
    )
    drawing = f"{page.width_pt:.2f} 0 0 {page.height_pt:.2f} 0 0 cm /P Do".encode()
    return [
        leaf.encode(),
        picture.encode() + b"\nstream\n" + page.jpeg + b"\nendstream",
        f"<</Length {len(drawing)}>>".encode() + b"\nstream\n" + drawing + b"\nendstream",
    ]


def _file(bodies: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<</Size {len(bodies) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
