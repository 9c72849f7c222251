// Health: latency against its budget over time, false wakes, link, battery, workers, model files.

import { call } from "./api.js";
import { h, s, when } from "./dom.js";

const BUDGET_MS = 400;
const STAGES = [["endpoint", "silence decides"], ["first_token", "first token"], ["first_audio", "first audio"]];

export async function healthView(section, { happenings }) {
  const figures = await call("/api/health");
  const { latency, wakes, link, errors, workers, files } = figures;
  const last = latency.at(-1) ?? {};
  const falseWakes = wakes.filter((wake) => wake.reason === "wake word" && !wake.accepted);
  const hours = wakes.length > 1 ? Math.max((wakes.at(-1).unix_s - wakes[0].unix_s) / 3600, 1 / 60) : 0;
  const batteries = [...happenings.toys.values()].filter((toy) => toy.battery).map((toy) => `${toy.name} ${toy.battery}`);
  section.append(
    h("h1", {}, "Health"),
    h("div", { class: "figures" },
      figure("turns kept", figures.turns.toLocaleString()),
      figure("first audio, p50", milliseconds(last.first_audio?.[0])),
      figure("first audio, p95", milliseconds(last.first_audio?.[1])),
      figure("false wakes an hour", hours ? (falseWakes.length / hours).toFixed(1) : "–"),
      figure("battery", batteries.join(", ") || "–")),
    h("section", { class: "block" }, h("h2", {}, "Latency after the last word"),
      latency.length ? newestInSight(h("div", { class: "wide", tabindex: "0" }, chart(latency))) : h("p", { class: "quiet" }, "No turn yet."),
      h("p", { class: "quiet" }, `Solid: p50. Dashed: p95. Thick line: the budget of ${BUDGET_MS} ms.`)),
    h("div", { class: "pair" },
      h("section", { class: "block" }, h("h2", {}, "Link"), linkTable(link)),
      h("section", { class: "block" }, h("h2", {}, "Workers"), table(["Stage", "Engine", "Ready", "Starts"],
        workers.map((worker) => [worker.kind, worker.name, worker.ready ? "yes" : "no", worker.starts])))),
    h("section", { class: "block" }, h("h2", {}, "Model files"), table(["Name", "What", "Size", "Here"],
      files.map((file) => [file.name, file.title, `${(file.size_bytes / 1e6).toFixed(0)} MB`, file.installed ? "yes" : "no"]))),
    h("section", { class: "block" }, h("h2", {}, "Errors"),
      errors.length ? table(["When", "Toy", "Stage", "What"], errors.map((e) => [when(e.unix_s), e.toy, e.stage, e.text]))
        : h("p", { class: "quiet" }, "None.")));
}

/** On a narrow screen the plot is wider than its place: then its end is what one sees first. */
function newestInSight(element) {
  requestAnimationFrame(() => (element.scrollLeft = element.scrollWidth));
  return element;
}

const milliseconds = (value) => (value === undefined || value === null ? "–" : `${Math.round(value)} ms`);

const figure = (name, value) => h("div", { class: "figure" }, h("b", {}, value), h("span", {}, name));

function table(heads, rows) {
  if (!rows.length) return h("p", { class: "quiet" }, "Nothing runs.");
  return h("div", { class: "wide", tabindex: "0" }, h("table", {},
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell)))))));
}

function linkTable(blocks) {
  const sums = {};
  for (const block of blocks) for (const [name, value] of Object.entries(block)) sums[name] = (sums[name] ?? 0) + value;
  return table(["Counter", "Sum"], Object.entries(sums).map(([name, value]) => [name.replaceAll("_", " "), value.toLocaleString()]));
}

/** p50 and p95 of three stages, a point for each block of turns. */
function chart(blocks) {
  const [width, height, left] = [720, 240, 46];
  const values = blocks.flatMap((block) => STAGES.flatMap(([name]) => block[name] ?? [])).filter((value) => value !== null);
  const top = Math.max(BUDGET_MS * 1.5, ...values) * 1.05;
  const x = (place) => left + ((width - left - 130) * (place + 0.5)) / blocks.length;
  const y = (value) => height - 24 - (value / top) * (height - 40);
  const svg = s("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Latency of ${blocks.length} blocks of turns` });
  const step = [100, 200, 500, 1000, 2000, 5000].find((size) => top / size <= 6) ?? 10000;
  for (let tick = 0; tick <= top; tick += step) {
    svg.append(s("line", { x1: left, x2: width - 130, y1: y(tick), y2: y(tick), class: "grid" }),
      s("text", { x: left - 8, y: y(tick) + 4, class: "tick", "text-anchor": "end" }, tick));
  }
  svg.append(s("line", { x1: left, x2: width - 130, y1: y(BUDGET_MS), y2: y(BUDGET_MS), class: "budget" }));
  const ends = [];
  const day = (block) => new Date(block.unix_s * 1000).toLocaleDateString([], { day: "numeric", month: "short" });
  for (const [place, anchor] of blocks.length > 1 ? [[0, "start"], [blocks.length - 1, "end"]] : [[0, "start"]]) {
    svg.append(s("text", { x: x(place), y: height - 6, class: "tick", "text-anchor": anchor }, day(blocks[place])));
  }
  STAGES.forEach(([name, title], number) => {
    [0, 1].forEach((which) => {
      const points = blocks.map((block, place) => [place, block[name]?.[which]]).filter(([, value]) => typeof value === "number");
      const path = points.map(([place, value]) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
      svg.append(s("polyline", { points: path, class: `stage${number} ${which ? "p95" : "p50"}` }));
      for (const [place, value] of points) svg.append(s("circle", { cx: x(place), cy: y(value), r: 2.5, class: `stage${number}` }));
      if (!which && points.length) ends.push({ title, number, y: y(points.at(-1)[1]) });
    });
  });
  ends.sort((a, b) => a.y - b.y).forEach((end, place) => {
    if (place) end.y = Math.max(end.y, ends[place - 1].y + 16);
    svg.append(s("text", { x: width - 122, y: end.y + 4, class: `name stage${end.number}` }, end.title));
  });
  return svg;
}
