"""`plush llm run` and `plush llm bench`: the C engine on the host or on an emulated Cortex-M33, watched closely.

In      a model file; llm_tool built for the port (this module builds it when it is missing)
Out     text; or figures as a dict, printed as JSON
Raises  BenchError when a tool is missing or a run fails
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from models.llama import image, report
from models.mistake import refuse

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"host": ROOT / "build" / "llm-host", "qemu": ROOT / "build" / "llm-qemu"}
EMULATOR = (
    "qemu-system-arm -M mps2-an505 -display none -monitor none -serial null -icount shift=6 "
    "-semihosting-config enable=on,target=native,arg="
)
CPU_HZ = 150e6
SRAM_BYTES = 350 * 1024  # the Llama's share
SECOND_CORE = report.SECOND_CORE

app = typer.Typer(no_args_is_help=True, help="Run and measure the toy's language model.")


class BenchError(RuntimeError):
    """A tool is missing, or the program failed."""


def tool(port: str, name: str = "llm_tool") -> Path:
    """A program of a port's build, built if need be; a second caller, or process, waits for the first."""
    folder = FOLDERS[port]
    options = ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]
    if port == "qemu":
        chain = ROOT / "toy_mcu" / "ports" / "qemu_an505" / "toolchain.cmake"
        options += ["-DTOY_PORT=qemu_an505", f"-DCMAKE_TOOLCHAIN_FILE={chain}"]
    needed = ["cmake", "ninja"] + (["arm-none-eabi-gcc", "qemu-system-arm"] if port == "qemu" else [])
    if missing := [name for name in needed if shutil.which(name) is None]:
        raise BenchError(f"{', '.join(missing)} not found; README says what to install")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "build.ninja").exists():
            _call(["cmake", "-S", str(ROOT / "toy_mcu"), "-B", str(folder), *options])
        _call(["ninja", "-C", str(folder), name])
    return folder / "tests" / (f"{name}.elf" if port == "qemu" else name)


def _call(command: list[str]) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command[:4])}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def run_tool(port: str, model: Path, **options: object) -> str:
    """Output of llm_tool; options are its key=value words."""
    words = [f"model={model.resolve()}", *(f"{key}={value}" for key, value in options.items())]
    program = str(tool(port))
    if port == "host":
        return _call([program, *words])
    # Semihosting hands arguments over as one comma-separated property.
    arguments = ",arg=".join(["llm_tool", *(word.replace(",", ",,") for word in words)])
    return _call([*(EMULATOR + arguments).split(" "), "-kernel", program])


def sizes(output: str) -> dict[str, int]:
    """The last line of llm_tool."""
    found = re.search(r"sizes (.*)", output)
    if found is None:
        raise BenchError(output)
    words = found[1].split()
    return {key: int(value) for key, value in zip(words[::2], words[1::2], strict=True)}


@dataclass(frozen=True)
class Position:
    """Instructions of one token: forward pass and choice of the next."""

    instructions: int
    matmul: int
    attention: int


def positions_of(output: str) -> list[Position]:
    """The counts a position; the first token's choice comes as a line of its own."""
    rows = [
        tuple(map(int, r)) for r in re.findall(r"position \d+ instructions (\d+) multiply (\d+) attend (\d+)", output)
    ]
    rows[1] = (rows[0][0] + rows[1][0], rows[0][1], rows[0][2])
    return [Position(*row) for row in rows[1:]]


def _mean(values: list[int]) -> float:
    return sum(values) / len(values)


