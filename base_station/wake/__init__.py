"""Second look at the wake word: `base.py` says what a check is, each other file is one."""
