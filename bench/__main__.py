"""`make bench`: everything that is timed. Arguments go to the load bench, as in `make bench args=--quick`."""

from __future__ import annotations

import sys

from bench import engine
from bench.load.command import main

print("The engine's decision")
engine.main()
print()
sys.exit(main(sys.argv[1:]))
