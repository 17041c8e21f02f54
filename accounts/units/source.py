"""Reads the tables of units that the package `vietnamadminunits` 1.0.4 (MIT) carries, as plain values. No Django.

Only its data files are opened. Its code is never imported: `convert_address` there sends the address to an online
geocoder, and the addresses of citizens leave this machine for nobody (facts.md section 6). A house test holds that.
"""

import importlib.util
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "vietnamadminunits"
OLD_QUERY = """select provinceCode, province, provinceKey, districtCode, district, districtKey, wardCode, ward,
    coalesce(wardKey, '') from admin_units_legacy"""
NEW_QUERY = "select provinceCode, province, provinceKey, wardCode, ward, wardKey from admin_units"
SPOT_QUERY = """select wardCode, wardLat, wardLon, wardAreaKm2 from admin_units
    union select provinceCode, provinceLat, provinceLon, null from admin_units"""


class SourceMissing(Exception):
    """The package with the tables is not installed, or is not the version whose layout is known."""


@dataclass(frozen=True, slots=True)
class OldRow:
    """A commune before 01/07/2025 with its district and province. Five island districts had no commune: code None."""

    province_code: str
    province: str
    district_code: str
    district: str
    code: str | None
    name: str | None
    key: str


@dataclass(frozen=True, slots=True)
class NewRow:
    """A commune since 01/07/2025 with its province."""

    province_code: str
    province: str
    code: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a unit of today lies, in degrees, and how large it is; of provinces and two communes nobody says."""

    latitude: float
    longitude: float
    area_km2: float | None


@dataclass(frozen=True, slots=True)
class Succession:
    """Old commune -> new commune by the source's keys; a divided one has several."""

    old_key: str
    new_key: str
    divided: bool


def data_folder() -> Path:
    """Where the package lies on the disk, found without importing it. Raises SourceMissing."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or []) if spec else []
    data = Path(folders[0]) / "data" if folders else None
    if data is None or not (data / "dataset.db").is_file() or not (data / "converter_2025.json").is_file():
        raise SourceMissing(f"Chưa cài gói dữ liệu đơn vị hành chính {PACKAGE} 1.0.4 (requirements-data.txt).")
    return data


def read_old(data: Path) -> list[OldRow]:
    return [
        OldRow(pc, right_name(p), dc, right_name(d), wc, right_name(w) if w else None, f"{pk}_{dk}_{wk}")
        for pc, p, pk, dc, d, dk, wc, w, wk in _rows(data, OLD_QUERY)
    ]


def read_new(data: Path) -> list[NewRow]:
    return [
        NewRow(pc, right_name(p), wc, right_name(w), f"{pk}_{wk}") for pc, p, pk, wc, w, wk in _rows(data, NEW_QUERY)
    ]


def read_spots(data: Path) -> dict[str, Spot]:
    """By code: two digits a province, five a commune."""
    return {code: Spot(*rest) for code, *rest in _rows(data, SPOT_QUERY)}


def read_successions(data: Path) -> Iterator[Succession]:
    """Both lists of the converter: communes that went whole into a new one, and those that were divided."""
    tables = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    for province, wards in tables["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, old_keys in wards.items():
            for old_key in old_keys:
                yield Succession(old_key, f"{province}_{ward}", False)
    for province, olds in tables["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, parts in olds.items():
            for part in parts:
                yield Succession(old_key, f"{province}_{part['newWardKey']}", True)


def read_province_successions(data: Path) -> dict[str, str]:
    """Key of an old province -> key of the new one that took it in."""
    tables = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    return {old: new for new, olds in tables["DICT_PROVINCE"].items() for old in olds}


def _rows(data: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"{(data / 'dataset.db').as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


# "Thị Trấn Óc Eo", "Thành Phố Đồng Hới": the kind is written with one capital.
_KINDS = re.compile(r"^(thị trấn|thị xã|thành phố|đặc khu|phường|xã|quận|huyện|tỉnh)(?= )", re.IGNORECASE)
_SMALL_WORDS = {"trường"}  # Thị trấn Nông trường Việt Lâm


def right_name(name: str) -> str:
    """The name as decisions write it. Mends what is wrong in the sources: "Thị Trấn Prao", "Xã Pa ủ", "xã Bắc Sơn".

    The source has neither new-style tones (Hoá) nor curly apostrophes; clean() in Unit.derive() would mend the latter.
    """
    kind = _KINDS.match(name)
    head, rest = (kind[1].capitalize(), name[kind.end() :]) if kind else ("", name)
    words = [word if word in _SMALL_WORDS else word[:1].upper() + word[1:] for word in rest.split()]
    return " ".join(filter(None, [head, *words]))
