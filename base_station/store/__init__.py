"""What was said: SQLite, one row a turn, on disk before it is acknowledged, gone without a trace when forgotten."""

from base_station.store.rows import TraceEvent, TurnRow
from base_station.store.transcripts import TranscriptStore

__all__ = ["TraceEvent", "TranscriptStore", "TurnRow"]
