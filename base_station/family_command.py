"""`plush memory` and `plush parents`: what the plush knows of a child, and what parents have set.

In      the folder children in $PLUSH_HOME; the daemon is told of a change, if one runs
Out     lines for people, or one JSON object
Raises  UsageError, one line, for a child, a number or a time that cannot be
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Annotated

import typer

from base_station import config
from base_station.dialogue import persona as personas
from base_station.dialogue.child import Children
from base_station.dialogue.parental import NEVER
from base_station.errors import BaseStationError, UsageError
from base_station.family import decided, shown

memory = typer.Typer(help="What the plush knows of a child: read, edit, wipe.", no_args_is_help=True)
parents = typer.Typer(help="What parents decide, child by child.", no_args_is_help=True)

ChildName = Annotated[str, typer.Argument(help="The child's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def children() -> Children:
    return Children(config.home() / "children")


def changed() -> None:
    """A daemon that runs takes the change at once, and tells its toys."""
    from base_station.rpc import Client

    async def tell() -> None:
        async with await Client.connect(start=False) as client:
            await client.call("settings_changed")

    try:
        asyncio.run(tell())
    except BaseStationError:
        return  # nothing runs: the next start reads it


# --- memory ----------------------------------------------------------------------------------------------------------
@memory.command("show")
def memory_show(name: ChildName, as_json: AsJson = False) -> None:
    """The facts, by number, and the summary of earlier talk."""
    child = children().load(name)
    if as_json:
        print(json.dumps({"child": child.name, "facts": child.facts, "summary": child.summary}, ensure_ascii=False))
        return
    for number, fact in enumerate(child.facts, start=1):
        print(f"{number:>3}  {fact}")
    print(f"earlier: {child.summary}" if child.summary else "nothing of earlier talk")
    if not child.consent:
        print(f"nothing new is kept: `plush parents set {name} --consent` would allow it")


@memory.command("add")
def memory_add(name: ChildName, fact: Annotated[str, typer.Argument(help="One short sentence.")]) -> None:
    """Tells the plush something about the child."""
    child = children().load(name)
    if not child.consent:
        raise UsageError(f"nothing is kept without consent: plush parents set {name} --consent")
    children().save(child.with_fact(fact))
    changed()


@memory.command("edit")
def memory_edit(
    name: ChildName,
    number: Annotated[int, typer.Argument(help="Its number in `plush memory show`.")],
    fact: Annotated[str, typer.Argument(help="What it should say; empty takes it away.")],
) -> None:
    """Changes one fact, or takes it away."""
    child = children().load(name)
    if not 1 <= number <= len(child.facts):
        raise UsageError(f"{name} has no fact {number}; there are {len(child.facts)}")
    facts = [*child.facts[: number - 1], *([fact] if fact.strip() else []), *child.facts[number:]]
    children().save(replace(child, facts=tuple(facts)))
    changed()


@memory.command("wipe")
def memory_wipe(name: ChildName) -> None:
    """Forgets every fact and the summary. `plush transcripts forget` does the same for what was said."""
    children().wipe(name)
    changed()


# --- parents ---------------------------------------------------------------------------------------------------------
@parents.command("list")
def parents_list(as_json: AsJson = False) -> None:
    """Every child and what is set."""
    found = [children().load(name) for name in children().names()]
    if as_json:
        print(json.dumps([shown(child) for child in found], ensure_ascii=False))
        return
    for child in found:
        print("  ".join(f"{key}: {value}" for key, value in shown(child).items()))
    if not found:
        print("no child is set up; `plush parents set NAME --bedtime 19:30-7:00` makes one")


@parents.command("set")
def parents_set(
    name: ChildName,
    bedtime: Annotated[str | None, typer.Option(help="For example 19:30-7:00, or never.")] = None,
    quiet: Annotated[list[str] | None, typer.Option(help="Quiet hours; may be repeated; never takes all away.")] = None,
    minutes: Annotated[int | None, typer.Option(min=0, help="Minutes a day; 0 for no limit.")] = None,
    story_only: Annotated[bool | None, typer.Option("--story-only/--no-story-only", help="Stories and songs.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="A subject to leave to the parents; may be repeated.")] = None,
    no_topics: Annotated[bool, typer.Option("--no-topics", help="Takes all topics away.")] = False,
    break_after: Annotated[int | None, typer.Option(min=0, help="Minutes until a break is proposed; 0: never.")] = None,
    consent: Annotated[bool | None, typer.Option("--consent/--no-consent", help="May words and facts be kept?")] = None,
    persona: Annotated[str | None, typer.Option(help="Who the plush is.")] = None,
    toy: Annotated[str | None, typer.Option(help="The child's own plush, by its name in `plush toys`.")] = None,
    age: Annotated[int | None, typer.Option(min=1, max=17, help="The child's age.")] = None,
) -> None:
    """Sets what is given and leaves the rest. The base holds to it at once, the toy also while the base is off."""
    child = children().load_or_new(name)
    topics = [] if no_topics else None if topic is None else [*child.rules.topics, *topic]
    child = decided(
        child,
        toy=toy,
        persona=persona,
        age=age,
        bedtime=bedtime,
        quiet=quiet,
        minutes=None if minutes is None else min(minutes, NEVER),
        break_after=None if break_after is None else min(break_after, NEVER),
        story_only=story_only,
        topics=topics,
        consent=consent,
    )
    children().save(child)
    changed()


@parents.command("remove")
def parents_remove(name: ChildName) -> None:
    """Takes a child away, with everything that is known of it."""
    children().remove(name)
    changed()


@parents.command("personas")
def parents_personas() -> None:
    """Who the plush can be."""
    for name in personas.names():
        print(f"{name:<16} {personas.load(name).name}: {personas.load(name).manner}")
