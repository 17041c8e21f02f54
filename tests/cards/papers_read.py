"""Reading papers back in tests: text, fonts, codes, structure, and the picture beside the one that was approved."""

import os
import subprocess
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_DPI = 36
FAR_APART, MOST_FAR_APART, MOST_MEAN = 96, 0.01, 3.0
"""A dot is far apart when it differs by so much of 255; so many may, for another poppler smooths letters otherwise."""


def run(*command: str | Path) -> str:
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def squeezed(text: str) -> str:
    """Without any space: where a line breaks is the paper's affair."""
    return "".join(text.split())


def text_of(pdf: Path) -> str:
    """Both readings: as it stands on the paper, and in the order of the tags."""
    return "".join(squeezed(run("pdftotext", *how, pdf, "-")) for how in (["-layout"], []))


def info(pdf: Path) -> dict[str, str]:
    lines = run("pdfinfo", pdf).splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def codes_of(pdf: Path, *, page: int = 1, dpi: int = 150) -> list[str]:
    """What a scanner reads off one printed page."""
    picture = pdf.with_suffix(f".{page}")
    run("pdftoppm", "-r", str(dpi), "-gray", "-singlefile", "-f", str(page), "-l", str(page), pdf, picture)
    return run("zbarimg", "-q", "--raw", f"{picture}.pgm").split()


def is_sound(pdf: Path) -> bool:
    """qpdf finds nothing to say about the file."""
    return "No syntax or stream encoding errors found" in run("qpdf", "--check", pdf)


def looks_as_approved(pdf: Path, name: str) -> None:
    """Every page beside its picture in golden/. GOLDEN=write approves what is there now."""
    run("pdftoppm", "-r", str(GOLDEN_DPI), "-gray", "-png", pdf, pdf.with_suffix(""))
    drawn = sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        for number, page in enumerate(drawn, start=1):
            Image.open(page).quantize(8).save(GOLDEN / f"{name}-{number}.png", optimize=True)
    approved = sorted(GOLDEN.glob(f"{name}-[0-9]*.png"))
    assert len(drawn) == len(approved), f"{name}: {len(drawn)} pages, {len(approved)} approved"
    for page, picture in zip(drawn, approved, strict=True):
        ours, theirs = Image.open(page).convert("L"), Image.open(picture).convert("L")
        assert ours.size == theirs.size, f"{picture.name}: another size of paper"
        difference = ImageChops.difference(ours, theirs)
        far = sum(difference.histogram()[FAR_APART:]) / (ours.width * ours.height)
        mean = ImageStat.Stat(difference).mean[0]
        assert far < MOST_FAR_APART and mean < MOST_MEAN, f"{picture.name}: {far:.2%} far apart, mean {mean:.1f}"
