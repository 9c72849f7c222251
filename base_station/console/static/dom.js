// Elements from values. Text always goes in as text, never as HTML, so nothing that a child says can become a page.

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text as it may be shown: control characters and direction overrides become visible marks. */
export function plain(text) {
  return String(text).replace(CONTROLS, (mark) => {
    const code = mark.codePointAt(0);
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : "\u2426";
  });
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : plain(child));
  }
  return element;
}

export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

const SVG = "http://www.w3.org/2000/svg";
export const s = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

/** What somebody said: isolated, in the direction of its own script. */
export const speech = (text, properties) => h("span", { dir: "auto", class: "speech", ...properties }, text);

export function when(unixSeconds) {
  if (!unixSeconds) return "time unknown";
  const date = new Date(unixSeconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return today ? time : `${date.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" })} ${time}`;
}

export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = plain(text);
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (place.textContent = ""), 6000);
}

/** Asks before something that cannot be undone. Resolves to whether the person agreed. */
export function sure(question, action) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-label": question, onclose: () => (resolve(dialog.returnValue === "yes"), dialog.remove()) },
      h("form", { method: "dialog" },
        h("p", {}, question),
        h("div", { class: "row end" },
          h("button", { value: "no" }, "Keep"),
          h("button", { value: "yes", class: "danger" }, action))),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
