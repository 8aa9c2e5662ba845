"""`throughline openapi`: the document of the HTTP interface, as openapi/v1.json keeps it."""

from __future__ import annotations

import argparse
import json


def describe(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments."""


def run(_arguments: argparse.Namespace) -> int:
    """Print it: no server is needed, keys are sorted, so that a change shows as one."""
    from api.main import create_app

    print(json.dumps(create_app().openapi(), indent=2, sort_keys=True, ensure_ascii=False))
    return 0
