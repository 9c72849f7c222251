"""Offers, once, to download the models that make the plush cleverer. Never downloads without a yes."""

from __future__ import annotations

import socket
import sys
from urllib.parse import urlsplit

from rich.console import Console

from base_station import config
from base_station.manifest import Model, read_manifest
from base_station.models import pull_model

_NAMES = ("tinyllama", "piper-ljspeech", "zipformer-en")
_REACH_S = 2.0


def offer(console: Console) -> None:
    """Asks when there is a person to ask, a network, and something to fetch; remembers the answer, whatever it is."""
    asked = config.home() / "asked-for-models"
    known = read_manifest()
    missing = [known[name] for name in _NAMES if name in known and not known[name].installed]
    if asked.exists() or not missing or not sys.stdin.isatty() or not _reachable(missing[0]):
        return
    size_mb = sum(model.size_bytes for model in missing) / 1e6
    console.print(f"Better models can be downloaded once ({size_mb:,.0f} MB), to stay on this machine:")
    for model in missing:
        console.print(f"  {model.title}, {model.size_bytes / 1e6:,.0f} MB, {model.licence}", highlight=False)
    answer = input("Fetch them now? [y/N] ").strip().lower()
    asked.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    asked.write_text(f"{answer or 'n'}\n", encoding="utf-8")
    if answer in {"y", "yes"}:
        for model in missing:
            pull_model(model, console)
    else:
        console.print("The embedded models it is; `plush models pull NAME` fetches one any time.")


def _reachable(model: Model) -> bool:
    host = urlsplit(model.files[0].url).hostname or ""
    try:
        with socket.create_connection((host, 443), timeout=_REACH_S):
            return True
    except OSError:
        return False
