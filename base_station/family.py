"""What parents decide, child by child: one place for `plush parents` and for the console's page.

In      a child, and what is to change; what is not given stays
Out     the child as it is from now on; as JSON for people and pages
Raises  UsageError, one line, for a name, a number, a time or a persona that cannot be
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from base_station import rpc
from base_station.dialogue import persona as personas
from base_station.dialogue.child import Child, Children
from base_station.dialogue.parental import NEVER, parse_span, show_span
from base_station.errors import UsageError

_OLDEST = 17
_MOST_TOPICS = 20


def decided(
    child: Child,
    *,
    toy: str | None = None,
    persona: str | None = None,
    age: int | None = None,
    bedtime: str | None = None,
    quiet: Sequence[str] | None = None,
    minutes: int | None = None,
    break_after: int | None = None,
    story_only: bool | None = None,
    topics: Sequence[str] | None = None,
    consent: bool | None = None,
) -> Child:
    """bedtime, quiet: "19:30-7:00" or "never"; minutes a day, 0 for no limit; age 0 when it is not told."""
    rules = child.rules
    if bedtime is not None:
        start, end = parse_span(bedtime)
        rules = replace(rules, bed_start=start, bed_end=end)
    if quiet is not None:
        rules = replace(rules, quiet=tuple(span for span in map(parse_span, quiet) if NEVER not in span))
    if minutes is not None:
        rules = replace(rules, minutes_per_day=min(_within("minutes", minutes, NEVER), NEVER) or NEVER)
    if break_after is not None:
        rules = replace(rules, break_minutes=_within("minutes until a break", break_after, NEVER))
    if story_only is not None:
        rules = replace(rules, story_only=story_only)
    if topics is not None:
        kept = dict.fromkeys(" ".join(topic.split()) for topic in topics if topic.strip())
        rules = replace(rules, topics=tuple(kept)[:_MOST_TOPICS])
    if persona is not None:
        personas.load(persona)
        child = replace(child, persona=persona)
    if consent is not None:
        child = replace(child, consent=consent)
        child = child if consent else replace(child, facts=(), summary="")
    toy = child.toy if toy is None else toy
    return replace(child, rules=rules, toy=toy, age=child.age if age is None else _within("age", age, _OLDEST))


def shown(child: Child) -> dict[str, Any]:
    """For people, in the words of `plush parents set`."""
    rules = child.rules
    return {
        "child": child.name,
        "toy": child.toy or "any",
        "persona": child.persona,
        "bedtime": show_span(rules.bed_start, rules.bed_end),
        "quiet": [show_span(*span) for span in rules.quiet],
        "minutes_per_day": "no limit" if rules.minutes_per_day == NEVER else rules.minutes_per_day,
        "used_today_s": round(child.day.used_s),
        "story_only": rules.story_only,
        "topics": list(rules.topics),
        "break_minutes": rules.break_minutes,
        "consent": child.consent,
        "facts": len(child.facts),
    }


class Family:
    """The daemon's operations on children. `on_change` tells the toys."""

    def __init__(self, children: Children, on_change: Callable[[], Awaitable[None]]) -> None:
        self._children, self._on_change = children, on_change
        self.operations: dict[str, Callable[..., Awaitable[Any]]] = {
            "family": self._list,
            "child_set": self._set,
            "child_remove": self._remove,
        }

    async def _list(self, emit: rpc.Emit) -> dict[str, Any]:
        """Every child, and who the plush can be."""
        known = [(name, personas.load(name)) for name in personas.names()]
        return {
            "children": [self._of(name) for name in self._children.names()],
            "personas": [{"id": name, "name": who.name, "manner": who.manner} for name, who in known],
        }

    async def _set(self, emit: rpc.Emit, *, name: str, **wanted: Any) -> dict[str, Any]:
        """Sets what is given, for a child that is new or known."""
        name = name.strip()
        before = self._children.load_or_new(name)
        after = decided(before, **wanted)
        if before.facts and not after.consent:
            self._children.wipe(name)
        self._children.save(after)
        await self._on_change()
        return self._of(name)

    async def _remove(self, emit: rpc.Emit, *, name: str) -> None:
        self._children.remove(name)
        await self._on_change()

    def _of(self, name: str) -> dict[str, Any]:
        child = self._children.load(name)
        return {**shown(child), "toy": child.toy, "age": child.age}


def _within(what: str, value: int, most: int) -> int:
    if not 0 <= value <= most:
        raise UsageError(f"{what}: 0 to {most}, not {value}")
    return value
