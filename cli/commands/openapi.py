"""`throughline openapi`: the documents of the HTTP interface and of webhooks, as the folder openapi/ keeps them."""

from __future__ import annotations

import argparse
import json


def describe(parser: argparse.ArgumentParser) -> None:
    """Which of the two."""
    parser.add_argument("--webhooks", action="store_true", help="what other systems are told, instead of what they ask")


def run(arguments: argparse.Namespace) -> int:
    """Print it: no server is needed, keys are sorted, so that a change shows as one."""
    from api.main import create_app
    from api.webhooks_contract import webhooks_document

    document = webhooks_document() if arguments.webhooks else create_app().openapi()
    print(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False))
    return 0
