// Children: whose plush is whose, who it is for them, bedtime, minutes a day, and what may be kept of what they say.

import { call, post } from "./api.js";
import { h, sure, toast } from "./dom.js";

export function familyBlock(happenings) {
  const cards = h("div", { class: "cards" });
  async function refresh() {
    const [{ children, personas }, paired] = await Promise.all([call("/api/family"), call("/api/paired")]);
    const known = [...paired.map((toy) => toy.name), ...[...happenings.toys.values()].map((toy) => toy.name),
      ...children.map((child) => child.toy).filter(Boolean)];
    const toys = [...new Set(known)].sort();
    cards.replaceChildren(...children.map((child) => childCard(child, toys, personas, refresh)), newChild(refresh));
  }
  const element = h("div", {}, h("h2", {}, "Children"), cards);
  return { element, refresh };
}

function childCard(child, toys, personas, refresh) {
  const [from, to] = child.bedtime.includes("-") ? child.bedtime.split("-").map(clockTime) : ["", ""];
  const minutes = Number.isInteger(child.minutes_per_day) ? child.minutes_per_day : "";
  const talked = child.used_today_s >= 60 ? `Talked for ${Math.round(child.used_today_s / 60)} minutes today.` : "Has not talked today.";
  const form = h("form", { class: "card family", "aria-label": child.child, onsubmit: save },
    h("h3", {}, child.child), h("p", { class: "quiet" }, talked),
    h("label", { class: "field" }, "Plush", choice("toy", [["", "any plush"], ...toys.map((toy) => [toy, toy])], child.toy)),
    h("label", { class: "field" }, "Who it is", choice("persona", personas.map(({ id, name }) => [id, name]), child.persona)),
    field("Age", { name: "age", type: "number", min: 1, max: 17, value: child.age || "" }),
    field("Minutes a day", { name: "minutes", type: "number", min: 1, max: 1440, value: minutes, placeholder: "no limit" }),
    field("Bedtime from", { name: "from", type: "time", value: from }),
    field("until", { name: "to", type: "time", value: to }),
    field("Subjects to leave to you, with commas", { name: "topics", value: child.topics.join(", "), maxlength: 300 }, "whole"),
    check("Stories and songs only", "story_only", child.story_only),
    check("Words and facts may be kept", "consent", child.consent),
    h("div", { class: "row whole" }, h("button", { class: "primary" }, "Save"),
      h("button", { type: "button", class: "danger", onclick: remove }, "Remove")));

  async function save(event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    if (Boolean(given.from) !== Boolean(given.to)) return toast("Bedtime needs both times, or none.");
    await attempt(() => post("/api/family", {
      name: child.child, toy: given.toy, persona: given.persona, age: Number(given.age), minutes: Number(given.minutes),
      bedtime: given.from ? `${given.from}-${given.to}` : "never", topics: given.topics,
      story_only: "story_only" in given, consent: "consent" in given,
    }), `Saved for ${child.child}.`);
  }
  async function remove() {
    if (!(await sure(`Remove ${child.child}, with everything that is set and remembered? Transcripts are erased under Safety.`, "Remove"))) return;
    await attempt(() => post("/api/family/remove", { name: child.child }), `${child.child} is removed.`);
    await refresh();
  }
  return form;
}

function newChild(refresh) {
  const input = h("input", { name: "name", maxlength: 31, required: true, autocomplete: "off" });
  const add = async (event) => {
    event.preventDefault();
    const name = input.value.trim();
    await attempt(() => post("/api/family", { name, bedtime: "never" }), `${name} is set up.`);
    await refresh();
  };
  return h("form", { class: "card plain", onsubmit: add },
    h("h3", {}, "Another child"),
    h("p", { class: "quiet" }, "Once a child is set up, nothing it says is kept until you allow that."),
    h("label", { class: "field" }, "Name", input), h("div", { class: "row" }, h("button", {}, "Set up")));
}

async function attempt(work, done) {
  try {
    await work();
    toast(done);
  } catch (error) {
    toast(error.message);
  }
}

const clockTime = (text) => text.trim().padStart(5, "0");

const field = (title, properties, width = "") => h("label", { class: `field ${width}` }, title, h("input", { autocomplete: "off", ...properties }));

const check = (title, name, checked) => h("label", { class: "check" }, h("input", { type: "checkbox", name, checked }), title);

const choice = (name, values, chosen) => h("select", { name },
  values.map(([value, title]) => h("option", { value, selected: value === chosen }, title)));
