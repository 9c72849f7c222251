// Live: each toy's face, level and words as they come, the reply as it streams; interrupt, and talk by text.

import { call, post } from "./api.js";
import { h, plain, s, speech, toast } from "./dom.js";
import { turnLine } from "./transcripts.js";

export const WORDS = {
  away: "not connected", idle: "waiting for its name", listening: "listening", thinking: "thinking",
  speaking: "speaking", asleep: "asleep", muted: "microphone off",
};

export async function liveView(section, { me, happenings }) {
  const cards = h("div", { class: "cards" });
  const recent = h("ol", { class: "turns", "aria-label": "Latest turns" });
  const empty = h("div", { class: "empty" },
    h("p", {}, "No toy is connected."),
    h("p", { class: "quiet" }, "Connect one by cable, or start a virtual plush and type what you would say to it."),
    h("button", { class: "primary", onclick: start }, "Start a virtual plush"));
  section.append(h("h1", {}, "Live"), empty, cards, h("h2", {}, "Latest turns"), recent);
  const shown = new Map();
  const listed = new Set();
  const changed = new Set();
  let frame = 0;

  async function start({ target }) {
    target.disabled = true;
    try {
      await post("/api/toys/virtual");
    } catch (error) {
      toast(error.message);
    }
    target.disabled = false;
  }

  function paint() {
    frame = 0;
    for (const link of changed) shown.get(link)?.update(happenings.toys.get(link));
    changed.clear();
  }

  function update(event) {
    for (const toy of happenings.toys.values()) {
      if (!shown.has(toy.link)) {
        shown.set(toy.link, toyCard(toy));
        cards.append(shown.get(toy.link).element);
      }
      if (!event?.link || event.link === toy.link) changed.add(toy.link);
    }
    for (const [link, card] of shown) {
      if (!happenings.toys.has(link)) {
        card.element.remove();
        shown.delete(link);
      }
    }
    frame ||= requestAnimationFrame(paint); // once a frame, however many words come in it
    empty.hidden = [...happenings.toys.values()].some((toy) => toy.state !== "away");
    if (event?.event === "Forgotten") {
      listed.clear();
      recent.replaceChildren();
      fill();
    }
    if (event?.event === "TurnFinished") recent.prepend(line(event));
  }
  async function fill() {
    for (const turn of await call("/api/turns?count=8")) if (!listed.has(turn.row)) recent.append(line(turn));
  }
  function line(turn) {
    listed.add(turn.row);
    return turnLine(turn, me);
  }

  update();
  const leave = happenings.listen(update); // before the question: what happens meanwhile is not in its answer
  await fill();
  return leave;
}

function toyCard(first) {
  const state = h("p", { class: "state", role: "status" });
  const name = h("h2", {});
  const heard = h("p", { class: "heard", "aria-live": "polite" });
  const reply = h("p", { class: "reply", "aria-live": "polite" });
  const problem = h("p", { class: "problem", role: "alert" });
  const meter = h("canvas", { class: "meter", width: 640, height: 96, role: "img", "aria-label": "Level of the voice" });
  const input = h("input", { name: "text", placeholder: "Say something…", autocomplete: "off",
    "aria-label": "What to say to the plush", maxlength: 300 });
  const interrupt = h("button", { type: "button", onclick: () => post("/api/toys/interrupt", { link: first.link }) },
    "Interrupt");
  const form = h("form", { class: "say", onsubmit: say }, input, h("button", { class: "primary" }, "Say"), interrupt);
  const face = bear();
  const element = h("article", { class: "card toy" },
    h("div", { class: "who" }, face, h("div", {}, name, state)), meter, heard, reply, problem, form);

  async function say(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    try {
      await post("/api/toys/say", { link: first.link, text });
    } catch (error) {
      toast(error.message);
    }
  }

  function update(toy) {
    element.dataset.state = toy.state;
    element.dataset.link = toy.link;
    const battery = toy.battery ? ` · battery ${toy.battery}` : "";
    put(name, toy.name);
    put(state, (WORDS[toy.state] ?? toy.state) + battery);
    put(heard, toy.partial, speech);
    put(reply, toy.reply, speech);
    put(problem, toy.problem);
    interrupt.disabled = !["listening", "thinking", "speaking"].includes(toy.state);
    drawMeter(meter, toy.levels);
  }
  return { element, update };
}

/** A text into its place, if it is another one: a screen reader says anew whatever is written anew. */
function put(place, text, made = plain) {
  if (place.dataset.text === text) return;
  place.dataset.text = text;
  place.replaceChildren(text ? made(text) : "");
}

/** The last eight seconds, a bar for each 100 ms, from -60 dB to full scale. */
function drawMeter(canvas, levels) {
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  const step = canvas.width / 80;
  for (let place = 0; place < 80; place += 1) {
    const level = levels[levels.length - 80 + place];
    const size = level === undefined ? 0.03 : Math.max(0.03, Math.min(1, (level + 60) / 55));
    const height = size * canvas.height;
    pen.fillStyle = level === undefined ? style.getPropertyValue("--line") : style.getPropertyValue("--accent");
    pen.fillRect(place * step + 1, (canvas.height - height) / 2, step - 3, height);
  }
}

/** The face; its eyes and mouth follow the state in the style sheet. */
function bear() {
  const circle = (cx, cy, r, name) => s("circle", { cx, cy, r, class: name });
  return s("svg", { class: "bear", viewBox: "0 0 64 64", "aria-hidden": "true" },
    circle(15, 17, 11, "fur"), circle(49, 17, 11, "fur"), circle(32, 35, 25, "fur"),
    circle(15, 17, 5.5, "muzzle"), circle(49, 17, 5.5, "muzzle"),
    s("ellipse", { cx: 32, cy: 43, rx: 13, ry: 10.5, class: "muzzle" }),
    s("ellipse", { cx: 22.5, cy: 30, rx: 3, ry: 3, class: "eye" }),
    s("ellipse", { cx: 41.5, cy: 30, rx: 3, ry: 3, class: "eye" }),
    s("ellipse", { cx: 32, cy: 38.5, rx: 4, ry: 3, class: "nose" }),
    s("ellipse", { cx: 32, cy: 46, rx: 5, ry: 1.2, class: "mouth" }));
}
