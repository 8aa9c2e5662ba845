"""The environment of a command that is given beside a running `throughline up`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

from cli.folder import Folder
from wiring.settings import PREFIX, data_dir_of


def adopt_running(environ: MutableMapping[str, str]) -> None:
    """What the environment leaves open is as in the `throughline up` that runs on the data folder."""
    for name, value in running_environ(environ).items():
        environ.setdefault(name, value)


def running_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of the `throughline up` that runs on this data folder; nothing when there is none.

    Nothing either when the environment names a database of its own: two installations are never mixed.
    """
    folder = Folder(data_dir_of(environ))
    if environ.get(f"{PREFIX}DATABASE_URL") or not folder.is_held():
        return {}
    found = folder.runtime().get("environment", {})
    return {str(name): str(value) for name, value in found.items()}
