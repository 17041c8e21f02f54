"""The navigation bar: one table, read top to bottom as the officer reads it. Names of addresses only, no imports."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.roles import Right
from accounts.scope import OfficerRequest


@dataclass(frozen=True)
class Item:
    label: str
    url_name: str
    icon: str
    right: Right


NAVIGATION: dict[str, list[Item]] = {
    "": [
        Item("Bàn làm việc", "accounts:home", "home", Right.WORK),
        Item("Cư dân", "registry:residents", "people", Right.RESIDENT_VIEW),
        Item("Hộ gia đình", "registry:households", "house", Right.RESIDENT_VIEW),
        Item("Cư trú, hộ tịch", "registry:changes", "list", Right.RESIDENT_VIEW),
    ],
    "Căn cước": [
        Item("Hồ sơ căn cước", "cards:applications", "card", Right.APPLICATION_VIEW),
        Item("Hàng đợi hồ sơ", "cards:queues", "list", Right.APPLICATION_VIEW),
        Item("Lịch hẹn", "cards:appointments", "calendar", Right.APPLICATION_TAKE),
        Item("Phiếu hẹn", "cards:receipts", "receipt", Right.APPLICATION_VIEW),
        Item("Chuyển cấp trên", "cards:batches", "upload", Right.APPLICATION_VIEW),
        Item("Thẻ tại trụ sở", "cards:stock", "hand-over", Right.APPLICATION_VIEW),
        Item("Định danh điện tử", "cards:eid", "phone", Right.APPLICATION_VIEW),
        Item("Phải làm thẻ", "cards:must_come", "bell", Right.APPLICATION_TAKE),
    ],
    "Dữ liệu": [
        Item("Làm sạch dữ liệu", "registry:cleanup", "broom", Right.CLEANUP_VIEW),
        Item("Điểm sạch", "registry:scores", "check-circle", Right.CLEANUP_VIEW),
        Item("Đi cơ sở", "registry:field", "place", Right.CLEANUP_WORK),
        Item("Nghi trùng", "registry:duplicates", "twins", Right.CLEANUP_VIEW),
        Item("Nhập danh sách", "registry:rosters", "upload", Right.ROSTERS_WORK),
        Item("Danh sách đã xuất", "registry:exports", "receipt", Right.LISTS_EXPORT),
        Item("Thôn, tổ dân phố", "registry:hamlets", "unit", Right.RESIDENT_VIEW),
    ],
    "Theo dõi": [
        Item("Số liệu", "supervision:dashboard", "chart", Right.FIGURES_VIEW),
        Item("Báo cáo", "supervision:reports", "file", Right.FIGURES_VIEW),
        Item("Kỳ đã chốt", "supervision:periods", "calendar", Right.FIGURES_VIEW),
        Item("Việc giao", "supervision:requests", "list", Right.FIGURES_VIEW),
        Item("Việc nền", "registry:jobs", "clock", Right.JOBS_VIEW),
        Item("Ngưỡng so trùng", "registry:thresholds", "settings", Right.MATCHING_VIEW),
        Item("Ngưỡng quy tắc", "registry:limits", "settings", Right.MATCHING_VIEW),
        Item("Nhật ký truy cập", "accounts:audit_trail", "trail", Right.AUDIT_READ),
    ],
    "Quản trị": [
        Item("Danh mục và tài khoản", "admin:index", "settings", Right.ACCOUNTS_MANAGE),
        Item("Tình trạng hệ thống", "supervision:machine", "chart", Right.MACHINE_VIEW),
    ],
}


def navigation_for(request: OfficerRequest) -> list[dict[str, Any]]:
    """Groups with the items this officer may open; the one that the page belongs to is active."""
    groups: list[dict[str, Any]] = []
    for title, items in NAVIGATION.items():
        shown = [_shown(item, request) for item in items if request.user.can(item.right)]
        if shown:
            groups.append({"title": title, "items": shown})
    _only_the_nearest([item for group in groups for item in group["items"]])
    return groups


def _only_the_nearest(items: list[dict[str, Any]]) -> None:
    """A page under /lam-sach/diem/ lies under /lam-sach/ too; it belongs to the desk with the longer address."""
    nearest = max((item["url"] for item in items if item["active"]), key=len, default="")
    for item in items:
        item["active"] = item["url"] == nearest


def _shown(item: Item, request: OfficerRequest) -> dict[str, Any]:
    url = reverse(item.url_name)
    active = request.path == url if url == "/" else request.path.startswith(url)
    return {"label": item.label, "url": url, "icon": item.icon, "active": active}
