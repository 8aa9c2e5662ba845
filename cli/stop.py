"""What stands in the way of a command, said once and plainly."""

from __future__ import annotations

import errno


class Stop(Exception):
    """A reason to stop, with its mend, in one sentence; the command prints it and ends with status 2."""


def sentence_of(problem: OSError) -> str:
    """One sentence for what the operating system refused."""
    where = f" ({problem.filename})" if problem.filename else ""
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full{where}; make room and run this again."
    if problem.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"This user may not write or run{where}; mend its permissions, or set THROUGHLINE_DATA_DIR elsewhere."
    return f"{problem.strerror or problem}{where}; mend this and run it again."
