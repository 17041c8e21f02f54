"""Draw docs/img/card-file.svg anew from the table of moves, after the table was changed."""

from typing import Any

from django.core.management.base import BaseCommand

from cards.applications import diagram


class Command(BaseCommand):
    help = "Draw the diagram of the life of a card file from the table of moves"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(diagram.write()))
