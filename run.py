#!/usr/bin/env python3
"""From a fresh checkout to a running Throughline: `python3 run.py` does what `make run` does.

It needs nothing but Python's standard library, and is written so that a Python too old for the rest can still say so.
It fetches uv (by pip, or by a virtual environment's pip), lets uv lay the locked packages into `.venv`, and becomes
`throughline up`. Nothing is installed outside this folder.

    python3 run.py [arguments of `throughline up`]
    python3 run.py --prepare [run|dev]     only make `.venv`; dev adds the tools of `make test`
    python3 run.py --clean [all]           remove the data; with all, everything that was built as well
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "throughline-stamp"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_BYTES = 700 * 1024 * 1024
BUILT = (
    ".tools",
    "build",
    "dist",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".import_linter_cache",
    ".hypothesis",
    "clients/dist",
    "clients/node_modules",
)


class Stop(Exception):
    """What stands in the way, in one sentence with its mend."""


def main(arguments: "list[str]") -> int:
    """Do what is asked; the answer is the exit status."""
    use_fitting_python()
    if arguments[:1] == ["--clean"]:
        return clean(everything=arguments[1:] == ["all"])
    if arguments[:1] == ["--prepare"]:
        prepare((arguments[1:] or ["run"])[0])
        return 0
    prepare("run")
    build_clients()
    command = [str(PYTHON), "-m", "cli", "up", *arguments]
    sys.stdout.flush()
    return os.execv(command[0], command)  # noqa: S606  (becomes the command; there is no shell)


def use_fitting_python() -> None:
    """Go on under a Python that fits, this one or another on the PATH."""
    if os.name != "posix":
        raise Stop("Throughline runs on Linux and macOS; on Windows, run it inside WSL.")
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other, *sys.argv])  # noqa: S606
    raise Stop(
        f"Python 3.11 to 3.13 is needed and this is {sys.version.split()[0]}; install one "
        "(Debian, Ubuntu: apt-get install python3.12; macOS: brew install python@3.12) and run this again."
    )


def prepare(wanted: str) -> None:
    """Make `.venv` hold what the lock file says; nothing is done when it already does."""
    import fcntl  # here, so that Windows gets its sentence and no traceback

    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        # The tools of `make test` stay where they are: dev holds all that run holds.
        target = "dev" if wanted == "dev" or stamped().startswith("dev ") else "run"
        if stamped() != stamp_of(target):
            enough_room()
            fill(find_uv(), target)
            STAMP.write_text(stamp_of(target))


def stamped() -> str:
    """What `.venv` was last filled with."""
    return STAMP.read_text() if STAMP.exists() and PYTHON.exists() else ""


def stamp_of(target: str) -> str:
    """Changes with the locked packages, the project's own packaging, the Python and the place of the checkout."""
    content = LOCKS[target].read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    return f"{target} {sys.version_info[0]}.{sys.version_info[1]} {ROOT} {hashlib.sha256(content).hexdigest()}"


def enough_room() -> None:
    """Refuse before a half-laid environment fills the disk."""
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise Stop(
            f"{free // 2**20} MB are free where {ROOT} lies and 700 MB are needed; make room and run this again."
        )


def fill(uv: str, target: str) -> None:
    """Lay the locked packages, each checked against its hash, and the project itself."""
    say("Preparing the environment in .venv (once, and after changes of its lock file) ...")
    environment = uv_environment()
    if stamped().split()[1:3] != stamp_of(target).split()[1:3]:
        call([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)], environment)
    common = ["--quiet", "--python", str(PYTHON)]
    # Python compiles on first import and keeps the result, unless told not to; then every start would be slow.
    compiled = ["--compile-bytecode"] if sys.dont_write_bytecode else []
    call([uv, "pip", "sync", *common, *compiled, "--require-hashes", str(LOCKS[target])], environment)
    call([uv, "pip", "install", *common, "--no-deps", "--editable", str(ROOT)], environment)


