"""Do the PIO checks notice a changed program? Every field of every instruction, every other value."""

from __future__ import annotations

import pytest

from tests.py.pio_bench import report
from tests.py.pio_bench.equivalence import is_equivalent
from tests.py.pio_bench.program import load

pytestmark = pytest.mark.timeout(1500)  # 25 s of work, on a machine that may be busy


@pytest.fixture(scope="module")
def survived() -> dict:  # type: ignore[type-arg]
    return {name: report.survivors(name) for name in report.NAMES}


@pytest.mark.parametrize("name", report.NAMES)
def test_at_least_95_percent_of_different_mutants_are_caught(survived, name) -> None:  # type: ignore[no-untyped-def]
    counts, left = survived[name]
    different = [mutant for mutant in left if report.reason(mutant) is None]
    assert counts["caught"] >= 0.95 * (counts["caught"] + len(different)), different


def test_survivors_are_the_listed_ones(survived) -> None:  # type: ignore[no-untyped-def]
    assert report.MUTANTS.read_text(encoding="utf-8") == report.table(survived), (
        "run python -m tests.py.pio_bench.report"
    )


@pytest.mark.long
@pytest.mark.parametrize("name", report.NAMES)
def test_survivors_are_equivalent(survived, name) -> None:  # type: ignore[no-untyped-def]
    program = load(name)
    for mutant in survived[name][1]:
        assert is_equivalent(program, mutant.program) == (report.reason(mutant) is not None), mutant.what


@pytest.mark.parametrize("name", report.NAMES)
def test_the_proof_of_equivalence_can_fail(name: str) -> None:
    """A flipped side-set bit and a longer loop are not equivalent."""
    program = load(name)
    assert is_equivalent(program, program)
    for at in (2, 5):
        assert not is_equivalent(program, program.with_opcode(at, program.opcodes[at] ^ 0x0800))
        assert not is_equivalent(program, program.with_opcode(at, program.opcodes[at] ^ 0x0001))