def measure(model: Path, positions: int = 256, window: int = 256) -> dict[str, Any]:
    """Everything that `plush llm bench --json` prints."""
    opened = image.read_image(model.read_bytes())
    output = run_tool("qemu", model, steps=positions, mode="count", cores=1, window=window)
    counted, size = positions_of(output), sizes(output)
    weights = sum(t.effective.size for role, _, t in image.tensors_of(opened.plan) if role != "embedding")
    whole = [p.instructions for p in counted]
    at = [i for i in (1, 128, 255) if i < len(counted)]
    result: dict[str, Any] = {
        "model": model.name,
        "instructions_per_token": {"mean": _mean(whole), "first_100": _mean(whole[:100])}
        | {str(i): whole[i] for i in at},
        "breakdown": {
            "matmul": _mean([p.matmul for p in counted]),
            "attention": _mean([p.attention for p in counted]),
            "rest": _mean([p.instructions - p.matmul - p.attention for p in counted]),
        },
        "instructions_per_mac": _mean([p.matmul for p in counted]) / weights,
        "arena_bytes": size["arena_bytes"],
        "weights_bytes": opened.weights_bytes,
        "model_bytes": size["model_bytes"],
        "state_bytes": size["state_bytes"],
        "stack_bytes": size["stack_bytes"],
    }
    in_sram = size["model_bytes"] + size["arena_bytes"] <= SRAM_BYTES
    result["weights_in"] = "SRAM" if in_sram else "flash or PSRAM, 75 MHz QSPI"
    bus = report.Bus(75e6)
    fetching_s = {i: 0.0 if in_sram else _streaming(opened, i, CPU_HZ, bus, 2).bus_s for i in at}
    result["predicted_tok_s"] = {str(i): predicted(model, i, window, fetching_s[i]) for i in at}
    result["predicted_tok_s_streamed"] = streamed(opened, at)
    result["cost_model"] = cost_model()
    result["gains"] = gains(opened, counted)
    return result


def predicted(model: Path, position: int, window: int = 256, fetching_s: float = 0.0) -> dict[str, float]:
    """Tokens a second at 150 MHz from executed instructions, while DMA fetches for that long."""
    from models.llama import cycles

    elf = tool("qemu")
    one = cycles.measure(elf, model, [position], ["cores=1", f"window={window}"])[position]
    two = cycles.measure(elf, model, [position], ["cores=2", f"window={window}"])[position]
    total = sum(one.cycles.values())
    both = sum(two.cycles.values())
    split = sum(two.stage(two.cycles, stage) for stage in cycles.PARALLEL)
    return {
        "cycles_one_core": total,
        "one_core": 1 / max(total / CPU_HZ, fetching_s),
        "cycles_split_over_two_cores": split,
        "cycles_on_one_of_two_cores": both - split,
        "two_cores": 1 / max((both - split + split / (2 * SECOND_CORE)) / CPU_HZ, fetching_s),
    }


def _streaming(opened: image.Image, position: int, cpu_hz: float, bus: report.Bus, cores: int) -> report.Speed:
    """As in `plush models report`: a cache that leaves no room in SRAM shares the bus with the weights."""
    return report.predict(opened, position, cpu_hz, bus, cores, report.arena_bytes(opened.plan.shape) > SRAM_BYTES)


def streamed(opened: image.Image, positions: list[int]) -> dict[str, dict[str, dict[str, float]]]:
    """Tokens a second with the weights over QSPI while both cores compute, by the bus model."""
    places = {
        "75 MHz QSPI, 150 MHz cores": (CPU_HZ, report.Bus(75e6)),
        "133 MHz QSPI, 266 MHz cores": (266e6, report.Bus(133e6)),
        "pessimistic 10 MB/s, 150 MHz cores": (CPU_HZ, report.Bus(20e6, command_clocks=0)),
    }
    return {
        name: {
            str(position): {
                words: _streaming(opened, position, hz, bus, cores).tokens_a_second
                for cores, words in ((1, "one_core"), (2, "two_cores"))
            }
            for position in positions
        }
        for name, (hz, bus) in places.items()
    }


