#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    attach_to_running_services()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def attach_to_running_services() -> None:
    """Where no server is named, use the embedded ones that `make demo` left running (see config/embedded.py)."""
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    from config import embedded

    running = embedded.urls_of_running(Path(__file__).resolve().parent / ".data")
    for name, url in (running or {}).items():
        os.environ.setdefault(name, url)


if __name__ == "__main__":
    main()
