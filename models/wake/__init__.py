"""Training, evaluation and integer reference of the toy's wake word and spoken commands; README.md has the figures."""
