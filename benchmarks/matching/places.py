"""Communes, hamlets, streets and home towns that exist nowhere, in provinces that do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from benchmarks.matching.naming import Ints
from registry.codes import BIRTH_PROVINCES

_WORDS: Final = """
    An Bình Cao Châu Chí Công Cường Dân Diên Dương Đại Đoàn Đông Đồng Đức Gia Giang Hà Hải Hiệp Hòa Hoàng Hồng Hợp Hùng
    Hưng Khánh Kim Lạc Lâm Lập Liên Linh Long Lộc Lương Minh Mỹ Nam Nghĩa Ngọc Nguyên Nhân Ninh Phong Phú Phúc Phước
    Quang Quảng Sơn Tam Tân Tây Thạch Thái Thanh Thành Thắng Thiện Thịnh Thọ Thuận Thượng Tiến Tín Trung Trường Tự Văn
    Vân Việt Vĩnh Xuân Yên
"""
_STREETS: Final = (
    "Trần Phú", "Lê Lợi", "Hùng Vương", "Nguyễn Trãi", "Quang Trung", "Lý Thường Kiệt", "Trần Hưng Đạo", "Ngô Quyền",
    "Lê Hồng Phong", "Hoàng Văn Thụ", "Bà Triệu", "Hai Bà Trưng", "Phan Đình Phùng", "Nguyễn Du", "Lê Duẩn",
    "Điện Biên Phủ", "Nguyễn Huệ", "Phan Chu Trinh", "Nguyễn Thị Minh Khai", "Trường Chinh", "Kim Đồng", "Bắc Sơn",
    "Cách Mạng Tháng 8", "30 Tháng 4", "Hòa Bình", "Thống Nhất", "Giải Phóng", "Nhà Thờ", "Chợ Cũ", "Bờ Hồ",
)  # fmt: skip
_HAMLETS: Final = (
    "Đông", "Đoài", "Thượng", "Hạ", "Trung", "Nội", "Ngoại", "Đình", "Chùa", "Bến", "Đầm", "Gò", "Trại", "Cầu", "Chợ",
    "Đồng Mít", "Cây Đa", "Bãi Lau", "Vườn Trầu", "Giếng Ngọc", "Suối Mơ", "Đá Bạc", "Khe Sim", "Gốc Gạo", "Tân Lập",
    "Tân Tiến", "Đoàn Kết", "Phú Thịnh", "An Lạc", "Xuân Hòa", "Bình Minh", "Quyết Thắng", "Hồng Phong", "Đại Đồng",
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
)  # fmt: skip
SOUTH_FROM: Final = "051"  # from Quảng Ngãi southwards the southern surnames prevail
HIGHLANDS: Final = ("062", "064", "066", "067", "068")
GROUPS_OF: Final = {  # those who live there in numbers, the most numerous first
    "highlands": ("12", "10", "16", "20", "13", "14", "07", "02"),
    "south": ("05", "04", "05", "17", "05"),
    "north": ("02", "03", "06", "07", "08", "09", "02", "06"),
}
SCATTERED: Final = {"highlands": ("02", "07", "12"), "south": ("04", "05", "04"), "north": ("02", "06", "07")}
"""Groups found anywhere in the region, among Kinh neighbours."""


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune of today: its five-digit code, its province of old (63) and the old communes it was made from."""

    code: str
    name: str
    province: str  # old three-digit code, as in personal numbers
    region: str  # "north" or "south"
    urban: bool
    area: str  # "north", "south" or "highlands"
    group: str  # "01" Kinh, else the group most people there belong to
    hamlets: tuple[str, ...]
    streets: tuple[str, ...]
    old_names: tuple[str, ...]
    district: str

    @property
    def kind(self) -> str:
        return "phường" if self.urban else "xã"


@cache
def provinces() -> tuple[tuple[str, str, str], ...]:
    """(old code, old name, name of today)."""
    return tuple((row.code, row.name, row.new_name) for row in BIRTH_PROVINCES.values())


def make_communes(count: int, *, seed: int, minority_every: int) -> list[Commune]:
    """`count` communes, thirty to a province, always the same for a seed. The first is of the plains."""
    random = np.random.default_rng([seed, 11])
    codes = [code for code, _, _ in provinces()]
    made: list[Commune] = []
    used: set[str] = set()
    for at in range(count):
        if at % 30 == 0:
            province = codes[int(random.integers(len(codes)))]
        region = "south" if province >= SOUTH_FROM else "north"
        of_a_group = at % minority_every == minority_every - 1
        area = "highlands" if province in HIGHLANDS else region
        groups = GROUPS_OF[area]
        made.append(
            _commune(
                random,
                code=_code(random, used),
                province=province,
                region=region,
                area=area,
                urban=not of_a_group and bool(random.random() < 0.38),
                group=groups[int(random.integers(len(groups)))] if of_a_group else "01",
            )
        )
    return made


