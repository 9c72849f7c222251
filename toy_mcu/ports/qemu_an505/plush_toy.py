#!/usr/bin/env python3
"""The emulated plush with the command line of ports/host's plush_toy; the build copies it beside plush_toy.elf.

In:     --link tcp:PORT, --control FD, --icount N; the rest goes to the toy (README.md); sound on stdin and stdout
Out:    becomes QEMU; `link tcp 127.0.0.1:PORT` on stderr before
Raises: exit status 2 on options that an emulated plush has not
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOY_OPTIONS = {"--mic", "--speaker", "--wake", "--baud", "--seed", "--silence-ms", "--volume"}
DEFAULT = {"--mic": "/dev/stdin", "--speaker": "/dev/stdout"}


def usage(what: str) -> SystemExit:
    print(f"plush_toy on QEMU: {what}", file=sys.stderr)
    return SystemExit(2)


def cable(where: str) -> str:
    """QEMU's character device for --link; the listening socket stays open through exec."""
    kind, _, port = where.partition(":")
    if kind != "tcp" or not port.isdigit():
        raise usage(f"--link is tcp:PORT, not {where}")
    listener = socket.create_server(("127.0.0.1", int(port)))
    listener.set_inheritable(True)
    print(f"link tcp 127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    return f"socket,id=cable,fd={listener.detach()},server=on,wait=off,nodelay=on"


def images(two_worlds: bool) -> list[str]:
    """One image, or the secure world and beside it the rest of the toy."""
    if not two_worlds:
        return ["-kernel", str(HERE / "plush_toy.elf")]
    return ["-kernel", str(HERE / "plush_secure.elf"), "-device", f"loader,file={HERE / 'plush_rest.elf'}"]


def main(arguments: list[str]) -> None:
    two_worlds = False
    wire, control, counting, words = "null,id=cable", "null,id=control", [], ["plush_toy"]
    if "--null-cipher" in arguments:
        arguments.remove("--null-cipher")
        words += ["--cipher", "null"]
    for name, value in zip(arguments[::2], arguments[1::2], strict=True):
        if name == "--link":
            wire = cable(value)
        elif name == "--control":
            control = f"socket,id=control,fd={int(value)}"
        elif name == "--worlds" and value in ("one", "two"):
            two_worlds = value == "two"
        elif name == "--icount":
            counting = ["-icount", f"shift={int(value)}"]
        elif name in TOY_OPTIONS and not any(letter in value for letter in ", "):
            words += [name, DEFAULT.get(name, value) if value == "-" else value]
        else:
            raise usage(f"no {name} {value} here")
    command = ["qemu-system-arm", "-M", "mps2-an505", "-display", "none", "-monitor", "none", *counting]
    command += ["-chardev", wire, "-serial", "chardev:cable", "-chardev", control, "-serial", "chardev:control"]
    command += ["-semihosting-config", "enable=on,target=native," + ",".join(f"arg={word}" for word in words)]
    try:
        os.execvp(command[0], [*command, *images(two_worlds)])  # noqa: S606
    except FileNotFoundError:
        raise usage("qemu-system-arm is not installed") from None


if __name__ == "__main__":
    if (len(sys.argv) - sys.argv.count("--null-cipher")) % 2 == 0:
        raise usage("an option without a value")
    main(sys.argv[1:])
