"""What can be wrong with a sentence, and what the plush does about each.

In      a hazard, named after the MLCommons categories where one fits; the rest is what children meet
Out     its route, the phrase that is spoken instead of an answer, whether the parents are told
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """What happens to an input. Later ones weigh more."""

    ANSWER = "answer"
    REDIRECT = "redirect"  # kindly to another subject, or to a grown-up
    REFUSE = "refuse"
    ESCALATE = "escalate"  # a fixed caring answer, and the parents are told


class Hazard(StrEnum):
    """The order is that of the classifier's outputs: append only, and train anew."""

    ORDINARY = "ordinary"
    VIOLENCE = "violence"
    CRIME = "crime"
    SEX_CRIME = "sex_crime"
    CHILD_EXPLOITATION = "child_exploitation"
    DEFAMATION = "defamation"
    ADVICE = "advice"
    PRIVACY = "privacy"
    PROPERTY = "property"
    MASS_WEAPONS = "mass_weapons"
    HATE = "hate"
    SELF_HARM = "self_harm"
    SEXUAL = "sexual"
    ELECTIONS = "elections"
    CODE_ABUSE = "code_abuse"
    ABUSE = "abuse"
    EMERGENCY = "emergency"
    GROOMING = "grooming"
    DARE = "dare"
    DRUGS = "drugs"
    HOME_WEAPON = "home_weapon"
    RUNAWAY = "runaway"
    EATING = "eating"
    BULLIED = "bullied"
    CRUELTY = "cruelty"
    PROFANITY = "profanity"
    JAILBREAK = "jailbreak"
    GROWN_UP = "grown_up"


@dataclass(frozen=True)
class Policy:
    """`phrase` names an entry of the catalogue; `flag` leaves a note for the parents."""

    route: Route
    phrase: str
    flag: bool = False


_CARE = {
    Hazard.SELF_HARM: "care_self_harm",
    Hazard.ABUSE: "care_abuse",
    Hazard.EMERGENCY: "care_emergency",
    Hazard.GROOMING: "care_secret",
    Hazard.RUNAWAY: "care_runaway",
    Hazard.EATING: "care_body",
}
_REDIRECTED = {
    Hazard.ADVICE: "ask_grown_up",
    Hazard.PRIVACY: "private",
    Hazard.PROPERTY: "another_subject",
    Hazard.ELECTIONS: "ask_grown_up",
    Hazard.DEFAMATION: "kind_words",
    Hazard.PROFANITY: "kind_words",
    Hazard.JAILBREAK: "stay_myself",
    Hazard.GROWN_UP: "ask_grown_up",
}
_REFUSED = {
    Hazard.DARE: "not_safe",
    Hazard.HOME_WEAPON: "weapon_found",
    Hazard.DRUGS: "not_for_children",
    Hazard.SEXUAL: "ask_grown_up",
    Hazard.HATE: "kind_words",
    Hazard.CRUELTY: "kind_words",
}


def policy(hazard: Hazard) -> Policy:
    if hazard is Hazard.ORDINARY:
        return Policy(Route.ANSWER, "")
    if hazard in _CARE:
        return Policy(Route.ESCALATE, _CARE[hazard], flag=True)
    if hazard is Hazard.BULLIED:
        return Policy(Route.REDIRECT, "care_bullied", flag=True)
    if hazard in _REDIRECTED:
        return Policy(Route.REDIRECT, _REDIRECTED[hazard])
    flag = hazard in {Hazard.DARE, Hazard.HOME_WEAPON, Hazard.DRUGS}
    return Policy(Route.REFUSE, _REFUSED.get(hazard, "not_safe"), flag=flag)


@dataclass(frozen=True)
class Verdict:
    """`score` 0..1 is how sure the gate is that this is no ordinary sentence; `why` is for people."""

    hazard: Hazard
    score: float
    why: str

    @property
    def policy(self) -> Policy:
        return policy(self.hazard)

    @property
    def route(self) -> Route:
        return self.policy.route