def _code(random: np.random.Generator, used: set[str]) -> str:
    while (code := f"{int(random.integers(1, 32000)):05d}") in used:
        pass
    used.add(code)
    return code


def _commune(
    random: np.random.Generator, *, code: str, province: str, region: str, area: str, urban: bool, group: str
) -> Commune:
    word = ("Khu phố" if region == "south" else "Tổ dân phố") if urban else ("Ấp" if region == "south" else "Thôn")
    count = int(random.integers(18, 34))
    if urban:
        hamlets = tuple(f"{word} {number}" for number in range(1, count + 1))
    else:
        hamlets = tuple(f"{word} {_HAMLETS[at]}" for at in random.permutation(len(_HAMLETS))[:count])
    streets = tuple(_STREETS[at] for at in random.permutation(len(_STREETS))[:14])
    old = tuple(place_name(random) for _ in range(int(random.integers(2, 5))))
    return Commune(
        code, place_name(random), province, region, urban, area, group, hamlets, streets, old, place_name(random)
    )


def place_name(random: np.random.Generator) -> str:
    words = _place_words()
    first, second = random.integers(len(words), size=2)
    return f"{words[first]} {words[second]}" if first != second else f"{words[first]} Sơn"


@cache
def _place_words() -> tuple[str, ...]:
    return tuple(_WORDS.split())


def address_line(random: np.random.Generator, commune: Commune) -> tuple[str, str]:
    """(what stands before the hamlet, the hamlet). In the country most houses have neither number nor street."""
    hamlet = commune.hamlets[int(random.integers(len(commune.hamlets)))]
    if not commune.urban and random.random() < 0.72:
        return "", hamlet
    number = str(int(random.integers(1, 240)))
    kind = random.random()
    if kind < 0.12:
        number = f"{number}/{int(random.integers(1, 40))}"
    elif kind < 0.18:
        number += "AB"[int(random.integers(2))]
    if random.random() < 0.25:
        return f"Số {number}, ngõ {int(random.integers(1, 99))}", hamlet
    return f"Số {number}, đường {commune.streets[int(random.integers(len(commune.streets)))]}", hamlet


@dataclass(frozen=True, slots=True)
class HomeTown:
    """Where the father's line comes from, in the units of the time."""

    commune: str
    district: str
    province: str  # old three-digit code

    def written(self, depth: str) -> str:
        """`depth`: full (old units), new (units of today), district, province, short, dashes."""
        old, new = province_names(self.province)
        return {
            "full": f"Xã {self.commune}, huyện {self.district}, tỉnh {old}",
            "bare": f"{self.commune}, {self.district}, {old}",
            "new": f"Xã {self.commune}, {new}",
            "district": f"{self.district}, {old}",
            "province": old,
            "short": f"X. {self.commune}, H. {self.district}, T. {old}",
            "dashes": f"{self.commune} - {self.district} - {old}",
        }[depth]


@cache
def province_names(code: str) -> tuple[str, str]:
    return next((old, new) for one, old, new in provinces() if one == code)


class Addresses:
    """Where homes are: most in the commune, some families elsewhere."""

    ELSEWHERE: Final = 0.10  # homes of children who settled in another commune

    def __init__(self, random: np.random.Generator, commune: Commune, communes: list[Commune]) -> None:
        self.random, self.commune, self.communes = random, commune, communes

    def of_homes(self, homes: Ints) -> list[tuple[Commune, str]]:
        known: dict[int, tuple[Commune, str]] = {}
        for home in np.unique(homes).tolist():
            known[home] = self.anywhere() if self.random.random() < self.ELSEWHERE else self.another(self.commune)
        return [known[home] for home in homes.tolist()]

    def another(self, commune: Commune) -> tuple[Commune, str]:
        line, hamlet = address_line(self.random, commune)
        parts = [line, hamlet] if line else [hamlet]
        return commune, ", ".join([*parts, f"{commune.kind} {commune.name}"])

    def anywhere(self) -> tuple[Commune, str]:
        return self.another(self.communes[int(self.random.integers(len(self.communes)))])
