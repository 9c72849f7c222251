"""Training, conversion and evaluation of the models that the plush carries."""
