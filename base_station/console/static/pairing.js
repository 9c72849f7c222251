// Pairing: a new toy by its cable or by the digits that it speaks; the paired ones: connect, rename, unpair.

import { call, post } from "./api.js";
import { h, sure, toast } from "./dom.js";

export function pairingBlock() {
  const paired = h("ul", { class: "list" });
  async function refresh() {
    const known = await call("/api/paired");
    paired.replaceChildren(...(known.length ? known.map((toy) => pairedRow(toy, refresh))
      : [h("li", { class: "quiet" }, "No toy is paired yet.")]));
  }
  const element = h("div", {}, h("h2", {}, "Paired"), paired, pairForm(refresh));
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
