"""Draws docs/wiring.svg from the boards' pin headers: `python -m tests.wiring`.

In:     toy_mcu/ports/rp2350/boards/*.h, as the C preprocessor reads them
Out:    one picture for all boards: they share a footprint, and where a pad has another GPIO both are written
Raises: subprocess.CalledProcessError without a C compiler; ValueError for a pin that no pad of the footprint has
Source: "Raspberry Pi Pico 2 datasheet", figure 2: pads 1 to 40; A0 to A2 of Pimoroni's board are GPIO 40 to 42
"""

from __future__ import annotations

import itertools
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOARDS = {"Pico 2": "pico2", "Pico 2 W": "pico2_w", "Pico Plus 2 W": "pimoroni_pico_plus2_w_rp2350"}
PICTURE = ROOT / "docs" / "wiring.svg"

GROUND = (3, 8, 13, 18, 23, 28, 33, 38)
PADS = [pad for pad in range(1, 30) if pad not in GROUND]  # of GPIO 0 to 22, in order; 30 is RUN
ANALOGUE_PADS = (31, 32, 34)
POWER = {36: "3V3", 39: "VSYS", 40: "VBUS", 37: "3V3_EN", 35: "AREF", 30: "RUN"}


@dataclass(frozen=True)
class Part:
    """A thing to buy: its terminals by the name of the pin in the headers, and what else it needs."""

    name: str
    terminals: dict[str, str]
    note: str


PARTS = (
    Part("cable (3.3 V serial)", {"UART_TX": "RX", "UART_RX": "TX"}, "GND to GND"),
    Part("microphone INMP441", {"MIC_SD": "SD", "MIC_BCLK": "SCK", "MIC_WS": "WS"}, "VDD 3V3; L/R to GND"),
    Part(
        "amplifier MAX98357A",
        {"SPEAKER_DIN": "DIN", "SPEAKER_BCLK": "BCLK", "SPEAKER_WS": "LRC", "SPEAKER_ENABLE": "SD"},
        "VIN VSYS; 100k SD to GND",
    ),
    Part("motor's MOSFET, or servo", {"MOTOR": "gate"}, "100k to GND"),
    Part("ring of 12 WS2812", {"RING": "DIN"}, "VSYS"),
    Part("microphone's light", {"MIC_LIGHT": "anode"}, "1k to GND"),
    Part("buttons to GND", {"PAW": "paw", "MUTE": "mute switch", "LOUDER": "louder"}, ""),
    Part("button to GND", {"QUIETER": "quieter"}, ""),
    Part("charger board", {"CHARGING": "status"}, "open drain"),
    Part("cell's divider", {"CELL": "middle"}, "100k to cell +, 100k to GND"),
    Part("motor's 1 ohm", {"MOTOR_SENSE": "top"}, "other end to GND"),
    Part("10k NTC on the cell", {"THERMISTOR": "top"}, "10k to 3V3; NTC to GND"),
)

ROW, TOP = 26, 70
BOARD_LEFT, BOARD_RIGHT, WIDTH = 430, 650, 1080
BOX = 240
COLOURS = ("#b03030", "#2060a0", "#208040", "#a06010", "#7040a0", "#007080")


