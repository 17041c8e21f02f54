"""Run alone, in a process of its own with little memory and little time: a PDF comes in, pictures of its pages go out.

`python -I pdf_pages.py <most pages> <longest side in pixels>`: the PDF on standard input; on standard output a line of
JSON, {"sizes": [[width, height, bytes], …]} in points and bytes, and the JPEGs one after another; or {"refused": why}.

It imports nothing of ours: whatever a hostile file makes of this process, there is nothing here to take. The limits are
set before the first byte is read.
"""

import io
import json
import resource
import sys

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 15
WRITTEN_BYTES = 64 * 1024 * 1024
QUALITY = 80
DPI = 150
POINTS_AN_INCH = 72
PASSWORD = 4  # FPDF_ERR_PASSWORD


def main() -> None:
    import pypdfium2

    most_pages, longest_px = int(sys.argv[1]), int(sys.argv[2])
    confine()
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as refused:
        answer({"refused": "password" if getattr(refused, "err_code", None) == PASSWORD else "broken"})
        return
    if len(document) == 0:
        answer({"refused": "empty"})
    elif len(document) > most_pages:
        answer({"refused": "pages", "pages": len(document)})
    else:
        document.init_forms()  # what somebody typed into a form is drawn; scripts are not built in
        drawn = [draw(document[number], longest_px) for number in range(len(document))]
        answer({"sizes": [[width, height, len(jpeg)] for width, height, jpeg in drawn]}, *(one[2] for one in drawn))


def confine() -> None:
    """After the libraries were loaded, before the file is touched."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(page, longest_px: int) -> tuple[float, float, bytes]:
    """One page on white, as large as DPI says and no longer than `longest_px`, whatever size it claims to have."""
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise ValueError("a page without size")
    scale = min(DPI / POINTS_AN_INCH, longest_px / max(width, height))
    image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    page.close()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return width, height, out.getvalue()


def answer(head: dict, *bodies: bytes) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for body in bodies:
        out.write(body)
    out.flush()


if __name__ == "__main__":
    main()
