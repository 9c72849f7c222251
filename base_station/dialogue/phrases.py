"""The catalogue: every sentence that the base station says by itself, by name, one file a language.

In      data/phrases/LANGUAGE.toml, the tables are for reading only; values for {fields}
Out     text
Raises  UsageError for a language that there is none of; KeyError for a name that is not in the catalogue
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field

from base_station import config
from base_station.errors import UsageError

FOLDER = config.PACKAGE / "data" / "phrases"


@dataclass(frozen=True)
class Phrases:
    """The phrases of one language. `phrases["bedtime"]`, `phrases.filled("timer_set", length="five minutes")`."""

    language: str = "en"
    _texts: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        path = FOLDER / f"{self.language}.toml"
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml")))
            raise UsageError(f"there are no phrases in {self.language!r}; there are: {known}")
        for table in tomllib.loads(path.read_text(encoding="utf-8")).values():
            self._texts.update(table)

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def filled(self, name: str, **values: str) -> str:
        return self._texts[name].format(**values)

    def names(self) -> tuple[str, ...]:
        return tuple(self._texts)
