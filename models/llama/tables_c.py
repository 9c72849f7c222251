"""Writes toy_mcu/llm/tables.c from the curves of engine.py: `python -m models.llama.tables_c`."""

from __future__ import annotations

from pathlib import Path

from models.llama import engine
from models.llama.quant import Ints

TARGET = Path(__file__).resolve().parents[2] / "toy_mcu" / "llm" / "tables.c"


def _rows(values: Ints, width: int) -> str:
    words = [str(v) for v in values.tolist()]
    return "".join(f"    {', '.join(words[i : i + width])},\n" for i in range(0, len(words), width))


def source() -> str:
    """The C file."""
    return (
        '#include "llm/tables.h"\n\n'
        f"const uint32_t toy_rsqrt_table[12] = {{\n{_rows(engine.RSQRT_TABLE, 6)}}};\n\n"
        f"const int16_t toy_exp_table[512] = {{\n{_rows(engine.EXP_TABLE, 14)}}};\n\n"
        f"const int16_t toy_sigmoid_table[1024] = {{\n{_rows(engine.SIGMOID_TABLE, 14)}}};\n"
    )


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8")
