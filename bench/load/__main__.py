"""`python -m bench.load`: see bench/README.md."""

from __future__ import annotations

import sys

from bench.load.command import main

sys.exit(main(sys.argv[1:]))
