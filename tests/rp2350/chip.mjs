// chip.mjs - an emulated RP2350 (rp2350js, Cortex-M33, through the boot ROM) with a microphone, an amplifier and a cable.
// In      RP2350JS: folder of a built rp2350js; a UF2 file; pins of toy_mcu/ports/rp2350/boards
// Out     sound and bytes both ways in the chip's own time
// Errors  an emulator that meets an instruction it does not know throws
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defines } from './defines.mjs';
import { blank, putRight, wrongIn } from './put_right.mjs';
import { skipIdle } from './skip.mjs';

const HOME = process.env.RP2350JS;
if (!HOME) {
  console.error('RP2350JS must be the folder of a built rp2350js; docs/EMULATION.md says how');
  process.exit(2);
}
const { RP2350 } = createRequire(import.meta.url)(join(HOME, 'dist/cjs/index.js'));

export const FRAME_SAMPLES = 320;
const SYS_HZ = 150e6;
const BYTE_NS = (10 / 921600) * 1e9;
const BOARD = defines('boards/pico2.h', 'boards/pins.h', 'logic/microphone.h');
const HIGH = 1; // GPIOPinState

// The image for the emulator computes floats by calls, ten times as long as the FPU; so a core's clock passes this much sooner.
const QUICKER = 4;

function quicken(mcu) {
  const step = mcu.stepCores.bind(mcu);
  let owed = 0;
  mcu.stepCores = () => {
    owed += step();
    const clocks = Math.floor(owed / QUICKER);
    owed -= clocks * QUICKER;
    return clocks;
  };
}

export class Chip {
  constructor(uf2, { flash = [], everyCycle = false } = {}) {
    this.mcu = new RP2350({ coreArch: 'arm' });
    this.mcu.logger = { debug() {}, info() {}, warn() {}, error: (...words) => console.error(...words) };
    this.mcu.clkSys = this.mcu.clkPeri = SYS_HZ;
    this.mcu.loadFirmware(uf2, { initChip: false });
    for (const { offset, bytes } of flash) this.mcu.flash.set(bytes, offset);
    this.mcu.reset();
    this.instructions = [0, 0]; // executed; waiting is not counted
    const { wrong, unknown } = wrongIn(uf2.replace(/uf2$/, 'elf'));
    blank(this.mcu.flash, unknown);
    quicken(this.mcu);
    if (!everyCycle) skipIdle(this.mcu);
    this.mcu.core.forEach((core, i) => putRight(core, wrong, (waits) => (this.instructions[i] += waits ? 0 : 1)));
    this.heard = []; // samples that the microphone will give, one a left slot
    this.played = []; // left samples that the amplifier took
    this.sent = []; // bytes out of UART0
    this.toSend = []; // bytes into it
    this.micFrames = 0; // word-select periods that the microphone saw
    this.watch = new Map(); // core 0's program counter -> function
    this.watching = false;
    for (const pin of ['PAW', 'MUTE', 'LOUDER', 'QUIETER', 'CHARGING']) this.pin(pin).setInputValue(true); // nobody presses
    // A cell of 3.9 V at 25 C, a motor at rest, a chip at 27 C; 12 bits of 3.3 V.
    [2420, 0, 2048, 0, 876].forEach((reading, channel) => (this.mcu.adc.channelValues[channel] = reading));
    this.connectMicrophone();
    this.connectAmplifier();
    this.mcu.uart[0].onByte = (byte) => this.sent.push(byte);
  }

  // Philips I2S as the chips do it: WS is looked at where BCLK rises, data changes where it falls, one bit late.
  connectMicrophone() {
    const [data, clock, select] = ['MIC_SD', 'MIC_BCLK', 'MIC_WS'].map((name) => this.pin(name));
    let side = true, fresh = false, word = 0;
    clock.addListener((state) => {
      if (state === HIGH) {
        const now = select.value === HIGH;
        fresh = now !== side;
        side = now;
        return;
      }
      if (fresh) {
        fresh = false;
        if (!side) {
          this.micFrames += 1;
          word = ((this.heard.length ? this.heard.shift() : 0) << (16 - BOARD.RP_MIC_GAIN_BITS)) | 0;
        } else {
          word = 0; // a left microphone leaves the other slot alone
        }
      }
      data.setInputValue(word < 0);
      word <<= 1;
    });
  }

  connectAmplifier() {
    const [data, clock, select] = ['SPEAKER_DIN', 'SPEAKER_BCLK', 'SPEAKER_WS'].map((name) => this.pin(name));
    let side = true, word = 0, bits = 0;
    clock.addListener((state) => {
      if (state !== HIGH) return;
      if (bits < 32) word = (word << 1) | (data.value === HIGH ? 1 : 0);
      bits += 1;
      const now = select.value === HIGH;
      if (now !== side) {
        if (!side && bits >= 32) this.played.push(word >> 16);
        side = now;
        word = 0;
        bits = 0;
      }
    });
  }

  pin(name) {
    return this.mcu.gpio[BOARD[`BOARD_${name}`]];
  }

  press(down) {
    this.pin('PAW').setInputValue(!down);
  }

  onCall(address, what) {
    this.watch.set(address & ~1, what);
    this.watching = true;
  }

  text(address) {
    let text = '';
    for (let byte; address !== 0 && (byte = this.mcu.readUint8(address++)) !== 0; ) text += String.fromCharCode(byte);
    return text;
  }

  // Runs until `done()`, looked at for each byte's time on the cable, or for `mostNs`.
  run(done, mostNs = Infinity) {
    const { mcu } = this;
    const { clock } = mcu;
    const [core0] = mcu.core;
    const end = clock.nanos + mostNs;
    while (!done() && clock.nanos < end) {
      mcu.lookNs = clock.nanos + BYTE_NS;
      while (clock.nanos < mcu.lookNs) {
        if (this.watching && !core0.waiting) {
          const what = this.watch.get(core0.PC);
          if (what) what(core0, mcu);
        }
        mcu.step();
      }
      if (this.toSend.length) mcu.uart[0].feedByte(this.toSend.shift());
    }
    return done();
  }
}
