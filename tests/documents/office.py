"""Where the tests of documents find LibreOffice; `python -m tests.documents.office` says which, and fails under CI.

They need a font that is as wide as Times New Roman and has the Vietnamese letters, or another one is looked at.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

NAMES = ("soffice", "libreoffice")
FONTS = ("Times New Roman", "Tinos", "Liberation Serif")
PATIENCE = 180  # seconds for one conversion of many files
MISSING = """
************************************************************************************
*** NO LIBREOFFICE, OR NO TIMES NEW ROMAN: NO DOCUMENT IS LOOKED AT AS A PICTURE. ***
*** Install libreoffice-writer-nogui and fonts-croscore, or name one with SOFFICE. ***
************************************************************************************
"""


@cache
def office_path() -> str | None:
    """The LibreOffice to convert with: the variable SOFFICE, else the system's; None if none starts."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    if named := os.environ.get("SOFFICE"):
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))


def _starts(path: str) -> bool:
    if not shutil.which(path):
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@cache
def fonts() -> tuple[str, ...]:
    """Which of the fonts are there with Vietnamese letters; all, where nobody can say: the pictures will."""
    lister = shutil.which("fc-list")
    if lister is None:
        return FONTS
    listed = subprocess.run([lister, ":lang=vi", "family"], capture_output=True, text=True, timeout=60).stdout
    return tuple(font for font in FONTS if font in listed)


def can_convert() -> bool:
    """Whether documents can be turned into PDF as a school would see them."""
    return office_path() is not None and bool(fonts())


def convert(files: Iterable[Path], folder: Path) -> None:
    """Turn the .docx files into PDF files in `folder`, all at once, with a profile of this folder's own."""
    office = office_path()
    assert office is not None
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    environment = os.environ | _without_half_a_font(folder)
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment)
    assert done.returncode == 0, done.stderr


def _without_half_a_font(folder: Path) -> dict[str, str]:
    """An old Liberation Serif lacks Vietnamese letters, and LibreOffice would take those alone from another font."""
    if shutil.which("fc-list") is None or "Liberation Serif" in fonts():
        return {}
    settings = folder / "fonts.conf"
    settings.write_text(
        "<fontconfig><include>/etc/fonts/fonts.conf</include><selectfont><rejectfont><pattern><patelt name='family'>"
        "<string>Liberation Serif</string></patelt></pattern></rejectfont></selectfont></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(settings)}


def main() -> int:
    """Say which LibreOffice is used; without one, say so loudly, and fail under CI=true."""
    if can_convert():
        sys.stdout.write(f"LibreOffice for the tests of documents: {office_path()}\n")
        return 0
    sys.stderr.write(MISSING)
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
