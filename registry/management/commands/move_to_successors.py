"""`manage.py move_to_successors`: what the nightly job does, at once. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.addresses.moving import move_to_successors


class Command(BaseCommand):
    help = "Move residents, households, officers and open addresses of ended units into their one successor."

    def handle(self, *args: Any, **options: Any) -> None:
        done = move_to_successors()
        if not done:
            self.stdout.write("Không còn gì ở đơn vị đã hết hiệu lực mà có một đơn vị kế tiếp.")
            return
        self.stdout.write(
            f"Đã chuyển {done['residents']} người, {done['households']} hộ, {done['officers']} cán bộ, "
            f"{done['hamlets']} thôn, tổ và {done['rows']} dòng kèm theo; "
            f"chưa chuyển được {done['failed']} người, {done['refused']} đơn vị (xem nhật ký)."
        )
