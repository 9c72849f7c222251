"""Engine processes that crash, hang, leak, will not stop or lose their parent: told in time, and nothing is left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from base_station.errors import EngineCrashed, EngineTimeout
from base_station.worker import Limits, Worker
from tests.py.puppet_worker import CHAT, alive, ask, chat_worker, eventually, findable, run, text_of, zombies


@pytest.fixture(autouse=True)
def puppet_path(monkeypatch: pytest.MonkeyPatch) -> None:
    findable(monkeypatch)


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
