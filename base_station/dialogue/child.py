"""One child: what the parents have set, and what the plush may know of it. One file a child, in $PLUSH_HOME/children.

In      names of letters, digits, spaces, dashes
Out     Child; `Children` keeps them: whole on disk or not at all, and wiped without a trace in the folder
Raises  UsageError for a name or a value that cannot be; StoreError when the disk fails or a file is damaged
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from base_station.dialogue.parental import Day, Rules
from base_station.errors import StoreError, UsageError

_NAME = re.compile(r"[^\W_][\w -]{0,30}")
MOST_FACTS = 12
_LONGEST_FACT_CHARACTERS = 120


@dataclass(frozen=True)
class Child:
    """`consent`: a parent has agreed that words and facts are kept. `toy`: the child's own plush, if any."""

    name: str = ""
    toy: str = ""
    persona: str = "teddy"
    age: int = 0
    consent: bool = False
    rules: Rules = field(default_factory=Rules)
    facts: tuple[str, ...] = ()
    summary: str = ""
    day: Day = field(default_factory=Day)

    def with_fact(self, fact: str) -> Child:
        """The newest facts stay; without consent there are none."""
        fact = " ".join(fact.split())[:_LONGEST_FACT_CHARACTERS]
        if not self.consent or not fact or fact in self.facts:
            return self
        return replace(self, facts=(*self.facts, fact)[-MOST_FACTS:])


class Children:
    """The folder of children. Nothing is cached: what a parent changes holds from the next turn on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def load(self, name: str) -> Child:
        """Raises UsageError when there is no such child."""
        path = self._path(name)
        if not path.is_file():
            known = ", ".join(self.names()) or "nobody yet"
            raise UsageError(f"there is no child named {name!r}; there is: {known}")
        with self._errors(path):
            return _from_json(json.loads(path.read_text(encoding="utf-8")))

    def load_or_new(self, name: str) -> Child:
        return self.load(name) if self._path(name).is_file() else Child(name=name)

    def of_toy(self, toy: str) -> Child:
        """The child whose plush this is; else the one child that has no plush of its own; else nobody in particular."""
        children = [self.load(name) for name in self.names()]
        own = [child for child in children if child.toy == toy]
        free = [child for child in children if not child.toy]
        return own[0] if own else free[0] if len(free) == 1 else Child()

    def save(self, child: Child) -> None:
        path = self._path(child.name)
        with self._errors(path):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(".new")
            with open(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
                json.dump(asdict(child), out, indent=1, ensure_ascii=False)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(path)

    def rename_toy(self, name: str, new_name: str) -> None:
        """A toy is called something else now; whose plush it is stays."""
        for child in [self.load(each) for each in self.names()]:
            if child.toy == name:
                self.save(replace(child, toy=new_name))

    def wipe(self, name: str) -> None:
        """Forgets facts and summary; the rules stay. What was on disk is overwritten first."""
        child = self.load(name)
        self._overwrite(self._path(name))
        self.save(replace(child, facts=(), summary=""))

    def remove(self, name: str) -> None:
        self.load(name)
        self._overwrite(self._path(name))
        self._path(name).unlink()

    def _overwrite(self, path: Path) -> None:
        with self._errors(path), path.open("r+b") as out:
            out.write(b"\0" * path.stat().st_size)
            os.fsync(out.fileno())

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise UsageError(f"not a child's name: {name!r}")
        return self._folder / f"{self.stem(name)}.json"

    @staticmethod
    def stem(name: str) -> str:
        """Out: a child's file, without its ending; as `names` lists it."""
        return name.lower().replace(" ", "-")

    @contextlib.contextmanager
    def _errors(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{path} is damaged: {error}") from error


def _from_json(raw: dict[str, Any]) -> Child:
    rules = raw.pop("rules")
    rules["quiet"] = tuple((start, end) for start, end in rules["quiet"])
    rules["topics"] = tuple(rules["topics"])
    return Child(rules=Rules(**rules), facts=tuple(raw.pop("facts")), day=Day(**raw.pop("day")), **raw)
