// emulated_same.mjs - the image with skip.mjs and with every cycle stepped: a digest of all SRAM after each of the first frames.
// In      --image UF2 --frames N
// Out     `skipped DIGEST DIGEST ...` and `stepped DIGEST DIGEST ...`
// Both are looked at when the chip's own clock says so, so a cycle more or less shows.
import { createHash } from 'node:crypto';
import { Chip, FRAME_SAMPLES } from './chip.mjs';
import { options } from './options.mjs';

const option = options();

function digests(everyCycle) {
  const chip = new Chip(option.image, { everyCycle });
  chip.run(() => chip.played.length > 0);
  return Array.from({ length: Number(option.frames) }, (_, frame) => {
    chip.heard.push(...Array.from({ length: FRAME_SAMPLES }, (_, i) => Math.round(3000 * Math.sin((frame * FRAME_SAMPLES + i) / 7))));
    const end = chip.played.length + FRAME_SAMPLES;
    chip.run(() => chip.played.length >= end);
    return createHash('sha256').update(chip.mcu.sram).digest('hex').slice(0, 16);
  });
}

console.log('skipped', ...digests(false));
console.log('stepped', ...digests(true));
