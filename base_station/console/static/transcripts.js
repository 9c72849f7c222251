// Transcripts: search and filters; a page of rows at a time, older ones as one scrolls down.

import { call } from "./api.js";
import { h, speech, when } from "./dom.js";

const PAGE = 50;
const ROUTES = { answer: "answered", redirect: "turned aside", refuse: "not answered", escalate: "sent to a grown-up" };

export async function transcriptsView(section, { me, happenings }) {
  const own = me.child;
  const names = own ? { toys: [], children: [] } : await call("/api/names");
  const form = h("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
    h("input", { type: "search", name: "text", placeholder: "Search what was said", "aria-label": "Search what was said" }),
    !own && choice("toy", "Every toy", names.toys),
    !own && choice("child", "Every child", names.children),
    me.role === "developer" && choice("brain", "Both brains", ["remote", "local"]),
    choice("route", "Every route", Object.keys(ROUTES), Object.values(ROUTES)),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "flagged", value: "1" }), "Only flagged"));
  const list = h("ol", { class: "turns", "aria-label": "Turns" });
  const end = h("p", { class: "quiet end", role: "status" });
  const exports = !own && h("p", { class: "quiet" }, "Save all as ",
    h("a", { href: "/api/export/csv", download: true }, "a table"), " or ",
    h("a", { href: "/api/export/jsonl", download: true }, "JSON lines"), ".");
  section.append(h("h1", {}, "Transcripts"), form, list, end, exports || "");
  let before = 0;
  let asked = 0;
  let busy = false;

  async function more(anew) {
    if (busy && !anew) return;
    const mine = (asked += 1);
    busy = true;
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    if (own) query.set("child", own);
    query.set("count", PAGE);
    if (!anew && before) query.set("before", before);
    const turns = await call(`/api/turns?${query}`);
    if (mine !== asked) return; // something newer was typed meanwhile
    if (anew) list.replaceChildren();
    list.append(...turns.map((turn) => turnLine(turn, me)));
    before = turns.at(-1)?.row ?? before;
    busy = turns.length < PAGE; // nothing older
    end.textContent = busy ? (list.children.length ? "That is all." : "No turn matches.") : "";
  }

  let typing;
  form.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => more(true), 150);
  });
  const watcher = new IntersectionObserver(([entry]) => entry.isIntersecting && more(false), { rootMargin: "600px" });
  await more(true);
  watcher.observe(end);
  const leave = happenings.listen(({ event }) => event === "Forgotten" && more(true));
  return () => {
    watcher.disconnect();
    leave();
  };
}

function choice(name, all, values, titles = values) {
  return h("select", { name, "aria-label": all }, h("option", { value: "" }, all),
    values.map((value, place) => h("option", { value }, titles[place])));
}

/** The safety gate's routes as marks: for parents what came of it, for developers each way's own. */
export function routeMarks(routes, me) {
  const told = Object.entries(routes ?? {}).filter(([, route]) => route !== "answer");
  const words = me.role === "developer" ? told.map(([way, route]) => `${way}: ${route}`) : told.map(([, route]) => ROUTES[route] ?? route);
  return [...new Set(words)].map((text) => h("span", { class: "chip" }, text));
}

/** One row: who and when, what was heard, what was said. */
export function turnLine(turn, me) {
  const marks = [...(turn.flags ?? []).map((flag) => h("span", { class: "chip flag" }, flag)), ...routeMarks(turn.routes, me)];
  if (turn.brain === "local") marks.push(h("span", { class: "chip" }, "by itself"));
  if (turn.outcome !== "done") marks.push(h("span", { class: "chip warn" }, turn.outcome));
  const first = turn.latency_ms?.first_audio;
  if (me.role === "developer" && first !== undefined) marks.push(h("span", { class: "chip number", title: "from the last word to the first sound" }, `${Math.round(first)} ms`));
  return h("li", {},
    h("a", { class: "turn", href: `#/turn/${turn.row}` },
      h("span", { class: "meta" }, when(turn.started_unix_s ?? Date.now() / 1000), h("b", {}, turn.child || turn.toy), marks),
      h("span", { class: "heard" }, turn.heard ? speech(turn.heard) : h("i", {}, "nothing understood")),
      h("span", { class: "reply" }, turn.said ? speech(turn.said) : h("i", {}, "nothing said"))));
}
