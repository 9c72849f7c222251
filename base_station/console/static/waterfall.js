// The waterfall of one turn: each stage as a bar on one time line, zero at the child's last voiced sample.

import { s } from "./dom.js";

const WIDTH = 720;
const ROW = 30;
const LABEL = 150;

/** From a turn's events to bars {name, from, to, kind} in milliseconds after the last voiced sample. */
export function stagesOf(events) {
  const marks = events.find((event) => event.kind === "Marks")?.data ?? {};
  const first = (kind) => events.find((event) => event.kind === kind)?.t_ms;
  const last = (kind) => events.findLast((event) => event.kind === kind)?.t_ms;
  const tokens = events.find((event) => event.kind === "ReplyPiece")?.data.t_ms ?? [];
  const zero = marks.voiced_end ?? last("SpeechEnded") ?? first("TurnStarted") ?? 0;
  const spans = [
    ["child speaks", first("TurnStarted"), zero, "listen"],
    ["silence decides", zero, marks.endpoint, "wait"],
    ["words final", marks.endpoint, marks.asr_final, "listen"],
    ["first token", marks.asr_final, marks.first_token, "think"],
    ["reply written", tokens[0], tokens.at(-1), "think"],
    ["voice starts", marks.first_token, marks.first_audio, "speak"],
    ["plush speaks", marks.first_audio, marks.playback_done, "speak"],
  ];
  const bars = spans.filter(([, from, to]) => from !== undefined && from !== null && to !== undefined && to !== null && to >= from)
    .map(([name, from, to, kind]) => ({ name, from: from - zero, to: to - zero, kind }));
  return { bars, tokens: tokens.map((time) => time - zero) };
}

/** An SVG of these bars. Long stretches of speech are cut, so that the milliseconds between them can be seen. */
export function waterfall({ bars, tokens }) {
  const answer = bars.find((bar) => bar.name === "voice starts") ?? bars.at(-1);
  const begin = Math.max(Math.min(...bars.map((bar) => bar.from)), -600);
  const end = Math.min(Math.max(...bars.map((bar) => bar.to)), Math.max(answer.to, 300) * 1.6 + 200);
  const x = (ms) => LABEL + ((Math.min(Math.max(ms, begin), end) - begin) / (end - begin)) * (WIDTH - LABEL - 10);
  const height = bars.length * ROW + 34;
  const text = bars.map((bar) => `${bar.name} ${bar.from.toFixed(0)} to ${bar.to.toFixed(0)} ms`).join(", ");
  const svg = s("svg", { class: "waterfall", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": text });
  for (const tick of ticks(begin, end)) {
    svg.append(s("line", { x1: x(tick), x2: x(tick), y1: 0, y2: height - 24, class: tick === 0 ? "zero" : "grid" }),
      s("text", { x: x(tick), y: height - 8, class: "tick", "text-anchor": "middle" }, tick === 0 ? "last word" : tick));
  }
  bars.forEach((bar, place) => {
    const y = place * ROW + 5;
    const wide = Math.max(x(bar.to) - x(bar.from), 3);
    const took = `${bar.to > end || bar.from < begin ? ((bar.to - bar.from) / 1000).toFixed(1) + " s" : (bar.to - bar.from).toFixed(0) + " ms"}`;
    const inside = wide > 60;
    svg.append(
      s("text", { x: LABEL - 10, y: y + 14, class: "label", "text-anchor": "end" }, bar.name),
      s("rect", { x: x(bar.from), y, width: wide, height: ROW - 10, rx: 4, class: bar.kind }),
      s("text", { x: inside ? x(bar.from) + 8 : endOf(x(bar.to), took).x, y: y + 14,
        class: inside ? "took in" : "took", "text-anchor": inside ? "start" : endOf(x(bar.to), took).anchor }, took));
    if (bar.name === "reply written") {
      for (const time of tokens) svg.append(s("line", { x1: x(time), x2: x(time), y1: y, y2: y + ROW - 10, class: "token" }));
    }
  });
  return svg;
}

const endOf = (right, text) => right + 6 + text.length * 8 > WIDTH ? { x: right - 10, anchor: "end" } : { x: right + 6, anchor: "start" };

function ticks(begin, end) {
  const step = [50, 100, 200, 500, 1000, 2000, 5000].find((size) => (end - begin) / size <= 9) ?? 10000;
  const found = [];
  for (let tick = Math.ceil(begin / step) * step; tick <= end; tick += step) found.push(tick === 0 ? 0 : tick);
  return found;
}
