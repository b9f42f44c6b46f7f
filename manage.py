#!/usr/bin/env python
"""Django's command line for this project."""

from __future__ import annotations

import os
import sys


def main() -> None:
    sys.dont_write_bytecode = True  # afsweb/services/bytecode.py says why
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "afsweb.settings")
    from django.core.management import execute_from_command_line

    from afsweb.env import SettingError

    try:
        execute_from_command_line(sys.argv)
    except SettingError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