def pins(board: str) -> dict[str, int]:
    """BOARD_ names of one board that are GPIO numbers, without the prefix."""
    header = ROOT / "toy_mcu" / "ports" / "rp2350" / "boards" / f"{board}.h"
    names = [name for part in PARTS for name in part.terminals]
    text = f'#include "{header}"\n' + "".join(f"pin {name} BOARD_{name}\n" for name in names)
    command = ["cc", "-E", "-P", "-I", str(ROOT / "toy_mcu" / "ports"), "-x", "c", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    found = re.findall(r"^pin (\w+) \(?(\d+)(?: \+ (\d+)\))?$", done.stdout, re.M)
    return {name: int(base) + int(more or 0) for name, base, more in found}


def pad_of(gpio: int) -> int:
    """Where a GPIO comes out."""
    for first in (26, 40):
        if first <= gpio < first + len(ANALOGUE_PADS):
            return ANALOGUE_PADS[gpio - first]
    if gpio >= len(PADS):
        raise ValueError(f"GPIO {gpio} has no pad")
    return PADS[gpio]


def gpio_label(name: str, boards: dict[str, dict[str, int]]) -> str:
    """`GPIO 5`, or `GPIO 26 / 40` where boards differ."""
    return "GPIO " + " / ".join(str(gpio) for gpio in sorted({board[name] for board in boards.values()}))


def row_of(pad: int) -> int:
    """Pads 1 to 20 go down on the left, 21 to 40 up on the right."""
    return TOP + ROW * (pad - 1 if pad <= 20 else 40 - pad)


def text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    """A line of words."""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{style}>{words}</text>'


def rectangle(x: float, y: float, width: float, height: float, fill: str, stroke: str = "#333") -> str:
    """A box."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{fill}" stroke="{stroke}"/>'


def draw_part(part: Part, colour: str, boards: dict[str, dict[str, int]]) -> list[str]:
    """The box of a part beside its pads, with a straight wire for each terminal."""
    places = {name: pad_of(next(iter(boards.values()))[name]) for name in part.terminals}
    left = min(places.values()) <= 20
    rows = [row_of(pad) for pad in places.values()]
    box = 20 if left else WIDTH - 20 - BOX
    top = min(rows) - ROW / 2 + 2
    lines = [
        rectangle(box, top, BOX, max(rows) - min(rows) + ROW - 4, "#fff", colour),
        text(box + 8 if left else box + BOX - 8, min(rows) + 4, part.name, "", "start" if left else "end"),
    ]
    if part.note:
        beside = len(rows) == 1
        at = (box + BOX + 6, "start") if left else (box - 6, "end")
        y = min(rows) - 4 if beside else max(rows) + 4
        x, anchor = at if beside else (box + 8, "start")
        lines.append(text(x, y, part.note, ' class="note"', anchor))
    for (name, terminal), row in zip(part.terminals.items(), rows, strict=True):
        edge, board = (box + BOX, BOARD_LEFT) if left else (box, BOARD_RIGHT)
        lines.append(f'<line x1="{edge}" y1="{row}" x2="{board}" y2="{row}" stroke="{colour}" stroke-width="2"/>')
        lines.append(
            text(edge - 8 if left else edge + 8, row + 4, terminal, ' class="terminal"', "end" if left else "start")
        )
        label = gpio_label(name, boards)
        inside = board + 24 if left else board - 24
        lines.append(text(inside, row + 4, label, f' class="gpio" data-pin="{name}"', "start" if left else "end"))
    return lines


def draw_pads() -> list[str]:
    """The board with its forty pads; grounds and supplies by name."""
    height = 20 * ROW + 10
    lines = [
        rectangle(BOARD_LEFT, TOP - 18, BOARD_RIGHT - BOARD_LEFT, height, "#e8f3ea"),
        rectangle((BOARD_LEFT + BOARD_RIGHT) / 2 - 22, TOP - 28, 44, 20, "#ccc"),
    ]
    for pad in range(1, 41):
        left = pad <= 20
        x = BOARD_LEFT + 12 if left else BOARD_RIGHT - 12
        lines.append(f'<circle cx="{x}" cy="{row_of(pad)}" r="8" fill="#fff" stroke="#333"/>')
        lines.append(text(x, row_of(pad) + 3, str(pad), ' class="pad"', "middle"))
        name = "GND" if pad in GROUND else POWER.get(pad, "")
        if name:
            lines.append(
                text(x + (14 if left else -14), row_of(pad) + 4, name, ' class="supply"', "start" if left else "end")
            )
    return lines


def picture() -> str:
    """The whole of docs/wiring.svg."""
    boards = {name: pins(board) for name, board in BOARDS.items()}
    height = TOP + 20 * ROW + 50
    style = (
        "text{font:12px sans-serif;fill:#222}.pad{font-size:8px}.gpio{font-size:11px;font-weight:bold}"
        ".supply,.note{font-size:10px;fill:#666}.terminal{font-size:11px}"
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
        "<!-- drawn by python -m tests.wiring from toy_mcu/ports/rp2350/boards -->",
        f'<style>{style}</style><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        text(20, 28, "Talking plush: " + ", ".join(BOARDS), ' style="font-size:16px"'),
        *draw_pads(),
    ]
    for part, colour in zip(PARTS, itertools.cycle(COLOURS), strict=False):
        lines += draw_part(part, colour, boards)
    foot = TOP + 20 * ROW + 20
    lines.append(
        text(
            20,
            foot,
            "All GND are one. Cell + through the charger board to VSYS. Seen from above; small numbers are the pads.",
        )
    )
    lines.append(
        text(20, foot + 20, "Where two GPIO numbers stand, the second is the Pico Plus 2 W's; the pad is the same.")
    )
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
