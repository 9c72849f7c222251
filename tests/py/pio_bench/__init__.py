"""Bench for pio/: assembler, emulator with what it lacks, models of the chips on the other side, mutants, picture."""
