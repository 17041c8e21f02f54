"""`manage.py load_units`: provinces and communes, old and new, and who took over from whom. Safe to repeat."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.units.load import load_units
from accounts.units.source import SourceMissing


class Command(BaseCommand):
    help = "Load the dated administrative units; adds only what is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            done = load_units()
        except SourceMissing as missing:
            raise CommandError(str(missing)) from missing
        seconds = f"{time.monotonic() - started:.1f} giây".replace(".", ",")
        if done.nothing:
            self.stdout.write(f"Danh mục đơn vị hành chính đã đủ ({seconds}).")
            return
        self.stdout.write(
            f"Đơn vị hành chính: thêm {done.units}, kế tiếp {done.successors}, kết thúc {done.closed}, "
            f"chuyển tỉnh {done.moved}, đặt lên bản đồ {done.placed} ({seconds})."
        )
