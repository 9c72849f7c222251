"""Who the plush is: name, manner, greetings, the child's age; from a TOML file.

In      data/personas/NAME.toml, or a file of one's own in $PLUSH_HOME/personas
Out     Persona; its system prompt
Raises  UsageError, one line, for a persona that is not there or not as it should be
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from base_station import config
from base_station.errors import UsageError

_SHIPPED = config.PACKAGE / "data" / "personas"
_YOUNGEST, _OLDEST = 3, 12


@dataclass(frozen=True)
class Persona:
    """A character. `manner` is one or two sentences in the second person; `child_age` in years."""

    name: str = "Teddy"
    manner: str = "a kind plush toy talking with a child. Answer in one or two short sentences."
    greetings: tuple[str, ...] = ("Hello! What shall we talk about?",)
    child_age: int = 6
    voice: str = ""
    language: str = "en"

    def system_prompt(self) -> str:
        return f"You are {self.name}, {self.manner}"


def load(name: str) -> Persona:
    """The persona of that name: the household's own first, then a shipped one."""
    for folder in (config.home() / "personas", _SHIPPED):
        if (path := folder / f"{name}.toml").is_file() and path.parent == folder:
            return _read(path)
    raise UsageError(f"there is no persona {name!r}; there are: {', '.join(names())}")


def names() -> list[str]:
    return sorted({path.stem for folder in (config.home() / "personas", _SHIPPED) for path in folder.glob("*.toml")})


def _read(path: Path) -> Persona:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} is not a persona: {error}") from error
    known = {field.name: field.type for field in fields(Persona)}
    if unknown := sorted(set(table) - set(known)):
        raise UsageError(f"{path}: a persona has no {', '.join(unknown)}; it has {', '.join(known)}")
    greetings = table.pop("greetings", ["Hello! What shall we talk about?"])
    if not isinstance(greetings, list) or not greetings or not all(isinstance(g, str) for g in greetings):
        raise UsageError(f"{path}: greetings is a list of sentences")
    age = table.get("child_age", _YOUNGEST)
    if not isinstance(age, int) or not _YOUNGEST <= age <= _OLDEST:
        raise UsageError(f"{path}: child_age is {_YOUNGEST} to {_OLDEST}")
    for key, value in table.items():
        if key != "child_age" and not isinstance(value, str):
            raise UsageError(f"{path}: {key} is a text")
    if not table.get("name", "Teddy").strip() or not table.get("manner", "kind").strip():
        raise UsageError(f"{path}: name and manner are not empty")
    return Persona(greetings=tuple(greetings), **table)
