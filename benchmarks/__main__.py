"""Runs the benchmarks named on the command line, or all of them; exits 1 when a limit is passed."""

import os
import sys
from importlib import import_module

import django

NAMES = ("entry_post", "tally_paint", "quarter_queries", "render_report", "wheel", "import_entries")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amp.settings")
    os.environ.setdefault("AMP_TEST_DB", "test_amp_bench")
    # Measured as it is served: debug mode keeps every query in memory.
    os.environ.setdefault("DEBUG", "off")
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-" + "0123456789" * 4)
    os.environ.setdefault("ALLOWED_HOSTS", "testserver")
    os.environ.setdefault("HTTPS", "off")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from benchmarks import ground

    wanted = sys.argv[1:] or NAMES
    ratios = []
    for name in wanted:
        with ground.database():
            ratio = import_module(f"benchmarks.{name}").run()
        print(ratio, flush=True)
        ratios.append(ratio)
    return 0 if all(ratio.holds for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
