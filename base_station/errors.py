"""One tree of errors. Whatever is a user's mistake is a `UsageError` and ends in one line and exit code 2."""

from __future__ import annotations


class BaseStationError(Exception):
    """Root of everything that the base station raises on purpose."""


class UsageError(BaseStationError):
    """The user asked for something that cannot be: shown as one line, exit code 2."""


class FrameError(BaseStationError):
    """Bytes from a link do not parse: damaged, cut short, of another version."""


class SealError(FrameError):
    """A frame did not open under the session's key."""


class LinkLost(BaseStationError):
    """The toy is gone: unplugged, out of range, or silent for too long."""


class EngineError(BaseStationError):
    """A speech or language engine could not be started or failed at its work."""


class EngineTimeout(EngineError):
    """An engine did not answer in time; its process was ended."""


class EngineCrashed(EngineError):
    """An engine's process ended by itself."""


class ModelError(UsageError):
    """A model file is missing, cut short, damaged or of the wrong kind."""


class StoreError(BaseStationError):
    """The transcript store could not be read or written."""