def build_clients() -> None:
    """Build what browsers are given; where that fails the rest runs all the same, and says what is missing."""
    if subprocess.call([str(PYTHON), str(ROOT / "clients" / "build.py")]):
        say("Going on without them: the interface works, /console/, /floor/ and /portal/ do not.")


def find_uv() -> str:
    """A uv that is new enough: one we fetched before, one on the PATH, or one fetched now."""
    pinned = re.findall(r"^uv==([\d.]+)", (ROOT / "requirements-bootstrap.lock").read_text(), re.MULTILINE)[0]
    for candidate in (TOOLS / "bin" / "uv", TOOLS / "venv" / "bin" / "uv", shutil.which("uv")):
        if candidate and version_of(str(candidate)) >= numbers(pinned):
            return str(candidate)
    return fetch_uv()


def fetch_uv() -> str:
    """Fetch uv into `.tools`, by pip or, where there is none, by a virtual environment's pip."""
    wanted = [
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    wanted += ["--requirement", str(ROOT / "requirements-bootstrap.lock")]
    if works([sys.executable, "-m", "pip", "--version"]):
        call([sys.executable, "-m", "pip", *wanted, "--upgrade", "--target", str(TOOLS)])
        return str(TOOLS / "bin" / "uv")
    if not works([sys.executable, "-m", "venv", "--clear", str(TOOLS / "venv")]):
        raise Stop(
            "This Python has neither pip nor venv; install one of them (Debian, Ubuntu: apt-get install python3-venv; "
            "Fedora: dnf install python3-pip) and run this again."
        )
    call([str(TOOLS / "venv" / "bin" / "python"), "-m", "pip", *wanted])
    return str(TOOLS / "venv" / "bin" / "uv")


def uv_environment() -> "dict[str, str]":
    """The environment with pip's mirror handed on to uv, and a cache that can be written."""
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(asked, capture_output=True, text=True, check=False)
    mirror = os.environ.get("PIP_INDEX_URL") or (configured.stdout.strip() if configured.returncode == 0 else "")
    if mirror and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(environment):
        environment["UV_DEFAULT_INDEX"] = mirror
    if "UV_CACHE_DIR" not in environment and not os.access(Path("~").expanduser(), os.W_OK):
        environment["UV_CACHE_DIR"] = str(TOOLS / "cache")
    return environment


def version_of(uv: str) -> "tuple[int, ...]":
    """The version of a uv as numbers; nothing when it does not run."""
    try:
        shown = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ()
    return numbers((shown.stdout.split() or ["", ""])[1]) if shown.returncode == 0 else ()


def numbers(version: str) -> "tuple[int, ...]":
    """'0.13.9' as (0, 13, 9), so that versions compare."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def works(command: "list[str]") -> bool:
    """Whether a command ends well; its words do not matter."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def call(command: "list[str]", environment: "dict[str, str] | None" = None) -> None:
    """Run a command; where it fails, its last words go into the sentence."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        words = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        tool = Path(command[0]).name + (" -m pip" if "pip" in command[1:3] and "-m" in command else "")
        reason = (words or [""])[-1][:300] or f"exit status {done.returncode}"
        raise Stop(
            f"Packages could not be installed ({tool}: {reason}); check the network (a proxy is set by HTTPS_PROXY, "
            "a mirror by PIP_INDEX_URL) and run this again."
        )


def clean(*, everything: bool) -> int:
    """Remove the data folder, unless it is in use; with everything, also what was built."""
    import fcntl

    link = ROOT / ".throughline"
    data = Path(os.environ.get("THROUGHLINE_DATA_DIR") or link).resolve()
    if (data / "lock").exists():
        with (data / "lock").open() as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Stop("Throughline is running on this data; stop it first (Ctrl-C in its window).") from None
        shutil.rmtree(data)
    if link.is_symlink():
        link.unlink()
    for folder in (*BUILT, ".venv") if everything else ():
        shutil.rmtree(ROOT / folder, ignore_errors=True)
    return 0


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
    except OSError as problem:
        print(f"throughline: {problem.strerror} ({problem.filename}); mend this and run it again.", file=sys.stderr)
        sys.exit(2)
