#!/usr/bin/env python
"""Django's command line for amp; starts the embedded database first when no other is named."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amp.settings")
    if not os.environ.get("DATABASE_URL"):
        from amp import embedded

        embedded.ensure_running()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
