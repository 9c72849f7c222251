"""Draws pio/timing.svg from the emulated pins: `python -m tests.py.pio_bench.draw_timing`.

Out: both programs around both WS edges, one column a state machine cycle; every level comes from the emulator
"""

from __future__ import annotations

from itertools import islice

from tests.py.pio_bench.checks import FRAME_CYCLES
from tests.py.pio_bench.devices import RIGHT, Microphone
from tests.py.pio_bench.machine import run
from tests.py.pio_bench.program import PIO_DIR, load

SVG = PIO_DIR / "timing.svg"
WORD = (0xA5C3_0F81, 0x936A_55F7)  # what the microphones send
SAMPLES = 0xA5C3_936B  # what the amplifier gets: left in the upper half
CELL, HEIGHT, GAP = 15, 16, 12
WINDOWS = (("right to left", FRAME_CYCLES - 5, 22), ("left to right", FRAME_CYCLES + 59, 22))


def traces() -> dict[str, list[tuple[int, int, int]]]:
    """(BCLK, WS, data) a cycle for three frames of each program."""
    cycles = 3 * FRAME_CYCLES
    microphone = Microphone(iter([WORD] * 9), last_ws=RIGHT)
    mic = []
    for now in islice(run(load("i2s_mic"), lambda: microphone.level), cycles):
        microphone.clock(now.bclk, now.ws)
        now.receive_fifo.clear()
        mic.append((now.bclk, now.ws, microphone.level))
    speaker = [
        (now.bclk, now.ws, now.data) for now in islice(run(load("i2s_speaker"), first_words=(SAMPLES,) * 4), cycles)
    ]
    return {"i2s_mic: SD from the microphone": mic, "i2s_speaker: DIN to the amplifier": speaker}


def _line(levels: list[int], left: int, top: int) -> str:
    points: list[str] = []
    for column, level in enumerate(levels):
        y = top + (0 if level else HEIGHT)
        points += [f"{left + column * CELL},{y}", f"{left + (column + 1) * CELL},{y}"]
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="#205080" stroke-width="1.6"/>'


def _text(x: int, y: int, text: str, style: str = "") -> str:
    return f'<text x="{x}" y="{y}" {style}>{text}</text>'


def draw() -> str:
    label_width, parts, top = 60, [], 24
    window_width = label_width + 22 * CELL + 30
    for title, trace in traces().items():
        parts.append(_text(8, top, title, 'font-weight="bold"'))
        for place, (edge, first, count) in enumerate(WINDOWS):
            left = place * window_width + label_width
            shown = trace[first : first + count]
            parts.append(_text(left, top + 18, f"WS edge {edge}"))
            for row, name in enumerate(("BCLK", "WS", "SD" if "mic" in title else "DIN")):
                y = top + 28 + row * (HEIGHT + GAP)
                parts.append(_text(left - 44, y + 13, name))
                parts.append(_line([cycle[row] for cycle in shown], left, y))
            y = top + 28 + 3 * (HEIGHT + GAP) + 4
            for column in range(count):
                cycle = first + column
                if trace[cycle][0] and not trace[cycle - 1][0]:  # a rising BCLK: here a bit is read
                    bit = 31 - ((cycle - 3) // 2) % 32
                    x = left + column * CELL
                    parts.append(
                        f'<line x1="{x}" x2="{x}" y1="{top + 26}" y2="{y - 8}" stroke="#bbb" stroke-dasharray="2 2"/>'
                    )
                    parts.append(_text(x, y + 4, str(bit), 'text-anchor="middle" font-size="9"'))
        top += 28 + 3 * (HEIGHT + GAP) + 34
    parts.append(
        _text(
            8,
            top - 4,
            "Numbers: the bit that is read at this rising edge; 31 is the most significant, one bit "
            "clock after the WS edge. A column is one state machine cycle.",
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * window_width}" height="{top + 8}" '
        'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    SVG.write_text(draw(), encoding="utf-8")
    print(f"wrote {SVG.name}")
