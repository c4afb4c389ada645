#!/usr/bin/env python
"""Django's command line for amp; starts the embedded database first when no other is named."""

import os
import sys

from amp import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amp.settings")
    if embedded.is_chosen():
        embedded.ensure_running()
    # Django reads the settings when it is imported.
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
