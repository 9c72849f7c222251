// What every toy is doing, from the events, whichever view is open. Views listen; they never keep events themselves.

const LEVELS = 80;

function newToy(link, name, state) {
  return { link, name, state, battery: "", volume: "", partial: "", reply: "", levels: [], problem: "" };
}

export class Happenings extends EventTarget {
  toys = new Map(); // link -> what that toy is doing

  take(event) {
    if (event.event === "Hello") this.#begin(event);
    else if (event.event === "Forgotten") this.#forget();
    else if (event.event === "Detached") this.toys.delete(event.link);
    else if (event.link) this.#happen(this.#toy(event), event);
    this.dispatchEvent(new CustomEvent("change", { detail: event }));
  }

  /** Calls `listener(event)` until the returned function is called. */
  listen(listener) {
    const hear = ({ detail }) => listener(detail);
    this.addEventListener("change", hear);
    return () => this.removeEventListener("change", hear);
  }

  #begin({ toys = {}, states = {}, reports = {}, resumed }) {
    if (!resumed) this.toys.clear();
    for (const [link, name] of Object.entries(toys)) {
      if (this.toys.has(link)) continue;
      const { battery = "", volume = "" } = reports[link] ?? {};
      this.toys.set(link, Object.assign(newToy(link, name, states[link] ?? "away"), { battery, volume }));
    }
  }

  #forget() {
    for (const toy of this.toys.values()) Object.assign(toy, { partial: "", reply: "", problem: "" });
  }

  #toy(event) {
    if (!this.toys.has(event.link)) this.toys.set(event.link, newToy(event.link, event.toy || "plush", "away"));
    return this.toys.get(event.link);
  }

  #happen(toy, event) {
    if (event.toy) toy.name = event.toy;
    switch (event.event) {
      case "LinkChanged": toy.state = event.up ? "idle" : "away"; break;
      case "StateChanged": toy.state = event.state; break;
      case "TurnStarted": Object.assign(toy, { partial: "", reply: "", problem: "", levels: [] }); break;
      case "Level": toy.levels.push(event.dbfs); toy.levels.splice(0, toy.levels.length - LEVELS); break;
      case "HeardPartly": case "Heard": toy.partial = event.text; break;
      case "ReplyPiece": toy.reply += event.text; break;
      case "Failed": toy.problem = `${event.stage}: ${event.text}`; break;
      case "ToyReported": if (event.kind in { battery: 0, volume: 0 }) toy[event.kind] = event.text; break;
    }
  }
}
