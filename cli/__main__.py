"""So that `python -m cli` is the `throughline` command, wherever its script stands."""

import sys

from cli.main import main

sys.exit(main())
