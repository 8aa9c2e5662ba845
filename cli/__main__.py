"""So that `python -m cli` is the `throughline` command, wherever its script stands."""

import sys

try:
    from cli.main import main

    sys.exit(main())
except KeyboardInterrupt:  # while Python was still reading the program
    sys.exit(130)
