"""Lighthouse on a throttled phone profile, median of five: `python -m bench.lighthouse http://127.0.0.1:8000/floor/`.

It is fetched by npm when it is asked for, and is no part of the clients' own packages.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.support.browser import find_browser

RUNS = 5
_CATEGORIES = ("performance", "accessibility", "best-practices")
_TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "interactive")


def main(url: str) -> int:
    """Measure the page at `url` five times; prints each and the medians."""
    found = [_measured(url) for _ in range(RUNS)]
    for scores in found:
        print(scores)
    print("median", {name: statistics.median(scores[name] for scores in found) for name in found[0]})
    return 0


def _measured(url: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = ["npx", "--yes", "lighthouse@13.5.0", url, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--only-categories={','.join(_CATEGORIES)}"]
        command += ["--chrome-flags=--headless=new --no-sandbox --lang=zh-CN"]
        subprocess.run(command, env={**os.environ, "CHROME_PATH": find_browser() or ""}, check=True)
        told: dict[str, Any] = json.loads(report.read_text())
    scores = {name: round(told["categories"][name]["score"] * 100) for name in _CATEGORIES}
    return {**scores, **{f"{name} ms": round(told["audits"][name]["numericValue"]) for name in _TIMES}}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
