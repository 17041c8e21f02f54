"""Invented addresses inside a commune: hamlets, streets, house numbers. Streets carry the names every town has."""

from __future__ import annotations

from random import Random
from typing import Final

_STREETS: Final = (
    "Trần Phú", "Lê Lợi", "Hùng Vương", "Nguyễn Trãi", "Quang Trung", "Lý Thường Kiệt", "Trần Hưng Đạo",
    "Ngô Quyền", "Lê Hồng Phong", "Hoàng Văn Thụ", "Bà Triệu", "Hai Bà Trưng", "Phan Đình Phùng", "Nguyễn Du",
    "Lê Duẩn", "Điện Biên Phủ", "Nguyễn Huệ", "Phan Chu Trinh", "Nguyễn Thị Minh Khai", "Trường Chinh", "Kim Đồng",
    "Bắc Sơn", "Minh Khai", "Cách Mạng Tháng 8", "30 Tháng 4", "Hòa Bình", "Thống Nhất", "Giải Phóng", "Nhà Thờ",
    "Chợ Cũ", "Bờ Hồ", "Ga", "Bến Xe", "Trần Nhật Duật",
)  # fmt: skip
_HAMLET_NAMES: Final = (
    "Đông", "Đoài", "Thượng", "Hạ", "Trung", "Nội", "Ngoại", "Đình", "Chùa", "Bến", "Đầm", "Gò", "Trại", "Cầu",
    "Chợ", "Đồng Mít", "Cây Đa", "Bãi Lau", "Vườn Trầu", "Giếng Ngọc", "Suối Mơ", "Đá Bạc", "Khe Sim", "Gốc Gạo",
    "Tân Lập", "Tân Tiến", "Đoàn Kết", "Hòa Bình", "Thống Nhất", "Phú Thịnh", "An Lạc", "Xuân Hòa", "Bình Minh",
    "Quyết Thắng", "Hồng Phong", "Đại Đồng",
)  # fmt: skip
_UPLAND_NAMES: Final = (
    "Nà Mạ", "Nà Lẹng", "Pò Hang", "Khuổi Cọ", "Bản Chu", "Nà Pàn", "Lũng Vài", "Cốc Lùng", "Pác Luống", "Khau Mạ",
    "Nà Háo", "Phai Lầy", "Bản Mới", "Thâm Sâu", "Khòn Cáy", "Co Măn", "Kéo Coong", "Nà Tênh",
)  # fmt: skip
_HAMLET_WORD: Final = {"north": ("Thôn", "Xóm"), "upland": ("Thôn", "Bản"), "south": ("Ấp", "Khóm")}


class PlaceMaker:
    """Addresses from one Random. `style` is "north", "upland" or "south"."""

    def __init__(self, random: Random, *, style: str = "north") -> None:
        self.random = random
        self.style = style

    def hamlets(self, count: int, *, urban: bool = False) -> list[str]:
        """`count` different hamlets of one commune: Thôn Nà Mạ, Thôn 3; in a ward Tổ dân phố 1, 2, 3 …"""
        if urban:
            word = "Khu phố" if self.style == "south" else "Tổ dân phố"
            return [f"{word} {number}" for number in range(1, count + 1)]
        pool = _UPLAND_NAMES if self.style == "upland" else _HAMLET_NAMES
        word = self.random.choice(_HAMLET_WORD[self.style])
        named = [f"{word} {name}" for name in self.random.sample(pool, min(count, len(pool)))]
        return named + [f"{word} {number}" for number in range(1, count - len(named) + 1)]

    def street(self) -> str:
        return f"đường {self.random.choice(_STREETS)}"

    def house_number(self) -> str:
        """12, 12A, or 5/12 in an alley."""
        number = str(self.random.randint(1, 240))
        kind = self.random.random()
        if kind < 0.12:
            return f"{number}/{self.random.randint(1, 40)}"
        return number + self.random.choice("AB") if kind < 0.18 else number

    def street_line(self, *, urban: bool = False) -> str:
        """The part in front of the hamlet: "Số 12, đường Trần Phú", "Số 3, ngõ 25"; in the country most houses have
        none: "".
        """
        if not urban and self.random.random() < 0.8:
            return ""
        number = self.house_number()
        if self.random.random() < 0.25:
            return f"Số {number}, ngõ {self.random.randint(1, 99)}"
        return f"Số {number}, {self.street()}"


def other_writing(address: str, *, random: Random) -> str:
    """The same address in another clerk's hand (rule S28): Tổ dân phố 5 -> Tổ 05, TDP 5; đường -> Đ."""
    forms = [("Tổ dân phố ", "TDP "), ("Tổ dân phố ", "Tổ "), ("Khu phố ", "KP "), ("Số ", "SN "), ("đường ", "Đ. ")]
    fitting = [(old, new) for old, new in forms if old in address]
    if not fitting:
        return address.lower()
    old, new = random.choice(fitting)
    return address.replace(old, new, 1)
