// One turn, opened: what was said, where the time went, what the machine saw.

import { call } from "./api.js";
import { h, speech, sure, toast, when } from "./dom.js";
import { soundOf, soundPlot } from "./sound.js";
import { routeMarks } from "./transcripts.js";
import { stagesOf, waterfall } from "./waterfall.js";

export async function turnView(section, { me, argument }) {
  const { turn, events, sounds } = await call(`/api/turns/${encodeURIComponent(argument)}`);
  section.append(
    h("p", {}, h("a", { href: "#/transcripts" }, "← Transcripts")),
    h("h1", {}, `Turn ${turn.row}`),
    h("p", { class: "meta" }, when(turn.started_unix_s), h("b", {}, turn.child || turn.toy),
      turn.persona && `as ${turn.persona}`, turn.brain === "local" && h("span", { class: "chip" }, "by itself"),
      turn.outcome !== "done" && h("span", { class: "chip warn" }, turn.outcome),
      turn.flags.map((flag) => h("span", { class: "chip flag" }, flag)), routeMarks(turn.routes, me)),
    h("div", { class: "said" },
      h("p", { class: "heard" }, turn.heard ? speech(turn.heard) : h("i", {}, "nothing understood")),
      h("p", { class: "reply" }, turn.said ? speech(turn.said) : h("i", {}, "nothing said"))),
    h("div", { class: "row" },
      sounds.map((way) => h("figure", {},
        h("figcaption", {}, way === "heard" ? "What was heard" : "What was said"),
        h("audio", { controls: true, preload: "metadata", src: `/api/turns/${turn.row}/sound/${way}` }))),
      h("button", { class: "danger", onclick: () => forget(turn.row) }, "Forget this turn")));
  if (me.role === "developer" && !me.child) await detail(section, turn, events, sounds);
}

async function forget(row) {
  if (!(await sure(`Forget turn ${row} for good?`, "Forget"))) return;
  await call(`/api/turns/${row}`, { method: "DELETE" });
  toast(`Turn ${row} is forgotten.`);
  location.hash = "#/transcripts";
}

async function detail(section, turn, events, sounds) {
  const stages = stagesOf(events);
  if (stages.bars.length) {
    section.append(block("Where the time went", h("div", { class: "wide", tabindex: "0" }, waterfall(stages)), timesTable(stages),
      h("p", { class: "quiet" }, "Milliseconds after the child's last voiced sample, on the base station's clock.")));
  }
  const heard = sounds.includes("heard") ? await soundOf(`/api/turns/${turn.row}/sound/heard`) : null;
  const levels = events.find((event) => event.kind === "Level")?.data;
  const started = events.find((event) => event.kind === "TurnStarted")?.data;
  if (heard || levels) {
    section.append(block("What the microphone gave", soundPlot(heard, levels, started, wordsOf(events)),
      !heard && h("p", { class: "quiet" }, "Sound is not kept, so this is its loudness alone. Keeping is switched on under Safety.")));
  }
  const words = wordsOf(events);
  if (words.length) section.append(block("Words and how sure", wordRow(words)));
  const prompt = events.findLast((event) => event.kind === "Prompted")?.data.messages;
  if (prompt) section.append(block("The prompt that the model saw", promptList(prompt)));
  section.append(h("div", { class: "pair" },
    block("Reply", numbers(replyNumbers(events))), block("Link", numbers(turn.link)), block("Engines", numbers(turn.engines))));
  const judged = events.filter((event) => event.kind === "Routed");
  if (judged.length) section.append(block("Safety gate", routeTable(judged)));
  section.append(h("details", {}, h("summary", {}, "Every event"),
    h("pre", { class: "raw", tabindex: "0" }, events.map((event) => `${event.t_ms.toFixed(1)}  ${event.kind}  ${JSON.stringify(event.data)}\n`))));
}

const block = (title, ...content) => h("section", { class: "block", "aria-label": title }, h("h2", {}, title), content);

function timesTable({ bars }) {
  return h("details", {}, h("summary", {}, "As a table"),
    h("table", {}, h("thead", {}, h("tr", {}, ["Stage", "From", "To", "Took"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, bars.map((bar) => h("tr", {}, h("th", { scope: "row" }, bar.name),
        [bar.from, bar.to, bar.to - bar.from].map((ms) => h("td", { class: "number" }, `${ms.toFixed(0)} ms`)))))));
}

function wordsOf(events) {
  return events.findLast((event) => event.kind === "Heard")?.data.words ?? [];
}

function wordRow(words) {
  return h("p", { class: "words" }, words.map(([text, confidence]) =>
    h("span", { class: confidence < 0.5 ? "word unsure" : "word", title: `${Math.round(confidence * 100)} % sure` },
      speech(text), h("small", {}, `${Math.round(confidence * 100)}`))));
}

function promptList(messages) {
  return h("dl", { class: "prompt" }, messages.map(({ role, content }) =>
    [h("dt", {}, role), h("dd", {}, speech(content))]));
}

function replyNumbers(events) {
  const stats = events.findLast((event) => event.kind === "ReplyFinished")?.data.stats ?? {};
  const seconds = ((stats.total_ms ?? 0) - (stats.first_token_ms ?? 0)) / 1000;
  const speed = stats.tokens > 1 && seconds > 0 ? { "tokens a second": ((stats.tokens - 1) / seconds).toFixed(1) } : {};
  return { ...speed, ...stats };
}

function numbers(values) {
  const rows = Object.entries(values ?? {});
  if (!rows.length) return h("p", { class: "quiet" }, "Nothing was counted.");
  return h("table", {}, h("tbody", {}, rows.map(([name, value]) => h("tr", {},
    h("th", { scope: "row" }, name.replaceAll("_", " ")),
    h("td", { class: "number" }, typeof value === "number" ? +value.toFixed(1) : value)))));
}

function routeTable(judged) {
  return h("table", {}, h("thead", {}, h("tr", {}, ["Way", "Route", "Why", "Text"].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", {}, judged.map(({ data }) => h("tr", {}, h("td", {}, data.way), h("td", {}, data.route), h("td", {}, data.why),
      h("td", {}, speech(data.text))))));
}
