"""What a person sees of a conversation in a terminal: state, words as they come, the reply as it streams, times."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from base_station import events as ev

_FACES = {
    "idle": "[dim]( -.- )[/] waiting",
    "listening": "[green]( o.o )[/] listening",
    "thinking": "[yellow]( o.O )[/] thinking",
    "speaking": "[cyan]( ^o^ )[/] speaking",
    "asleep": "[dim]( u.u )[/] asleep",
    "muted": "[red]( x.x )[/] muted",
}


class LiveView:
    """Give it every event: what is final becomes a line; inside `with view:` the last lines of the screen are live.

    Off a terminal there are only the lines.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._state = "idle"
        self._heard = ""
        self._reply = ""
        self._live: Live | None = None

    def __enter__(self) -> LiveView:
        if self.console.is_terminal:
            self._live = Live(self._now(), console=self.console, auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def show(self, event: ev.Event) -> None:
        match event:
            case ev.EngineChosen(stage=stage, name=name, why=why):
                self._print(f"[dim]{stage}: {escape(name)} ({escape(why)})[/]")
            case ev.LinkChanged(up=up, why=why):
                self._print(f"[dim]link {'up' if up else 'down'} {escape(why)}[/]")
            case ev.ToyReported(kind="state", text=text):
                self._state = text.split()[0]
            case ev.ToyReported(kind="said", text=text):
                self._print(f"[bold]plush:[/] {escape(text)} [dim](by itself)[/]")
            case ev.ToyReported(kind="error", text=text):
                self._print(f"[red]toy: {escape(text)}[/]")
            case ev.HeardPartly(text=text):
                self._heard = text
            case ev.Heard(text=text):
                self._heard = ""
                self._print(f"[bold]you:[/]   {escape(text) or '[dim](nothing understood)[/]'}")
            case ev.ReplyPiece(text=text):
                self._reply += text
            case ev.Failed(stage=stage, text=text):
                self._print(f"[red]{stage}: {escape(text)}[/]")
            case ev.TurnFinished():
                self._finish(event)
        if self._live is not None:
            self._live.update(self._now(), refresh=True)

    def note(self, text: str) -> None:
        self._print(text)

    def _finish(self, turn: ev.TurnFinished) -> None:
        self._reply = ""
        if turn.said:
            self._print(f"[bold]plush:[/] {escape(turn.said)}")
        times = "  ".join(f"{name} {value:.0f} ms" for name, value in turn.latency_ms.items())
        self._print(f"[dim]       {turn.outcome}; after your last word: {times or 'nothing'}[/]")

    def _now(self) -> RenderableType:
        lines: list[RenderableType] = [Text.from_markup(_FACES.get(self._state, self._state))]
        if self._heard:
            lines.append(Text(f"you:   {self._heard} ...", style="green"))
        if self._reply:
            lines.append(Text(f"plush: {self._reply.strip()}", style="cyan"))
        return Group(*lines)

    def _print(self, text: str) -> None:
        self.console.print(text, soft_wrap=True)
