"""Language models: `base.py` says what a chat is, each other file is one."""
