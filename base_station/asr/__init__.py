"""Speech recognition: `base.py` says what a recogniser is, each other file is one."""
