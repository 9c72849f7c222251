"""Engine processes at work: what a caller sends, gets, cancels and is told, in real and in virtual time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from base_station.clock import engine_wait, run_virtual
from base_station.errors import EngineCrashed, EngineError, EngineTimeout, FrameError, ModelError, UsageError
from base_station.worker import Worker
from base_station.worker_frames import Unpacker, pack
from tests.py.puppet_worker import CHAT, ask, chat_worker, eventually, findable, run, text_of


@pytest.fixture(autouse=True)
def puppet_path(monkeypatch: pytest.MonkeyPatch) -> None:
    findable(monkeypatch)


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


def test_a_chatty_engine_neither_blocks_nor_fills_memory() -> None:
    async def main() -> None:
        async with chat_worker() as worker:
            assert await text_of(ask(worker, "chatter")) == "done"
            await eventually(lambda: any("line 2999" in line for line in worker.log))
            assert len(worker.log) <= 40

    run(main)


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
