// dsp.mjs - the DSP instructions that our kernels use and rp2350js 2.0.1 does not know, from the Armv8-M manual's pseudocode.
// In      mnemonic and operands as objdump writes them; the registers before
// Out     what to put into the registers after
const low = (word) => (word << 16) >> 16;
const high = (word) => word >> 16;
const pair = (top, bottom) => ((top & 0xffff) << 16) | (bottom & 0xffff);
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const rotated = (word, by) => (by === 0 ? word : (word >>> by) | (word << (32 - by)));
const fits = (sum) => sum === (sum | 0);
const GREATER_LSB = 16; // xPSR's four GE flags

// name: (operands' words, their last number, registers) -> [result, overflowed?, GE flags?]
const OPERATIONS = {
  smuad: ([n, m]) => sumOf(low(n) * low(m) + high(n) * high(m)),
  smlad: ([n, m, a]) => sumOf(low(n) * low(m) + high(n) * high(m) + (a | 0)),
  smulwb: ([n, m]) => [Math.floor(((n | 0) * low(m)) / 65536)],
  smulwt: ([n, m]) => [Math.floor(((n | 0) * high(m)) / 65536)],
  pkhbt: ([n, m], by) => [(n & 0xffff) | ((m << by) & 0xffff0000)],
  pkhtb: ([n, m], by) => [(n & 0xffff0000) | ((m >> Math.min(by || 32, 31)) & 0xffff)],
  sxtb16: ([m], by) => {
    const word = rotated(m, by);
    return [pair((word << 8) >> 24, (word << 24) >> 24)];
  },
  uxtb16: ([m], by) => [rotated(m, by) & 0x00ff00ff],
  ssub16: ([n, m]) => {
    const [bottom, top] = [low(n) - low(m), high(n) - high(m)];
    return [pair(top, bottom), false, (bottom >= 0 ? 3 : 0) | (top >= 0 ? 12 : 0)];
  },
  qsub16: ([n, m]) => [
    pair(clamp(high(n) - high(m), -0x8000, 0x7fff), clamp(low(n) - low(m), -0x8000, 0x7fff)),
  ],
  usat16: ([m], most) => {
    const [bottom, top] = [low(m), high(m)].map((half) => clamp(half, 0, 2 ** most - 1));
    return [pair(top, bottom), bottom !== low(m) || top !== high(m)];
  },
  sel: ([n, m], _, regs) => {
    const flags = (regs.xpsr >>> GREATER_LSB) & 15;
    const mask = [0, 1, 2, 3].reduce((bits, byte) => bits | (flags & (1 << byte) ? 0xff << (8 * byte) : 0), 0);
    return [(n & mask) | (m & ~mask)];
  },
};

function sumOf(sum) {
  return [sum, !fits(sum)];
}

// Null for an instruction that is none of these.
export function dspInstruction(kind, words, register) {
  const operate = OPERATIONS[kind];
  if (!operate) return null;
  const [to, ...from] = words.filter((word) => !/#/.test(word)).map(register);
  const number = Number(words.find((word) => /#/.test(word))?.replace(/.*#(\d+).*/, '$1') ?? 0);
  return (regs) => {
    const [result, overflowed, flags] = operate(from.map((at) => regs.r[at]), number, regs);
    return (after) => {
      after.r[to] = result;
      if (overflowed) after.setQ();
      if (flags !== undefined) after.xpsr = (after.xpsr & ~(15 << GREATER_LSB)) | (flags << GREATER_LSB);
    };
  };
}
