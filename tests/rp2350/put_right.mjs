// put_right.mjs - what rp2350js 2.0.1 computes wrongly or does not know, put right instruction by instruction;
// docs/EMULATION.md has the list.
// In      the image's ELF, for objdump; a core
// Out     executeInstruction() of that core, right at those addresses, counting what was executed; where the emulator knows no such
//         instruction, its flash gets `mov r8, r8` instead, which keeps interrupts, clocks and IT blocks the emulator's own
// Errors  throws when one of them stands in an IT block: whether it was executed is not known here
import { execFileSync } from 'node:child_process';
import { dspInstruction } from './dsp.mjs';

const REGISTERS = { sl: 10, fp: 11, ip: 12, sp: 13, lr: 14 };
const LINE = /^\s*([0-9a-f]+):\t([0-9a-f]{4}(?: [0-9a-f]{4})?)\s*\t([a-z][a-z0-9]*)(?:\.[nw])?\t(.*)$/gm;
const register = (name) => REGISTERS[name] ?? Number(name.slice(1));
const CARRY = 29, OVERFLOW = 28; // bits of xPSR

// ADR.W: PC is not rounded down to a word.
function address(at, kind, words) {
  const base = (at + 4) & ~3;
  const value = base + (kind === 'addw' ? 1 : -1) * parseInt(words[2].slice(1), 10);
  return () => (regs) => (regs.r[register(words[0])] = value);
}

// UMLAL, SMLAL: the sum of 64 bits is taken in a float of 53.
function accumulate(kind, words) {
  const [low, high, n, m] = words.map(register);
  const wide = kind === 'umlal' ? (x) => BigInt(x >>> 0) : (x) => BigInt(x | 0);
  return ({ r }) => {
    const sum = wide(r[n]) * wide(r[m]) + ((BigInt(r[high]) << 32n) | BigInt(r[low]));
    return (after) => {
      after.r[low] = Number(BigInt.asUintN(32, sum));
      after.r[high] = Number(BigInt.asUintN(32, sum >> 32n));
    };
  };
}

// ADCS, SBCS: the flags forget that operand and carry can be 2^32 together. The result is right, and gives the operand.
function carry(kind, words) {
  const [d, n] = [register(words[0]), register(words.length > 2 ? words[1] : words[0])];
  return ({ r, C }) => {
    const [a, in_] = [r[n], kind === 'adcs' ? Number(C) : Number(!C)];
    return (after) => {
      const result = after.r[d];
      const b = (kind === 'adcs' ? result - a - in_ : a - result - in_) >>> 0;
      const flags = kind === 'adcs' ? ~(a ^ b) & (a ^ result) : (a ^ b) & (a ^ result);
      const out = kind === 'adcs' ? a + b + in_ > 0xffffffff : a >= b + in_;
      after.xpsr &= ~((1 << CARRY) | (1 << OVERFLOW));
      after.xpsr |= (Number(out) << CARRY) | ((flags >>> 31) << OVERFLOW);
    };
  };
}

// LDR to PC: a handler's return address is taken for an address to run at.
const jump = () => (after, core) => core.bxWritePC(core.PC);

const objdump = (...words) => execFileSync('arm-none-eabi-objdump', words, { encoding: 'utf8', maxBuffer: 1 << 28 });

// Where in flash an address's bytes are loaded from.
function loadAddresses(elf) {
  const sections = [...objdump('-h', elf).matchAll(/^ +\d+ \S+ +([0-9a-f]{8})  ([0-9a-f]{8})  ([0-9a-f]{8})/gm)].map(
    (row) => row.slice(1).map((hex) => parseInt(hex, 16))
  );
  return (at) => {
    const [, run, load] = sections.find(([bytes, run]) => at >= run && at < run + bytes);
    return at - run + load;
  };
}

// wrong: address -> what to do before the instruction; that gives what to do after it. unknown: load addresses.
export function wrongIn(elf) {
  const found = new Map(), unknown = [], loadAddress = loadAddresses(elf);
  const text = objdump('-d', elf);
  for (const [line, where, , kind, operands] of text.matchAll(LINE)) {
    const at = parseInt(where, 16), words = operands.split(/\t/)[0].split(/, /);
    const dsp = dspInstruction(kind, words, register);
    if (dsp) {
      found.set(at, dsp);
      unknown.push(loadAddress(at));
      continue;
    }
    if (/^(adc|sbc)s$/.test(kind)) found.set(at, carry(kind, words));
    else if (/^[us]mlal$/.test(kind)) found.set(at, accumulate(kind, words));
    else if (/^(addw|subw)$/.test(kind) && words[1] === 'pc') found.set(at, address(at, kind, words));
    else if (kind === 'ldr' && words[0] === 'pc') found.set(at, jump);
    else if (/^[us]mlal/.test(kind)) throw Error(`put_right.mjs: ${line.trim()}`);
  }
  return { wrong: found, unknown };
}

// The emulated flash, ready for putRight().
export function blank(flash, unknown) {
  for (const at of unknown) flash.set([0x4f, 0xea, 0x08, 0x08], at & (flash.length - 1)); // mov.w r8, r8
}

export function putRight(core, wrong, counted) {
  const execute = core.executeInstruction.bind(core);
  core.executeInstruction = () => {
    const at = core.PC & ~1;
    counted(core.waiting);
    const fix = wrong.get(at);
    const after = fix?.(core.regs);
    const clocks = execute();
    // An interrupt may have come instead of the instruction.
    if (after && (fix === jump ? core.PC !== at : core.PC === at + 2 || core.PC === at + 4)) after(core.regs, core);
    return clocks;
  };
}
