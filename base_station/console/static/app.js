// The page's frame: who is looking, which view is open, and one stream of events for all views.

import { call, follow } from "./api.js";
import { h, toast } from "./dom.js";
import { Happenings } from "./happenings.js";
import { healthView } from "./health.js";
import { liveView } from "./live.js";
import { safetyView } from "./safety.js";
import { toysView } from "./toys.js";
import { transcriptsView } from "./transcripts.js";
import { turnView } from "./turn.js";

const VIEWS = [
  { path: "live", title: "Live", icon: "◉", open: liveView, who: ["developer", "parent"] },
  { path: "transcripts", title: "Transcripts", icon: "☰", open: transcriptsView, who: ["developer", "parent", "child"] },
  { path: "safety", title: "Safety", icon: "♡", open: safetyView, who: ["developer", "parent"] },
  { path: "toys", title: "Toys", icon: "☺", open: toysView, who: ["developer", "parent"] },
  { path: "health", title: "Health", icon: "∿", open: healthView, who: ["developer"] },
];

const me = await call("/api/me");
const who = me.child ? "child" : me.role;
const open = VIEWS.filter((view) => view.who.includes(who));
const happenings = new Happenings();
let leave = () => {};
let shows = 0;

for (const view of open) {
  document.getElementById("nav").append(
    h("a", { href: `#/${view.path}`, "data-path": view.path },
      h("span", { class: "icon", "aria-hidden": "true" }, view.icon), view.title));
}

async function show(navigated) {
  const [path, argument] = location.hash.replace(/^#\/?/, "").split("?")[0].split("/");
  const view = path === "turn" ? { title: `Turn ${argument}`, path: "transcripts", open: turnView }
    : (open.find((each) => each.path === path) ?? open[0]);
  const mine = (shows += 1);
  leave();
  leave = () => {};
  for (const link of document.querySelectorAll("#nav a")) {
    if (link.dataset.path === view.path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${view.title} · Talking plush`;
  const main = document.getElementById("main");
  const section = h("section", { class: `view ${view.path}`, "aria-label": view.title });
  main.replaceChildren(section);
  if (navigated) main.focus({ preventScroll: true }); // a reader hears the new view; the first Tab still finds the skip link
  window.scrollTo(0, 0);
  try {
    const context = { me, happenings, argument, section };
    const left = (await view.open(section, context)) ?? (() => {});
    if (mine === shows) leave = left;
    else left(); // another view was opened meanwhile
  } catch (error) {
    section.append(h("p", { class: "notice" }, error.message));
  }
}

addEventListener("hashchange", show);
addEventListener("unhandledrejection", ({ reason }) => toast(reason?.message ?? reason));

const connection = document.getElementById("connection");
if (who === "child") connection.remove();
else {
  follow((event) => happenings.take(event), (state) => {
    connection.textContent = state === "live" ? "live" : "base station away";
    connection.dataset.state = state;
  });
}
await show(null);
