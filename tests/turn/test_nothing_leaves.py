"""Nothing leaves the home: a whole conversation without any network, and a trace of every connection that is tried.

The conversation runs in a network namespace of its own that has a loopback and no route; strace writes down each
connect, sendto and sendmsg with an address, of the daemon, the engines and the plush alike.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UP = "import fcntl,socket,struct; s=socket.socket(); fcntl.ioctl(s, 0x8914, struct.pack('16sh14x', b'lo', 0x49))"
ADDRESS = re.compile(r"sa_family=(AF_\w+)(?:[^}]*?(?:inet_addr\(\"|inet_pton\(AF_INET6, \"|sin6_addr=\")([^\"]+))?")
HOME = ("127.", "::1", "0.0.0.0")  # noqa: S104


def test_nothing_connects_beyond_loopback(tmp_path: Path) -> None:
    for tool in ("strace", "unshare"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("a network namespace needs to be root, or a kernel that lends one")
    plush = str(Path(sys.executable).with_name("plush"))
    trace = tmp_path / "trace"
    talk = f"{plush} talk --say 'hello teddy' --say 'why is the sky blue' --say 'good night' --json"
    script = (
        f'{sys.executable} -c "{UP}" && strace -f -qq -e trace=connect,sendto,sendmsg -o {trace} sh -c '
        f'"{talk}; {plush} daemon stop"'
    )
    env = {**os.environ, "PLUSH_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", script], capture_output=True, text=True, env=env, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    turns = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(turns) == 3
    assert all(turn["brain"] == "remote" and turn["said"] for turn in turns)
    tried = [(m.group(1), m.group(2) or "") for m in ADDRESS.finditer(trace.read_text(errors="replace"))]
    assert any(family == "AF_INET" for family, _ in tried), "the trace saw no connection at all"
    beyond = {
        (family, address)
        for family, address in tried
        if family not in ("AF_UNIX", "AF_NETLINK", "AF_UNSPEC") and not address.startswith(HOME)
    }
    assert beyond == set()
