"""The base station of the talking plush: hears, thinks, speaks and remembers, all at home."""

__version__ = "0.1.0"
