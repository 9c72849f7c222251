"""The transcript store: SQLite, one row a turn, on disk before it is acknowledged."""

from base_station.store.transcripts import TranscriptStore, TurnRow

__all__ = ["TranscriptStore", "TurnRow"]
