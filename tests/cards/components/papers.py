"""Files for the tests of scans: honest ones, and others."""

import io

import pypdf
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from cards.components.our_pdf import PagePicture, written


def picture(kind: str = "JPEG", size=(320, 200), colour="navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def pdf(pages: int = 1, colour: str = "navy") -> bytes:
    """A PDF of A4 pages in one colour."""
    page = PagePicture(595, 842, 320, 200, picture(colour=colour))
    return written([page] * pages)


def with_secrets(marker: str) -> bytes:
    """A PDF with a script that runs when it is opened, an attachment, a link, and metadata: all with the marker."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf()))
    script = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject(f"app.alert('{marker}')"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment(f"{marker}.exe", marker.encode())
    writer.add_metadata({"/Author": marker, "/Title": marker})
    writer.add_uri(0, f"https://{marker}.example", [0, 0, 100, 100])
    return _saved(writer)


def encrypted(password: str = "123456") -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf()))
    writer.encrypt(password, algorithm="AES-256-R5")
    return _saved(writer)


def huge_page() -> bytes:
    """One page that says it is 5 km wide."""
    page = PagePicture(14_400_000, 14_400_000, 320, 200, picture())
    return written([page])


def endless_page(times: int = 400_000) -> bytes:
    """A small file whose one page draws a large transparent pattern again and again: minutes of work."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf()))
    page = writer.pages[0]
    stream = DecodedStreamObject()
    stream.set_data(b"q /T gs 0 0 595 842 re f 0 0 m 300 800 500 100 595 842 c f Q\n" * times)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    resources = page[NameObject("/Resources")]
    see_through = DictionaryObject({NameObject("/ca"): FloatObject(0.5)})
    resources[NameObject("/ExtGState")] = DictionaryObject({NameObject("/T"): see_through})
    return _saved(writer)


def filled_form(value: str) -> bytes:
    """A white page with one box of a form, filled in and without a picture of what was typed."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf(colour="white")))
    font = {NameObject("/Type"): "/Font", NameObject("/Subtype"): "/Type1", NameObject("/BaseFont"): "/Helvetica"}
    fonts = {NameObject("/Helv"): DictionaryObject({key: NameObject(name) for key, name in font.items()})}
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject(fonts)})
    look = TextStringObject("/Helv 40 Tf 0 g")
    box = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Widget"),
        NameObject("/FT"): NameObject("/Tx"), NameObject("/T"): TextStringObject("ten"),
        NameObject("/V"): TextStringObject(value), NameObject("/DA"): look, NameObject("/F"): NumberObject(4),
        NameObject("/Rect"): ArrayObject([FloatObject(side) for side in (50, 400, 550, 500)]),
    })  # fmt: skip
    field = writer._add_object(box)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([field])
    form = {NameObject("/Fields"): ArrayObject([field]), NameObject("/DR"): resources, NameObject("/DA"): look}
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(form)
    return _saved(writer)


def _saved(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
