// Waveform, spectrogram, level and words of one turn on one time line. All is computed here, from the kept sound.

import { h } from "./dom.js";

const RATE = 16000;
const WINDOW = 512;
const WIDTH = 1440;
const WAVE = 150;
const SPECTRUM = 220;
const VOICE_DB = -45;

/** The samples of a WAV file of ours: int16 mono after 44 bytes of header. */
export async function soundOf(path) {
  const answer = await fetch(path);
  if (!answer.ok) return null;
  return new Int16Array((await answer.arrayBuffer()).slice(44));
}

export function soundPlot(samples, levels, started, words) {
  const seconds = samples ? samples.length / RATE : (levels?.dbfs.length ?? 0) / 10;
  const wave = h("canvas", { width: WIDTH, height: WAVE, role: "img", "aria-label": `Loudness over ${seconds.toFixed(1)} seconds` });
  requestAnimationFrame(() => {
    if (samples) drawWave(wave, samples);
    if (levels) drawLevels(wave, levels.dbfs, seconds, !samples);
    drawWords(wave, words, seconds);
  });
  const plots = [wave];
  if (samples) {
    const spectrum = h("canvas", { width: WIDTH, height: SPECTRUM, role: "img", "aria-label": "Spectrogram, 0 to 8 kHz" });
    requestAnimationFrame(() => drawSpectrum(spectrum, samples));
    plots.push(spectrum);
  }
  const score = started?.reason === "wake word" ? `wake score ${started.score.toFixed(2)}, ` : "";
  const origin = started ? `opened by ${started.reason}, ${score}${started.snr_db} dB above the room` : "";
  return h("figure", { class: "sound" }, plots,
    h("figcaption", { class: "quiet" }, `${seconds.toFixed(1)} s; ${origin}. Coloured line: level; bright where there is voice.`));
}

function colours(canvas) {
  const style = getComputedStyle(canvas);
  return (name) => style.getPropertyValue(name).trim();
}

function drawWave(canvas, samples) {
  const pen = canvas.getContext("2d");
  pen.fillStyle = colours(canvas)("--wave");
  const each = samples.length / WIDTH;
  for (let x = 0; x < WIDTH; x += 1) {
    let low = 0;
    let high = 0;
    for (let at = Math.floor(x * each); at < (x + 1) * each; at += 1) {
      low = Math.min(low, samples[at]);
      high = Math.max(high, samples[at]);
    }
    const scale = WAVE / 2 / 32768;
    pen.fillRect(x, WAVE / 2 - high * scale * 1.6, 1, Math.max(1, (high - low) * scale * 1.6));
  }
}

function drawLevels(canvas, dbfs, seconds, filled) {
  const pen = canvas.getContext("2d");
  const colour = colours(canvas);
  const y = (level) => WAVE - 6 - Math.max(0, Math.min(1, (level + 70) / 65)) * (WAVE - 34);
  const x = (place) => ((place * 0.1) / seconds) * WIDTH;
  dbfs.forEach((level, place) => {
    const voiced = level > VOICE_DB;
    pen.fillStyle = colour(voiced ? "--accent" : "--line");
    if (filled) pen.fillRect(x(place) + 2, y(level), x(1) - 4, WAVE - y(level));
    else pen.fillRect(x(place), y(level), x(1), voiced ? 5 : 3);
  });
}

function drawWords(canvas, words, seconds) {
  const pen = canvas.getContext("2d");
  const colour = colours(canvas);
  pen.font = "22px system-ui, sans-serif";
  pen.textBaseline = "top";
  for (const [text, , start, end] of words) {
    const left = (start / 1000 / seconds) * WIDTH;
    pen.fillStyle = colour("--line");
    pen.fillRect(left, 0, 2, WAVE);
    pen.fillStyle = colour("--ink");
    pen.fillText(text, left + 6, 2, Math.max(30, ((end - start) / 1000 / seconds) * WIDTH));
  }
}

function drawSpectrum(canvas, samples) {
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(WIDTH, SPECTRUM);
  const window = Float32Array.from({ length: WINDOW }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW));
  const hop = Math.max(1, (samples.length - WINDOW) / WIDTH);
  for (let x = 0; x < WIDTH; x += 2) {
    const power = powerAt(samples, Math.floor(x * hop), window);
    for (let y = 0; y < SPECTRUM; y += 1) {
      const bin = Math.floor(((SPECTRUM - 1 - y) / SPECTRUM) * (WINDOW / 2));
      const level = Math.max(0, Math.min(1, (10 * Math.log10(power[bin] + 1e-9) + 62) / 62));
      for (const column of [x, x + 1]) image.data.set(heat(level), (y * WIDTH + column) * 4);
    }
  }
  pen.putImageData(image, 0, 0);
}

/** From dark through red-brown to light. */
const heat = (v) => [30 + 225 * Math.min(1, v * 1.5), 24 + 210 * v * v, 40 + 60 * Math.sin(v * 3.1) + 90 * v ** 4, 255];

/** Power of each frequency of one window; an iterative radix-2 transform. */
function powerAt(samples, start, window) {
  const re = new Float32Array(WINDOW);
  const im = new Float32Array(WINDOW);
  for (let n = 0; n < WINDOW; n += 1) {
    let place = 0;
    for (let bit = 1, value = n; bit < WINDOW; bit <<= 1, value >>= 1) place = (place << 1) | (value & 1);
    re[place] = ((samples[start + n] ?? 0) / 32768) * window[n];
  }
  for (let size = 2; size <= WINDOW; size <<= 1) {
    for (let k = 0; k < size / 2; k += 1) {
      const c = Math.cos((-2 * Math.PI * k) / size);
      const d = Math.sin((-2 * Math.PI * k) / size);
      for (let at = k; at < WINDOW; at += size) {
        const other = at + size / 2;
        const a = re[other] * c - im[other] * d;
        const b = re[other] * d + im[other] * c;
        [re[other], im[other]] = [re[at] - a, im[at] - b];
        re[at] += a;
        im[at] += b;
      }
    }
  }
  return re.map((value, n) => (value * value + im[n] * im[n]) / WINDOW);
}
