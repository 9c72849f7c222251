"""Engine processes: what a caller sees when an engine works, hangs, dies, leaks, or when the parent dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from base_station.clock import engine_wait, run_virtual
from base_station.errors import EngineCrashed, EngineError, EngineTimeout, FrameError, ModelError, UsageError
from base_station.request import Request
from base_station.worker import Limits, Worker
from base_station.worker_frames import Unpacker, pack

HERE = Path(__file__).parent
CHAT = "puppet_engine:PuppetChat"


@pytest.fixture(autouse=True)
def puppet_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))


@contextlib.asynccontextmanager
async def chat_worker(**arguments: Any) -> AsyncIterator[Worker]:
    worker = Worker("llm", CHAT, arguments.pop("options", None), **arguments)
    try:
        await worker.start()
        yield worker
    finally:
        await worker.stop()


def ask(worker: Worker, order: str, count: int = 5, timeout_s: float = 5.0) -> Request:
    messages = [{"role": "user", "content": order}]
    return worker.request("reply", messages=messages, max_tokens=count, timeout_s=timeout_s)


async def text_of(request: Request) -> str:
    return "".join([event["piece"] async for event in request])


def alive(pid: int) -> bool:
    """Running, that is, neither gone nor a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def zombies() -> list[str]:
    """Children of ours that ended and were not reaped."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[:2]
            found += [stat.parent.name] * (state == "Z" and int(parent) == os.getpid())
    return found


async def eventually(condition: Callable[[], bool], within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(main(), 30))


def test_events_arrive_in_order_and_the_result_follows() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            request = ask(worker, "count", 200)
            assert await text_of(request) == "".join(f"{n} " for n in range(200))
            assert request.result["first_token_ms"] <= request.result["total_ms"]
            assert worker.info["concurrency"] == 1

    run(main)


def test_requests_wait_their_turn_and_a_queued_one_is_not_timed() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            first, second = ask(worker, "slowly", 40), ask(worker, "pid", timeout_s=0.3)
            texts = await asyncio.gather(text_of(first), text_of(second))
            assert texts == ["".join(f"{n} " for n in range(40)), str(worker.pid)]

    run(main)


def test_a_request_before_the_engine_has_loaded_is_answered() -> None:
    async def main() -> None:
        worker = Worker("llm", CHAT, {"delay_s": 0.3})
        assert await text_of(ask(worker, "count", 2, timeout_s=0.2)) == "0 1 "
        await worker.stop()

    run(main)


def test_a_crash_is_typed_and_a_fresh_process_answers_the_next_request() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            old = worker.pid
            with pytest.raises(EngineCrashed, match="SIGSEGV"):
                await text_of(ask(worker, "crash"))
            assert any("last words" in line for line in worker.log)
            await eventually(lambda: worker.ready)
            assert int(await text_of(ask(worker, "pid"))) == worker.pid != old
            assert worker.starts == 2
            assert old is not None
            assert not alive(old)
            assert not zombies()

    run(main)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_a_killed_or_stopped_engine_is_replaced(sent: signal.Signals) -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            request = ask(worker, "slowly", 1000, timeout_s=0.4)
            await anext(request)
            old = worker.pid
            assert old is not None
            os.kill(old, sent)
            started_s = time.monotonic()
            with pytest.raises(EngineCrashed if sent == signal.SIGKILL else EngineTimeout):
                await text_of(request)
            assert time.monotonic() - started_s < 1.0
            assert int(await text_of(ask(worker, "pid"))) != old
            assert not alive(old)
            assert not zombies()

    run(main)


def test_a_hang_times_out_within_the_given_time() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            started_s = time.monotonic()
            with pytest.raises(EngineTimeout, match=r"no answer for 0\.3 s"):
                await text_of(ask(worker, "deaf", timeout_s=0.3))
            assert 0.3 <= time.monotonic() - started_s < 0.8

    run(main)


def test_an_engine_that_works_without_a_word_is_not_taken_for_one_that_hangs() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            assert await text_of(ask(worker, "reads", 100, timeout_s=0.9)) == "read"
            assert worker.starts == 1

    run(main)


def test_a_loop_that_was_held_up_does_not_blame_the_engine() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            request = ask(worker, "count", 3, timeout_s=0.3)
            time.sleep(0.8)  # noqa: ASYNC251 - the answer lies unread in the socket meanwhile
            assert await text_of(request) == "0 1 2 "
            assert worker.starts == 1

    run(main)


def test_cancel_reaches_a_working_engine_which_lives_on() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            old = worker.pid
            request = ask(worker, "slowly", 10_000)
            await anext(request)
            request.cancel()
            assert await text_of(request) == ""
            started_s = time.monotonic()
            assert int(await text_of(ask(worker, "pid"))) == old
            assert time.monotonic() - started_s < 0.5

    run(main)


def test_cancelling_the_awaiting_task_cancels_the_request() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            task = asyncio.create_task(text_of(ask(worker, "slowly", 10_000)))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert int(await text_of(ask(worker, "pid", timeout_s=1.0))) == worker.pid

    run(main)


def test_an_engine_that_ignores_cancellation_is_killed_and_what_waited_is_answered_by_the_next() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            old = worker.pid
            request = ask(worker, "deaf", timeout_s=30)
            await asyncio.sleep(0.1)
            request.cancel()
            assert int(await text_of(ask(worker, "pid", timeout_s=30))) != old

    run(main)


def test_memory_blow_up_is_ended() -> None:
    async def main() -> None:
        async with chat_worker(limits=Limits(memory_bytes=400_000_000)) as worker:
            with pytest.raises(EngineCrashed, match="more than 400 MB"):
                await text_of(ask(worker, "leak", timeout_s=20))
            assert int(await text_of(ask(worker, "pid"))) == worker.pid

    run(main)


def test_errors_of_the_engine_keep_their_type_and_are_one_line() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            with pytest.raises(EngineError, match=r"^ValueError: two lines$"):
                await text_of(ask(worker, "raise"))
            assert worker.starts == 1
        for options, kind in (({"start": "no model"}, ModelError), ({"start": "die"}, EngineCrashed)):
            worker = Worker("llm", CHAT, options)
            with pytest.raises(kind):
                await worker.start()
            assert worker.pid is None
            with pytest.raises(kind):
                await text_of(ask(worker, "count"))
        with pytest.raises(UsageError, match=r"unknown speech recogniser 'nonsense'; known are duet, pocketsphinx"):
            await Worker("asr", "nonsense").start()

    run(main)


def test_slow_start_times_out() -> None:
    async def main() -> None:
        worker = Worker("llm", CHAT, {"delay_s": 20.0}, limits=Limits(start_s=1.0))
        with pytest.raises(EngineTimeout, match="not ready within 1 s"):
            await worker.start()
        assert not zombies()

    run(main)


def test_stop_takes_the_engines_own_children_along() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            grandchild = int(await text_of(ask(worker, "spawn")))
            assert alive(grandchild)
        await eventually(lambda: not alive(grandchild))
        assert not zombies()

    run(main)


def test_a_chatty_engine_neither_blocks_nor_fills_memory() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            assert await text_of(ask(worker, "chatter")) == "done"
            await eventually(lambda: any("line 2999" in line for line in worker.log))
            assert len(worker.log) <= 40

    run(main)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_the_engine_dies_with_its_parent(sent: signal.Signals) -> None:
    code = (
        "import asyncio\n"
        "from base_station.worker import Worker\n"
        "async def main():\n"
        f"    worker = Worker('llm', {CHAT!r})\n"
        "    print((await worker.start())['pid'], flush=True)\n"
        "    worker.request('reply', messages=[{'role': 'user', 'content': 'deaf'}], max_tokens=1, timeout_s=60)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.send_signal(sent)
        parent.wait(5)
    asyncio.run(eventually(lambda: not alive(pid)))


def test_streamed_input_never_blocks_the_caller_and_marks_tell_how_far_it_is() -> None:
    async def main() -> None:
        worker = Worker("asr", "puppet_engine:PuppetEar")
        await worker.start()
        request = worker.request("listen", hints=["rosie"], stream=True, timeout_s=3.0)
        events: list[Any] = []
        request.on_event = events.append
        started_s = time.monotonic()
        for _ in range(10):
            request.send(b"\1\0" * 320)
        assert time.monotonic() - started_s < 0.05  # the engine needs 0.5 s for this
        request.close_input()
        assert (await request.outcome())["text"] == "3200 samples rosie"
        assert [event["partial"] for event in events] == [f"{320 * n} samples" for n in range(1, 11)]
        await worker.stop()

    run(main)


def test_in_virtual_time_the_clock_stands_still_while_an_engine_works() -> None:
    async def main() -> None:
        worker = Worker("llm", CHAT, external=engine_wait)
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await worker.start()
        assert await text_of(ask(worker, "slowly", 5)) == "0 1 2 3 4 "
        assert loop.time() - began_s < 0.001
        with pytest.raises(EngineTimeout):  # real time, although the virtual clock does not move
            await text_of(ask(worker, "deaf", timeout_s=0.2))
        await asyncio.sleep(3600)
        assert loop.time() - began_s >= 3600
        assert int(await text_of(ask(worker, "pid"))) == worker.pid
        await worker.stop()

    run_virtual(main)


def test_frames_survive_any_cut_and_refuse_damage() -> None:
    messages = [{"id": 1, "op": "x", "pcm": b"\0\xff" * 100}, {"cancel": 1}, {}]
    stream = b"".join(pack(message) for message in messages)
    for step in (1, 2, 3, 7, 50, len(stream)):
        unpacker = Unpacker()
        got = [message for at in range(0, len(stream), step) for message in unpacker.push(stream[at : at + step])]
        assert got == messages
    for bad in (b"\xff\xff\xff\xff", b"\1\0\0\0\xff", b"\1\0\0\0\x01"):
        with pytest.raises(FrameError):
            Unpacker().push(bad)
