"""`throughline worker`: the worker alone, as under systemd or Kubernetes."""

from __future__ import annotations

import argparse


def describe(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments: all is set by the environment."""


def run(_arguments: argparse.Namespace) -> int:
    """Work until told to stop."""
    from workers.main import main

    main()
    return 0
