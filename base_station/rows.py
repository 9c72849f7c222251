"""A turn as a row of the transcript: one that was held here, and one that the toy held alone.

In      Turn, its figures; OfflineTurn
Out     TurnRow. Words of a child whose parents have not agreed are not in it
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from base_station.link import messages as msg
from base_station.store import TurnRow
from base_station.turn import Turn

UTC_EPOCH_KNOWN_S = 1_700_000_000  # an earlier clock was never set
_AGE_UNKNOWN = 0xFFFFFFFF  # the toy was off in between and never knew the time


def row_of(
    turn: Turn,
    *,
    boot_id: int,
    outcome: str,
    started_unix_s: float,
    voiced_end_ms: float | None,
    link: dict[str, int],
    engines: Mapping[str, str],
    child: str,
) -> TurnRow:
    """Latencies count from the end of the child's voice on this machine's clock; none where that is unknown."""
    latency = {} if voiced_end_ms is None else {n: round(t - voiced_end_ms, 1) for n, t in turn.marks_ms.items()}
    return TurnRow(
        toy=turn.toy,
        boot_id=boot_id,
        turn_id=turn.number,
        started_unix_s=started_unix_s,
        heard=turn.heard,
        said=" ".join(turn.said),
        brain="remote",
        outcome=outcome,
        states=tuple(turn.states),
        latency_ms=latency,
        link=link,
        engines=dict(engines),
        child=child,
        persona=turn.memory.persona.name,
        routes=turn.routes,
        flags=tuple(turn.flags),
    )


def row_of_offline(offline: msg.OfflineTurn, *, toy: str, child: str, keeps_words: bool) -> TurnRow:
    """Its time is the toy's clock, or how long ago it was; 0 where the toy knows neither."""
    started_unix_s = float(offline.unix_s)
    if offline.unix_s <= UTC_EPOCH_KNOWN_S:
        started_unix_s = 0.0 if offline.age_ms == _AGE_UNKNOWN else time.time() - offline.age_ms / 1000
    return TurnRow(
        toy=toy,
        boot_id=offline.boot,
        turn_id=offline.turn,
        started_unix_s=started_unix_s,
        heard=offline.heard if keeps_words else "",
        said=offline.said if keeps_words else "",
        child=child,
        brain="local",
        outcome="done",
    )
