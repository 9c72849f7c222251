// emulated_plush.mjs - the board's image with the command line and the lockstep of ports/host's plush_toy.
// In      --image UF2, --link tcp:PORT|none, --control FD, --wake on|off; sound on stdin, control lines on FD
// Out     the speaker's sound on stdout, events on FD, `link tcp 127.0.0.1:PORT` on stderr
// The image has no control lines: `key` becomes a record in its flash, `button` a pin, and events are seen where the
// image calls on_toy_event(). With --wake off the paw is pressed as soon as there is a sound.
import { execFileSync } from 'node:child_process';
import { Socket, createServer } from 'node:net';
import { Chip, FRAME_SAMPLES } from './chip.mjs';
import { crc } from './crc.mjs';
import { defines } from './defines.mjs';
import { options } from './options.mjs';

const FRAME_BYTES = 2 * FRAME_SAMPLES;
const FRAME_NS = 20e6;
const QUIET_MS = 3; // of the host: bytes written before a frame are here by then
const LOUD = 500;
const SIZES = defines('boards/pico2.h', 'logic/store.h', 'logic/partition.h');
const RECORDS =
  SIZES.BOARD_FLASH_BYTES - SIZES.RP_PART_SPARE_BYTES - SIZES.RP_PART_BONDS_BYTES - SIZES.RP_STORE_BYTES;
const PAIRING = 3; // secure/keys.h
const KINDS = ['state', 'brain', 'heard', 'said', 'playback', 'link', 'error']; // app/events.h

const option = options();
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function record(name, bytes) {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(0x44524f57, 0);
  head.writeUInt32LE(1, 4);
  head.writeUInt32LE(bytes.length, 8);
  head.writeUInt32LE(crc(bytes, crc(head.subarray(0, 12))), 12);
  return { offset: RECORDS + 2 * name * SIZES.RP_STORE_PLACE_BYTES, bytes: Buffer.concat([head, bytes]) };
}

function event(chip, at) {
  const [kind, number] = [chip.mcu.readUint8(at), chip.mcu.readUint8(at + 4)];
  const turn = chip.mcu.readUint16(at + 2);
  const text = chip.text(chip.mcu.readUint32(at + 8));
  switch (KINDS[kind]) {
    case 'state': return `state ${text} ${turn}`;
    case 'brain': return `turn ${turn} brain ${text}`;
    case 'playback': return `playback ${turn} ${text}`;
    case 'error': return `error ${number} ${text}`;
    default: return `${KINDS[kind]} ${text}`;
  }
}

async function frames(stream, live) {
  let waiting = Buffer.alloc(0);
  for await (const piece of stream) {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length >= FRAME_BYTES) {
      await live(waiting.subarray(0, FRAME_BYTES));
      waiting = waiting.subarray(FRAME_BYTES);
    }
  }
}

const control = option.control ? new Socket({ fd: Number(option.control) }) : null;
const lines = [];
let partial = '';
control?.on('data', (piece) => {
  const parts = (partial + piece).split('\n');
  partial = parts.pop();
  lines.push(...parts);
});
const tell = (line) => control?.write(`${line}\n`);

let cable = null;
const fromCable = [];
if (option.link?.startsWith('tcp:')) {
  const server = createServer((socket) => {
    cable = socket.setNoDelay(true);
    socket.on('data', (bytes) => fromCable.push(...bytes));
    socket.on('error', () => {});
  });
  server.listen(Number(option.link.slice(4)), '127.0.0.1', () =>
    process.stderr.write(`link tcp 127.0.0.1:${server.address().port}\n`)
  );
  await wait(100);
}
await wait(100);
const key = lines.find((line) => line.startsWith('key '))?.slice(4);
const chip = new Chip(option.image, {
  flash: key ? [record(PAIRING, Buffer.concat([Buffer.from([1]), Buffer.from(key, 'hex')]))] : [],
});
const symbols = execFileSync('arm-none-eabi-nm', [option.image.replace(/uf2$/, 'elf')], { encoding: 'utf8' });
const address = (name) => parseInt(symbols.match(new RegExp(`^([0-9a-f]+) \\w ${name}$`, 'm'))[1], 16);
let state = 'idle';
chip.onCall(address('on_toy_event'), (core) => {
  const line = event(chip, core.regs.r[1] >>> 0);
  if (line.startsWith('state ')) state = line.split(' ')[1];
  tell(line);
});
chip.run(() => chip.played.length > 0);
chip.played.length = 0;

let pressed = 0;
function obey(line) {
  if (line === 'button paw down') chip.press(true);
  if (line === 'button paw up') chip.press(false);
  if (line === 'listen') pressed = 4;
}

await frames(process.stdin, async (bytes) => {
  await wait(QUIET_MS);
  for (const line of lines.splice(0)) obey(line);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + FRAME_BYTES));
  if (option.wake === 'off' && state === 'idle' && !pressed && samples.some((value) => Math.abs(value) > LOUD)) pressed = 4;
  chip.press(pressed > 1);
  pressed = Math.max(0, pressed - 1);
  chip.toSend.push(...fromCable.splice(0));
  chip.heard.push(...samples);
  chip.run(() => chip.played.length >= FRAME_SAMPLES, 2 * FRAME_NS);
  const played = Int16Array.from(chip.played.splice(0, FRAME_SAMPLES));
  if (chip.sent.length) cable?.write(Buffer.from(chip.sent));
  chip.sent.length = 0;
  process.stdout.write(Buffer.from(played.buffer));
});
process.exit(0);
