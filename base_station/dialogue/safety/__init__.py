"""The safety gate: independent of the language model, on what is heard and on what is said. See README.md."""

from base_station.dialogue.safety.gate import ReplyGate, SafeSentence, SafetyGate, UnsafePhrase
from base_station.dialogue.safety.hazards import Hazard, Policy, Route, Verdict, policy

__all__ = ["Hazard", "Policy", "ReplyGate", "Route", "SafeSentence", "SafetyGate", "UnsafePhrase", "Verdict", "policy"]
