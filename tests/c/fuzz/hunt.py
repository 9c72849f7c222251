"""Times how long each planted bug stays hidden; llm_bugs.py and secure_bugs.py plant them.

In      bug names; find(bug, seconds) -> seconds until it was found, or None; SECONDS on the command line
Out     a line a bug; exit status 1 when one is not found in time
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable


def hunt(bugs: Iterable[str], find: Callable[[str, int], float | None]) -> int:
    """The exit status."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    missed = 0
    for bug in bugs:
        took = find(bug, seconds)
        print(f"{'missed' if took is None else f'{took:5.1f} s'}  {bug}", flush=True)
        missed += took is None
    return 1 if missed else 0
