// chip.mjs - an emulated RP2350 (rp2350js, Cortex-M33, through the boot ROM) with a microphone, an amplifier and a cable.
// In      RP2350JS: folder of a built rp2350js; a UF2 file; pins of toy_mcu/ports/rp2350/boards
// Out     sound and bytes both ways in the chip's own time
// Errors  an emulator that meets an instruction it does not know throws
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const HOME = process.env.RP2350JS;
if (!HOME) {
  console.error('RP2350JS must be the folder of a built rp2350js; docs/EMULATION.md says how');
  process.exit(2);
}
const { RP2350 } = createRequire(import.meta.url)(join(HOME, 'dist/cjs/index.js'));

export const FRAME_SAMPLES = 320;
const SYS_HZ = 150e6;
const BYTE_NS = (10 / 921600) * 1e9;
const MIC_GAIN_BITS = 4; // logic/microphone.h
const PIN = { micData: 2, micClock: 3, micSide: 4, data: 5, clock: 6, side: 7, paw: 13 };
const HIGH = 1; // GPIOPinState

// rp2350js 2.0.1 forgets to round PC down to a word in ADR.W; what that instruction gives is put right after it.
function addresses(elf) {
  const found = new Map();
  const text = execFileSync('arm-none-eabi-objdump', ['-d', elf], { encoding: 'utf8', maxBuffer: 1 << 28 });
  for (const [, at, kind, to, by] of text.matchAll(/^\s*([0-9a-f]+):.*\t(addw|subw)\t(r\d+|ip|fp|sl|lr), pc, #(\d+)/gm)) {
    const base = (parseInt(at, 16) + 4) & ~3;
    const named = { sl: 10, fp: 11, ip: 12, lr: 14 };
    found.set(parseInt(at, 16), [named[to] ?? Number(to.slice(1)), base + (kind === 'addw' ? 1 : -1) * Number(by)]);
  }
  return found;
}

function putRight(core, fixes) {
  const execute = core.executeInstruction.bind(core);
  core.executeInstruction = () => {
    const at = core.PC & ~1;
    const clocks = execute();
    if (fixes.has(at) && core.PC === at + 4) {
      const [register, value] = fixes.get(at);
      core.regs.r[register] = value;
    }
    return clocks;
  };
}

export class Chip {
  constructor(uf2, { flash = [] } = {}) {
    this.mcu = new RP2350({ coreArch: 'arm' });
    this.mcu.logger = { debug() {}, info() {}, warn() {}, error: (...words) => console.error(...words) };
    this.mcu.clkSys = this.mcu.clkPeri = SYS_HZ;
    this.mcu.loadFirmware(uf2, { initChip: false });
    for (const { offset, bytes } of flash) this.mcu.flash.set(bytes, offset);
    this.mcu.reset();
    const fixes = addresses(uf2.replace(/uf2$/, 'elf'));
    for (const core of this.mcu.core) putRight(core, fixes);
    this.heard = []; // samples that the microphone will give, one a left slot
    this.played = []; // left samples that the amplifier took
    this.sent = []; // bytes out of UART0
    this.toSend = []; // bytes into it
    this.nextByteNs = 0;
    this.micFrames = 0; // word-select periods that the microphone saw
    this.watch = new Map(); // core 0's program counter -> function
    this.watching = false;
    this.instructions = [0, 0];
    for (const pin of [13, 14, 15, 16, 17]) this.mcu.gpio[pin].setInputValue(true); // buttons up
    // A cell of 3.9 V at 25 C, a motor at rest, a chip at 27 C; 12 bits of 3.3 V.
    [2420, 0, 2048, 0, 876].forEach((reading, channel) => (this.mcu.adc.channelValues[channel] = reading));
    this.connectMicrophone();
    this.connectAmplifier();
    this.mcu.uart[0].onByte = (byte) => this.sent.push(byte);
  }

  // Philips I2S as the chips do it: WS is looked at where BCLK rises, data changes where it falls, one bit late.
  connectMicrophone() {
    const { gpio } = this.mcu;
    let side = true, fresh = false, word = 0;
    gpio[PIN.micClock].addListener((state) => {
      if (state === HIGH) {
        const now = gpio[PIN.micSide].value === HIGH;
        fresh = now !== side;
        side = now;
        return;
      }
      if (fresh) {
        fresh = false;
        if (!side) {
          this.micFrames += 1;
          word = ((this.heard.length ? this.heard.shift() : 0) << (16 - MIC_GAIN_BITS)) | 0;
        } else {
          word = 0; // a left microphone leaves the other slot alone
        }
      }
      gpio[PIN.micData].setInputValue(word < 0);
      word <<= 1;
    });
  }

  connectAmplifier() {
    const { gpio } = this.mcu;
    let side = true, word = 0, bits = 0;
    gpio[PIN.clock].addListener((state) => {
      if (state !== HIGH) return;
      if (bits < 32) word = (word << 1) | (gpio[PIN.data].value === HIGH ? 1 : 0);
      bits += 1;
      const now = gpio[PIN.side].value === HIGH;
      if (now !== side) {
        if (!side && bits >= 32) this.played.push(word >> 16);
        side = now;
        word = 0;
        bits = 0;
      }
    });
  }

  press(down) {
    this.mcu.gpio[PIN.paw].setInputValue(!down);
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

  // Runs until `done()`, looked at every few microseconds of the chip's time, or for `mostNs`.
  run(done, mostNs = Infinity) {
    const { mcu } = this;
    const [core0, core1] = mcu.core;
    const end = mcu.clock.nanos + mostNs;
    while (!done() && mcu.clock.nanos < end) {
      for (let i = 0; i < 400; ++i) {
        if (!core0.waiting) {
          this.instructions[0] += 1;
          if (this.watching) {
            const what = this.watch.get(core0.PC);
            if (what) what(core0, mcu);
          }
        }
        if (!core1.waiting) this.instructions[1] += 1;
        mcu.step();
      }
      if (this.toSend.length && mcu.clock.nanos >= this.nextByteNs) {
        mcu.uart[0].feedByte(this.toSend.shift());
        this.nextByteNs = Math.max(mcu.clock.nanos, this.nextByteNs + BYTE_NS);
      }
    }
    return done();
  }
}
