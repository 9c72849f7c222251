"""The chips on the other side of the wires, written from the I2S specification and knowing nothing of our programs.

Source: Philips Semiconductors, "I2S bus specification" (1996): the transmitter changes SD on the falling edge of the
clock; the receiver takes SD and WS on the rising edge; the most significant bit follows one clock after WS changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

LEFT, RIGHT = 0, 1


@dataclass
class Microphone:
    """A pair of I2S microphones on one data line.

    words: an endless source of (channel -> next 32-bit word); sent records what was begun.
    last_ws, shift: the state that it happens to be in when our clocks start.
    """

    words: Iterator[tuple[int, int]]  # (left, right) a frame
    last_ws: int = 0
    shift: int = 0
    level: int = 0
    sent: list[tuple[int, int]] = field(default_factory=list)
    _frame: tuple[int, int] = (0, 0)
    _load: bool = False
    _bclk: int = 0

    def clock(self, bclk: int, ws: int) -> None:
        if bclk and not self._bclk:
            self._load = ws != self.last_ws
            self.last_ws = ws
        elif self._bclk and not bclk:
            if self._load:
                self._load = False
                if self.last_ws == LEFT:
                    self._frame = next(self.words)
                self.shift = self._frame[self.last_ws]
                self.sent.append((self.last_ws, self.shift))
            self.level = self.shift >> 31
            self.shift = self.shift << 1 & 0xFFFF_FFFF
        self._bclk = bclk


@dataclass
class Amplifier:
    """An I2S receiver that keeps whole words: heard = (channel, number of bits, value)."""

    heard: list[tuple[int, int, int]] = field(default_factory=list)
    _ws: int | None = None
    _bits: int = 0
    _count: int = 0
    _bclk: int = 0
    _synchronised: bool = False

    def clock(self, bclk: int, ws: int, data: int) -> None:
        if bclk and not self._bclk:
            self._bits = self._bits << 1 | data
            self._count += 1
            if self._ws is not None and ws != self._ws:  # this bit was the last one of the word before
                if self._synchronised:
                    self.heard.append((self._ws, self._count, self._bits))
                self._synchronised = True
                self._bits = self._count = 0
            self._ws = ws
        self._bclk = bclk
