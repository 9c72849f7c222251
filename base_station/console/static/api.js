// Requests to our own server, and its events. A page that lost the connection asks for what it missed.

export async function call(path, { method = "GET", body } = {}) {
  const answer = await fetch(path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: body === undefined ? {} : { "content-type": "application/json" },
  });
  const result = await answer.json().catch(() => ({ error: `the server answered ${answer.status}` }));
  if (!answer.ok) throw new Error(result.error ?? `the server answered ${answer.status}`);
  return result;
}

export const post = (path, body = {}) => call(path, { method: "POST", body });

/** Calls `take(event)` for every event once and in order; `state("live" | "away")` when the connection changes. */
export function follow(take, state) {
  let epoch = "";
  let seq = 0;
  let pause = 250;
  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/events?epoch=${epoch}&since=${seq}`);
    socket.onmessage = ({ data }) => {
      pause = 250;
      const event = JSON.parse(data);
      if (event.event === "DaemonAway") return state("away");
      if (event.event === "Hello") {
        state("live");
        if (event.epoch !== epoch) seq = event.seq;
        epoch = event.epoch;
      } else if (event.seq <= seq) return;
      else seq = event.seq;
      take(event);
    };
    socket.onclose = () => {
      state("away");
      setTimeout(open, pause);
      pause = Math.min(pause * 2, 5000);
    };
  };
  open();
}