def cost_model() -> dict[str, Any]:
    """The models behind every predicted figure."""
    from models.llama import cycles

    return {
        "cycles": cycles.COSTS,
        "second_core": f"split work takes 1 / (2 x {SECOND_CORE}) of its cycles, the rest runs on one core",
        "bus": asdict(report.Bus(75e6)) | {"bytes_a_second": report.Bus(75e6).bytes_a_second},
        "bus_pessimistic_bytes_a_second": 10e6,
    }


def gains(opened: image.Image, counted: list[Position]) -> dict[str, float]:
    """What each idea is worth alone, as a factor on speed at position 128 (or the last measured)."""
    shape = opened.plan.shape
    last = counted[min(128, len(counted) - 1)]
    length = min(128, len(counted) - 1)
    every = sum(p.instructions for p in counted[: length + 1])
    sram = report.predict(opened, length, CPU_HZ, None, 1)
    two = report.predict(opened, length, CPU_HZ, None, 2)
    bus = report.Bus(75e6)
    streamed = report.predict(opened, length, CPU_HZ, bus, 2)
    fp32 = 4 * shape.parameters / bus.bytes_a_second
    classifier = opened.plan.classifier.effective.size * 0.93
    return {
        "kv_cache": every / last.instructions,  # without it every earlier position is computed again
        "second_core": sram.compute_s / two.compute_s,
        "quantisation_on_the_bus": fp32 / streamed.bus_s,
        "quantisation_into_sram": fp32 / two.compute_s,
        "prefill_without_classifier": last.instructions / (last.instructions - classifier),
        "prefill_16_tokens_a_pass_on_the_bus": max(streamed.bus_s, streamed.compute_s)
        / max(streamed.bus_s / 16, streamed.compute_s),
    }


@app.command()
def run(
    model: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="a file that `plush models convert` wrote")],
    prompt: Annotated[str, typer.Option(help="how the story begins")] = "",
    steps: Annotated[int, typer.Option(help="tokens to tell")] = 128,
    port: Annotated[str, typer.Option(help="host or qemu")] = "host",
    greedy: Annotated[bool, typer.Option("--greedy", help="always the likeliest token")] = False,
    seed: Annotated[int, typer.Option(help="of the draw")] = 0,
    temperature: Annotated[float, typer.Option(help="0.001 to 65; 1 is the model's own")] = 0.8,
    top_p: Annotated[float, typer.Option(help="draw among the likeliest that sum to this")] = 0.9,
    guard: Annotated[int, typer.Option(help="never repeat a run of this many tokens; 0 off")] = 0,
    window: Annotated[int, typer.Option(help="positions remembered")] = 256,
    cores: Annotated[int, typer.Option(help="1 or 2 threads")] = 2,
) -> None:
    """Tells a story."""
    if port not in FOLDERS:
        raise typer.BadParameter(f"--port is {' or '.join(FOLDERS)}, not {port}")
    heat = 0 if greedy else max(1, round(1000 * temperature))
    try:
        image.read_image(model.read_bytes())
        text = run_tool(
            port, model, prompt=quote(prompt), steps=steps, temperature=heat, top_p=round(1000 * top_p), seed=seed,
            guard=guard, window=window, cores=cores,
        )  # fmt: skip
    except (BenchError, image.ImageError, OSError) as error:
        refuse(error)
    typer.echo(re.sub(r"\nsizes .*\n", "", text))


@app.command()
def bench(
    model: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="a file that `plush models convert` wrote")],
    port: Annotated[str, typer.Option(help="qemu, where instructions can be counted")] = "qemu",
    positions: Annotated[int, typer.Option(help="tokens to run")] = 256,
    window: Annotated[int, typer.Option(help="positions remembered")] = 256,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Counts instructions and predicts speed."""
    if port != "qemu":
        raise typer.BadParameter("instructions are counted on --port qemu")
    try:
        result = measure(model, positions, window)
    except (BenchError, image.ImageError, OSError) as error:
        refuse(error)
    if as_json:
        typer.echo(json.dumps(result, indent=2))
        return
    for key, value in result.items():
        typer.echo(f"{key:34} {value}")
