// Toys: who is here, how loud, muted or not; forgetting what a toy was told. Beside them the children and the pairing.

import { call, post } from "./api.js";
import { h, sure, toast } from "./dom.js";
import { familyBlock } from "./family.js";
import { WORDS } from "./live.js";
import { pairingBlock } from "./pairing.js";

export async function toysView(section, { happenings }) {
  const here = h("div", { class: "cards" });
  const virtual = virtualCard();
  const family = familyBlock(happenings);
  const pairing = pairingBlock();
  section.append(h("h1", {}, "Toys"), here, family.element, pairing.element);
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
  update();
  const leave = happenings.listen((event) => {
    if (["Hello", "LinkChanged", "StateChanged", "ToyReported", "Detached"].includes(event.event)) update();
    if (["Hello", "LinkChanged", "Detached"].includes(event.event)) virtual.refresh();
  });
  await Promise.all([virtual.refresh(), family.refresh(), pairing.refresh()]);
  return leave;
}

function toyCard(link) {
  const name = h("h2", {});
  const state = h("p", { class: "state", role: "status" });
  const microphone = h("button", { onclick: () => set("mute", muted ? 0 : 1, `microphone ${muted ? "on" : "off"}`) });
  let muted = false;
  const set = (what, value, done) => post("/api/toys/set", { link, name: what, value: Number(value) })
    .then(() => toast(`${name.textContent}: ${done}.`), (error) => toast(error.message));
  const volume = h("input", { type: "range", min: 0, max: 100, step: 5, value: 70,
    onchange: ({ target }) => set("volume", target.value, `volume ${target.value} %`) });
  const element = h("article", { class: "card" }, name, state,
    h("label", { class: "field" }, "Volume", volume),
    h("div", { class: "row" }, microphone,
      h("button", { class: "danger", onclick: () => forget(name.textContent) }, "Forget what was said")));

  function update(toy) {
    muted = toy.state === "muted";
    name.textContent = toy.name;
    state.textContent = WORDS[toy.state] ?? toy.state;
    element.dataset.state = toy.state;
    if (toy.volume && document.activeElement !== volume) volume.value = parseInt(toy.volume, 10);
    microphone.textContent = muted ? "Microphone on" : "Microphone off";
    volume.disabled = microphone.disabled = toy.state === "away";
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
