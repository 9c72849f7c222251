// Safety: what was flagged or gated and why; what is kept, for how long, and how to erase it.

import { call, post } from "./api.js";
import { h, sure, toast } from "./dom.js";
import { turnLine } from "./transcripts.js";

export async function safetyView(section, { me }) {
  const [flagged, ...gated] = await Promise.all([
    call("/api/turns?flagged=1&count=20"),
    ...["escalate", "refuse", "redirect"].map((route) => call(`/api/turns?route=${route}&count=20`)),
  ]);
  const known = new Set(flagged.map((turn) => turn.row));
  const others = gated.flat().filter((turn) => !known.has(turn.row) && known.add(turn.row)).sort((a, b) => b.row - a.row);
  section.append(h("h1", {}, "Safety"),
    h("h2", {}, "For parents to look at"),
    flagged.length ? h("ol", { class: "turns" }, flagged.map((turn) => turnLine(turn, me)))
      : h("p", { class: "calm" }, "Nothing was flagged."),
    h("h2", {}, "Gently turned aside"),
    others.length ? h("ol", { class: "turns" }, others.map((turn) => turnLine(turn, me)))
      : h("p", { class: "quiet" }, "Nothing was redirected or refused."),
    await keeping());
}

async function keeping() {
  const now = await call("/api/keeping");
  const names = await call("/api/names");
  const save = async (name, value) => {
    try {
      await post("/api/keeping", { name, value });
      toast("Saved.");
    } catch (error) {
      toast(error.message);
    }
  };
  const days = (name, title) => h("label", { class: "field" }, title, h("input", {
    type: "number", min: 1, max: 3650, value: now[name], onchange: ({ target }) => save(name, Number(target.value)) }));
  return h("section", { class: "block", "aria-label": "What is kept" }, h("h2", {}, "What is kept"),
    h("p", {}, "Everything stays on this computer, in ", h("code", {}, now.folder), "."),
    h("div", { class: "row" },
      days("retention_days", "Keep words for days"), days("sound_retention_days", "Keep sound for days"),
      h("label", { class: "check" }, h("input", { type: "checkbox", checked: now.keep_sound === 1,
        onchange: ({ target }) => save("keep_sound", target.checked ? 1 : 0) }), "Keep sound, encrypted")),
    h("h3", {}, "Erase for good"),
    h("div", { class: "row" },
      names.children.map((child) => eraser(`Forget ${child}`, { child })),
      names.toys.map((toy) => eraser(`Forget ${toy}`, { toy })),
      eraser("Forget everything", { everything: true })));
}

function eraser(title, body) {
  return h("button", { class: "danger", onclick: async () => {
    if (!(await sure(`${title}? Words, traces and sound are erased and cannot be brought back.`, "Forget"))) return;
    try {
      const { forgotten } = await post("/api/forget", body);
      toast(`${forgotten} turns are forgotten.`);
    } catch (error) {
      toast(error.message);
    }
    dispatchEvent(new HashChangeEvent("hashchange"));
  } }, title);
}
