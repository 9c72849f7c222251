"""Who answers: the model, or the plush by itself. Asked before every answer of one toy.

    a disclosure or an emergency  -> the caring phrase, at any hour
    bedtime, quiet hours, no minutes left -> goodbye for now
    anything else that is unsafe  -> its phrase
    timers, alarms, the time      -> done here
    topics left to the parents, story-only -> another subject
    all else                      -> the model

In      what was heard; the child's rules (read anew each time, so that a change holds at once); the wall clock
Out     Decision; the child's memory for the prompt; what is to be said after an answer, or without a question
Raises  StoreError when the child's file is damaged
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from base_station.dialogue.child import Child, Children
from base_station.dialogue.facts import facts_in
from base_station.dialogue.memory import Memory
from base_station.dialogue.parental import Day, Now, closed, off_limits
from base_station.dialogue.persona import Persona
from base_station.dialogue.persona import load as load_persona
from base_station.dialogue.phrases import Phrases
from base_station.dialogue.safety import ReplyGate, Route, SafeSentence, SafetyGate, Verdict
from base_station.dialogue.timers import Say, Timers


@dataclass(frozen=True)
class Decision:
    """`say` is None where the model answers."""

    verdict: Verdict
    say: Say | None


@dataclass
class Guide:
    """One toy's. `toy` is its name, which says whose plush it is."""

    gate: SafetyGate
    children: Children
    toy: str = ""
    phrases: Phrases = field(default_factory=Phrases)
    unix_s: Callable[[], float] = time.time
    ticks_s: Callable[[], float] = time.monotonic
    timers: Timers = field(default_factory=Timers)
    day: Day = field(default_factory=Day)

    def now(self) -> Now:
        return Now.at(self.unix_s(), self.ticks_s())

    def child(self) -> Child:
        return self.children.of_toy(self.toy)

    def persona(self) -> Persona:
        return load_persona(self.child().persona)

    def memory(self) -> Memory:
        """A new conversation with this child."""
        child = self.child()
        return Memory(self.persona(), facts=child.facts, summary=child.summary)

    def decide(self, heard: str) -> Decision:
        verdict = self.gate.judge(heard)
        child, now = self.child(), self.now()
        rules, self.day = child.rules, child.day if child.day.date else self.day
        if verdict.route is Route.ESCALATE:
            return Decision(verdict, Say(verdict.policy.phrase))
        if why_not := closed(rules, self.day, now):
            return Decision(verdict, Say(why_not))
        if verdict.route is not Route.ANSWER:
            return Decision(verdict, Say(verdict.policy.phrase))
        if (done := self.timers.answer(heard, now)) is not None:
            return Decision(verdict, done)
        if why_not := off_limits(rules, heard):
            return Decision(verdict, Say(why_not))
        return Decision(verdict, None)

    def reply_gate(self) -> ReplyGate:
        """The output gate for one reply, with this child's topics."""
        return ReplyGate(self.gate, self.child().rules.about)

    def spoken(self, say: Say) -> tuple[SafeSentence, ...]:
        """A phrase of the catalogue, through the gate."""
        return self.gate.fixed(self.phrases.filled(say.phrase, **say.values))

    def afterword(self) -> Say | None:
        """What is added to an answer: after a long while, that a break would be good."""
        child = self.child()
        if not self.day.wants_break(child.rules):
            return None
        self.day = replace(self.day, unbroken_s=0.0)
        if child.name:
            self.children.save(replace(child, day=self.day))
        return Say("break_time")

    def may_keep_words(self) -> bool:
        """A child's words are kept with a parent's consent. Before a child is set up it is the household's trial."""
        child = self.child()
        return child.consent or not child.name

    def turn_ended(self, heard: str, memory: Memory, length_s: float, *, answered: bool) -> None:
        """Counts the time, and with a parent's consent keeps what the child told of itself."""
        child = self.child()
        self.day = child.day if child.day.date else self.day
        self.day = self.day.with_turn(self.now(), length_s)
        if not child.name:
            return
        told = replace(child, day=self.day)
        if answered and child.consent:
            for fact in facts_in(heard):
                told = told.with_fact(fact)
            told = replace(told, summary=memory.summary)
        if told != child:
            self.children.save(told)
