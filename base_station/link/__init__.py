"""The wire between the base station and the toy: see protocol/SPEC.md."""
