"""The record of a turn: its events as they happen, and in the end its row on disk.

In      how the turn went and ended; what its link has counted; a turn that the toy held alone
Out     a row with its trace and its sound, or without any word where a parent has not agreed; the child's minutes and
        facts; TurnFinished, for everybody
Raises  nothing: what the disk refuses is told as Failed, since a turn never fails for it
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from base_station import clock
from base_station import events as ev
from base_station.archive import Archive
from base_station.dialogue.guide import Guide
from base_station.dialogue.safety import Route
from base_station.errors import StoreError
from base_station.link import messages as msg
from base_station.rows import row_of, row_of_offline
from base_station.tape import Tape
from base_station.trace import Trace
from base_station.turn import Turn, in_words


@dataclass(frozen=True)
class Recorder:
    """One toy's."""

    archive: Archive
    guide: Guide
    emit: Callable[[ev.Event], None]
    engines: Mapping[str, str]

    def keep_offline_turn(self, offline: msg.OfflineTurn, toy: str) -> bool:
        """A turn that the toy held alone. Out: whether it is on disk, so that the toy may let go of it."""
        keeps_words = self.guide.may_keep_words()
        row = row_of_offline(offline, toy=toy, child=self.guide.child().name, keeps_words=keeps_words)
        try:
            self.archive.store.add(row)
        except StoreError as error:
            self.emit(ev.Failed(t_ms=clock.now_ms(), toy=toy, turn=offline.turn, stage="store", text=str(error)))
            return False
        return True


class Record:
    """One turn's, which emits through `tell`. counts: what the toy's link had counted before."""

    def __init__(self, recorder: Recorder, wake: msg.Wake, toy: str, boot_id: int, counts: Mapping[str, int]) -> None:
        self._recorder = recorder
        self._boot_id, self._counts_before = boot_id, counts
        self._started_unix_s = time.time()
        self._trace = Trace()
        self._started = ev.TurnStarted(
            t_ms=clock.now_ms(),
            toy=toy,
            turn=wake.turn,
            reason=in_words(msg.WakeReason(wake.reason)),
            score=wake.score / 255,
            snr_db=wake.snr_db,
        )
        self.tell(self._started)

    def tell(self, event: ev.Event) -> None:
        self._trace.add(event)
        self._recorder.emit(event)

    def fail(self, stage: str, error: Exception) -> None:
        begun = self._started
        self.tell(ev.Failed(t_ms=clock.now_ms(), toy=begun.toy, turn=begun.turn, stage=stage, text=str(error)))

    def close(self, turn: Turn, outcome: str, voiced_end_ms: float | None, counts: Mapping[str, int]) -> None:
        """The turn is over. voiced_end_ms: when the child's last voiced sample was, on our clock; None: unknown."""
        self._count_minutes(turn)
        link = {name: count - self._counts_before.get(name, 0) for name, count in counts.items()}
        if link.get("refused"):
            text = f"{link['refused']} frames that are not the toy's"
            self._recorder.emit(ev.ToyReported(t_ms=clock.now_ms(), toy=turn.toy, kind="refused", text=text))
        self._write(turn, outcome, voiced_end_ms, link)
        self._recorder.archive.keep_wake(
            turn.toy,
            reason=self._started.reason,
            score=self._started.score,
            snr_db=self._started.snr_db,
            accepted=turn.heard != "",
        )

    def _count_minutes(self, turn: Turn) -> None:
        length_s = (clock.now_ms() - self._started.t_ms) / 1000
        answered = turn.routes.get("in") == Route.ANSWER
        try:
            self._recorder.guide.turn_ended(turn.heard, turn.memory, length_s, answered=answered)
        except StoreError as error:
            self.fail("store", error)

    def _write(self, turn: Turn, outcome: str, voiced_end_ms: float | None, link: dict[str, int]) -> None:
        guide, archive = self._recorder.guide, self._recorder.archive
        kept = row_of(
            turn,
            boot_id=self._boot_id,
            outcome=outcome,
            started_unix_s=self._started_unix_s,
            voiced_end_ms=voiced_end_ms,
            link=link,
            engines=self._recorder.engines,
            child=guide.child().name,
        )
        now_ms = clock.now_ms()
        if guide.may_keep_words():
            row = archive.keep_turn(kept, self._trace.finish(now_ms, turn.marks_ms, voiced_end_ms), turn.tape)
        else:
            row = archive.keep_turn(replace(kept, heard="", said=""), [], Tape())
        same = {field.name: getattr(kept, field.name) for field in fields(ev.TurnFinished) if hasattr(kept, field.name)}
        self._recorder.emit(ev.TurnFinished(t_ms=now_ms, turn=turn.number, **same | {"row": row}))
