"""Voices: `base.py` says what a voice is, each other file is one."""
