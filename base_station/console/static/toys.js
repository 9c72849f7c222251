// Toys: who is here, how loud, muted or not; pairing a new one; forgetting what a toy was told.

import { call, post } from "./api.js";
import { h, sure, toast } from "./dom.js";

export async function toysView(section, { happenings }) {
  const here = h("div", { class: "cards" });
  const virtual = virtualCard();
  const paired = h("ul", { class: "list" });
  section.append(h("h1", {}, "Toys"), here, h("h2", {}, "Paired"), paired, pairForm(refreshPaired));
  here.append(virtual.element);
  const shown = new Map();

  /** What the events say is always the newest; an answer to a request may be older than an event already here. */
  function update() {
    for (const [link, card] of shown) {
      if (!happenings.toys.has(link)) {
        card.element.remove();
        shown.delete(link);
      }
    }
    for (const toy of happenings.toys.values()) {
      if (!shown.has(toy.link)) {
        shown.set(toy.link, toyCard(toy.link));
        here.insertBefore(shown.get(toy.link).element, virtual.element);
      }
      shown.get(toy.link).update(toy);
    }
  }
  async function refreshPaired() {
    const known = await call("/api/paired");
    paired.replaceChildren(...(known.length ? known.map((toy) => pairedRow(toy, refreshPaired))
      : [h("li", { class: "quiet" }, "No toy is paired yet.")]));
  }

  update();
  const leave = happenings.listen((event) => {
    if (["Hello", "LinkChanged", "StateChanged", "Detached"].includes(event.event)) update();
    if (["Hello", "LinkChanged", "Detached"].includes(event.event)) virtual.refresh();
  });
  await Promise.all([virtual.refresh(), refreshPaired()]);
  return leave;
}

function toyCard(link) {
  const name = h("h2", {});
  const state = h("p", { class: "state", role: "status" });
  const microphone = h("button", { onclick: () => set("mute", muted ? 0 : 1, `microphone ${muted ? "on" : "off"}`) });
  let muted = false;
  const set = (what, value, done) => post("/api/toys/set", { link, name: what, value: Number(value) })
    .then(() => toast(`${name.textContent}: ${done}.`), (error) => toast(error.message));
  const element = h("article", { class: "card" }, name, state,
    h("label", { class: "field" }, "Volume",
      h("input", { type: "range", min: 0, max: 100, step: 5, value: 70,
        onchange: ({ target }) => set("volume", target.value, `volume ${target.value} %`) })),
    h("div", { class: "row" }, microphone,
      h("button", { class: "danger", onclick: () => forget(name.textContent) }, "Forget what was said")));

  function update(toy) {
    muted = toy.state === "muted";
    name.textContent = toy.name;
    state.textContent = toy.state;
    microphone.textContent = muted ? "Microphone on" : "Microphone off";
    microphone.disabled = toy.state === "away";
  }
  return { element, update };
}

async function forget(toy) {
  if (!(await sure(`Forget everything that ${toy} heard and said, for good?`, "Forget"))) return;
  try {
    const { forgotten } = await post("/api/forget", { toy });
    toast(`${forgotten} turns of ${toy} are forgotten.`);
  } catch (error) {
    toast(error.message);
  }
}

function virtualCard() {
  const button = h("button", { onclick: press });
  let running = false;
  let asked = 0;
  async function refresh() {
    const mine = (asked += 1);
    const { virtual } = await call("/api/toys");
    if (mine !== asked) return; // a later question has a later answer
    running = virtual;
    button.className = running ? "" : "primary";
    button.textContent = running ? "Switch it off" : "Start it";
  }
  async function press() {
    button.disabled = true;
    try {
      await call("/api/toys/virtual", { method: running ? "DELETE" : "POST" });
    } catch (error) {
      toast(error.message);
    }
    button.disabled = false;
    await refresh();
  }
  const element = h("article", { class: "card plain" }, h("h2", {}, "Virtual plush"),
    h("p", { class: "quiet" }, "The toy's own program on this computer. It hears what you type and answers."), button);
  return { element, refresh };
}

function pairedRow({ name, url, paired_unix_s }, refresh) {
  const since = new Date(paired_unix_s * 1000).toLocaleDateString();
  const input = h("input", { value: name, "aria-label": `Name of ${name}`, maxlength: 64 });
  const rename = () => post("/api/paired/rename", { name, new_name: input.value }).then(refresh, (error) => toast(error.message));
  const unpair = async () => {
    if (!(await sure(`Unpair ${name}? It must be paired again before it can talk.`, "Unpair"))) return;
    try {
      await post("/api/paired/forget", { name });
    } catch (error) {
      if (!(await sure(`${error.message}. Forget its key here all the same?`, "Unpair here"))) return;
      await post("/api/paired/forget", { name, here_only: true });
    }
    toast(`${name} is unpaired.`);
    await refresh();
  };
  const talk = () => post("/api/toys/serve", { name }).then(() => toast(`Talking with ${name}.`), (error) => toast(error.message));
  return h("li", { class: "row" }, input, h("span", { class: "quiet" }, `since ${since} · ${url}`),
    h("button", { class: "primary", onclick: talk }, "Connect"), h("button", { onclick: rename }, "Rename"), h("button", { class: "danger", onclick: unpair }, "Unpair"));
}

function pairForm(refresh) {
  const digits = h("input", { name: "digits", inputmode: "numeric", maxlength: 6, autocomplete: "off", required: true });
  const second = h("form", { class: "pairing", hidden: true, onsubmit: (event) => finish(event) },
    h("label", { class: "field" }, "The six digits that the plush speaks", digits), h("button", { class: "primary" }, "Pair"));
  const first = h("form", { class: "pairing", onsubmit: (event) => begin(event) },
    h("label", { class: "field" }, "Where it is connected",
      h("input", { name: "url", placeholder: "/dev/ttyACM0", required: true, autocomplete: "off" })),
    h("label", { class: "field" }, "What to call it", h("input", { name: "name", maxlength: 64, autocomplete: "off" })),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "spoken" }), "By digits that it speaks"),
    h("button", { class: "primary" }, "Pair"));
  const status = h("p", { class: "quiet", role: "status" });

  async function attempt(work) {
    status.textContent = "Talking to the toy…";
    try {
      const { paired, digits: asked } = await work;
      first.hidden = Boolean(asked);
      second.hidden = !asked;
      status.textContent = asked ? "Listen to the plush." : `Paired with ${paired}.`;
      if (asked) digits.focus();
      else await refresh();
    } catch (error) {
      first.hidden = false;
      second.hidden = true;
      status.textContent = error.message;
    }
  }
  function begin(event) {
    event.preventDefault();
    const form = new FormData(first);
    attempt(post("/api/pair", { url: form.get("url"), name: form.get("name"), by_digits: form.has("spoken") }));
  }
  function finish(event) {
    event.preventDefault();
    attempt(post("/api/pair/digits", { digits: digits.value }));
    digits.value = "";
  }
  return h("section", { class: "block", "aria-label": "Pair a toy" }, h("h2", {}, "Pair a toy"), first, second, status);
}
