// emulated_stories.mjs - the stories image (APP=stories) in an emulated RP2350: what it tells, and what a token costs.
// In      --image UF2 --model FILE --tokens N
// Out     the text on stdout; on stderr a line `token I instructions N on core 0 A on core 1 B` each
// Instructions are those executed between the call of toy_story_next() and its return, on both cores; waiting is not counted.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Chip } from './chip.mjs';
import { crc } from './crc.mjs';
import { defines } from './defines.mjs';
import { options } from './options.mjs';

const option = options();
const { RP_PART_FIRMWARE_BYTES: PART, RP_STORE_SECTOR_BYTES: SECTOR } = defines('logic/store.h', 'logic/partition.h');

function part(model) {
  const head = Buffer.alloc(16);
  head.write('RPLM', 0, 'latin1');
  head.writeUInt32LE(model.length, 4);
  head.writeUInt32LE(crc(model), 8);
  head.writeUInt32LE(crc(head.subarray(0, 12)), 12);
  return [{ offset: PART, bytes: head }, { offset: PART + SECTOR, bytes: model }];
}

const chip = new Chip(option.image, { flash: part(readFileSync(option.model)) });
const symbols = execFileSync('arm-none-eabi-nm', [option.image.replace(/uf2$/, 'elf')], { encoding: 'utf8' });
const address = (name) => parseInt(symbols.match(new RegExp(`^([0-9a-f]+) \\w ${name}$`, 'm'))[1], 16);
const most = Number(option.tokens);
let tokens = 0, from = null;
chip.onCall(address('toy_story_next'), (core) => {
  from = [...chip.instructions];
  const back = core.regs.r[14] & ~1;
  chip.onCall(back, () => {
    if (!from) return;
    const [a, b] = chip.instructions.map((now, i) => now - from[i]);
    from = null;
    process.stderr.write(`token ${tokens++} instructions ${a + b} on core 0 ${a} on core 1 ${b}\n`);
  });
});
let told = 0;
chip.run(() => {
  if (chip.sent.length > told) {
    process.stdout.write(Buffer.from(chip.sent.slice(told)));
    told = chip.sent.length;
  }
  return tokens >= most;
});
process.stdout.write(Buffer.from(chip.sent.slice(told)));
