"""`plush wake ...` and `plush commands ...`: training, measuring and coaching the toy's hearing.

In      folders and files of sound; everything is heard by the compiled toy code
Out     a table for people, or --json
Raises  typer.BadParameter for what the user can mend
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from models.wake import evaluate
from models.wake.paths import BUILD, HERE, shared_data

wake = typer.Typer(help="The wake phrase: measure, train, coach.", no_args_is_help=True)
commands = typer.Typer(help="The spoken commands that the toy knows by itself.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False)]
Model = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="another network than the shipped one")]


def attach(app: typer.Typer) -> None:
    """Adds both groups to the `plush` command."""
    app.add_typer(wake, name="wake")
    app.add_typer(commands, name="commands")


@commands.callback()
def _group() -> None:
    """Keeps `eval` a command of its own, although it is the only one."""


@commands.command("eval")
def commands_eval(folder: Folder, model: Model = None, as_json: Json = False) -> None:
    """Accuracy on FOLDER/WORD/*.wav or .flac; words that the model lacks count as unknown."""
    found = _or_complain(lambda: evaluate.commands(folder, model))
    if as_json:
        print(evaluate.as_json(found))
        return
    print(f"{found.files} files, accuracy {found.accuracy:.1%}")
    if found.benchmark_accuracy is not None:
        print(f"twelve classes of Speech Commands: {found.benchmark_accuracy:.1%}")
    for word, share in found.recall.items():
        said = sorted(found.confusion[word].items(), key=lambda item: -item[1])[:5]
        print(f"  {word:<12} {share:6.1%}   " + ", ".join(f"{other} {count}" for other, count in said))


@wake.command("eval")
def wake_eval(
    positives: Annotated[Path, typer.Option(exists=True, file_okay=False)],
    negatives: Annotated[Path | None, typer.Option(exists=True, file_okay=False)] = None,
    second_stage: Annotated[bool, typer.Option(help="count only what the base station confirms")] = False,
    weights: Annotated[Path | None, typer.Option(help="another second stage than the shipped one")] = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Recall, false accepts an hour, latency after the phrase's end."""
    look = second_look(weights) if second_stage else None
    found = _or_complain(lambda: evaluate.wake(positives, negatives, look, model))
    if as_json:
        print(evaluate.as_json(found))
        return
    print(
        f"recall {found.recall:.1%} of {found.positives}  "
        + "  ".join(f"{k} {v:.1%}" for k, v in found.recall_by_folder.items())
    )
    print(f"latency after the phrase's end: {found.latency_ms}")
    print(
        f"{found.false_accepts} false accepts in {found.negative_hours:.2f} h: "
        f"{found.false_accepts_per_hour:.2f} an hour; false commands {found.false_commands_per_hour:.2f} an hour"
    )
    for name in found.false_accept_files:
        print(f"  {name}")


@wake.command("score")
def wake_score(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)], as_json: Json = False
) -> None:
    """Each file's best score, and when, for the phrase and for every command."""
    found = _or_complain(lambda: evaluate.scores(files))
    if as_json:
        print(json.dumps(found, indent=1))
        return
    for entry in found:
        best = sorted(entry["best"].items(), key=lambda item: -item[1]["score"])[:5]
        print(f"{entry['file']}  {entry['seconds']:.2f} s")
        print("  best  " + ", ".join(f"{word} {b['score']:.3f} at {b['second']:.2f} s" for word, b in best))
        print(
            "  fired "
            + (", ".join(f"{f['word']} {f['score']:.3f} at {f['second']:.2f} s" for f in entry["fired"]) or "nothing")
        )


@wake.command("train")
def wake_train(
    name: Annotated[str, typer.Option(help='the phrase, e.g. "hey bruno"')] = "hey teddy",
    seed: int = 1,
    scale: Annotated[float, typer.Option(help="share of the full amount of data; 0.05 for a try-out")] = 1.0,
    passes: int = 8,
    out: Annotated[Path | None, typer.Option(help="folder for the network, its manifest and the second stage")] = None,
) -> None:
    """Makes a detector of a phrase for the toy and for the base station, from nothing but the phrase."""
    if not re.fullmatch(r"[a-z]+( [a-z]+){1,3}", name.lower()):
        raise typer.BadParameter("a phrase is two to four words of letters")
    from models.wake.pipeline import train_phrase

    target = out or BUILD / "trained" / name.lower().replace(" ", "_")
    print(json.dumps(train_phrase(name.lower(), target, seed, scale, passes), indent=1))


@wake.command("coach")
def wake_coach(
    files: Annotated[
        list[Path] | None, typer.Argument(help="recordings of the child saying the phrase", exists=True)
    ] = None,
    takes: Annotated[int, typer.Option(help="how many to record where no files are given")] = 20,
    negatives: Annotated[Path | None, typer.Option(exists=True, file_okay=False, help="what must not wake it")] = None,
    out: Annotated[Path | None, typer.Option(help="the network with its new threshold")] = None,
    as_json: Json = False,
) -> None:
    """Fits the threshold to one child's voice, and keeps it only when it is better on takes that were put aside."""
    from models.wake import coach

    sounds = _or_complain(lambda: coach.read_takes(files) if files else coach.record(takes))
    found = _or_complain(lambda: coach.coach(sounds, negatives, out or BUILD / "coached" / "hey_teddy.bin"))
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        print(coach.told(found))


def second_look(weights: Path | None) -> evaluate.SecondLook:
    """The base station's own check, as a subprocess would import it: models/ and base_station/ stay apart."""
    folder = shared_data() / "openwakeword"
    arguments = [sys.executable, str(HERE / "second_look.py"), str(folder)]
    process = subprocess.Popen(
        arguments + ([str(weights)] if weights else []), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    def look(pcm: Any) -> bool:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(len(pcm).to_bytes(4, "little") + pcm.astype("<i2").tobytes())
        process.stdin.flush()
        return process.stdout.readline().strip() == b"1"

    return look


def _or_complain(work: Any) -> Any:
    try:
        return work()
    except (FileNotFoundError, ValueError, RuntimeError) as error:
        raise typer.BadParameter(str(error)) from None
