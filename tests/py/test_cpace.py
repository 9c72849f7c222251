"""CPace against the vectors of draft-irtf-cfrg-cpace (X25519, SHA-512), and against wrong guesses."""

from __future__ import annotations

import pytest

from base_station.errors import SealError
from base_station.link import cpace

SESSION = bytes.fromhex("7e4b4791d6a8ef019b936c79fb7f2c57")
CHANNEL = b"\x0bA_initiator\x0bB_responder"
BASE_SECRET = bytes.fromhex("21b4f4bd9e64ed355c3eb676a28ebedaf6d8f17bdc365995b319097153044080")
TOY_SECRET = bytes.fromhex("848b0779ff415f0af4ea14df9dd1d3c29ac41d836c7808896c4eba19c51ac40a")
BASE_POINT = bytes.fromhex("1d13c89278cdadd826f6d8d7f887701430f8380ddc17611cdd6dc989ce0c9f32")
TOY_POINT = bytes.fromhex("248cccf6d5cdc3646f0ad593f9e6cef4e69d4945f8372e623512ecea32185623")
GENERATOR = bytes.fromhex("d04bf6d41f6a289632a2e929fa29bebd51092512a7829fdde7d314b62f05a73f")
SHARED = bytes.fromhex("5b067effbdc0b2a0e1d907b21ebb25cfedb96a852179a847c37e43ee71322c6b")
SESSION_KEY = bytes.fromhex(
    "6e19b875f7a561d6b3ca3dbb9ef42ac55de3e717881018204b8922b4d5e53bb2"
    "aa82c300bea7b65d2b671da71922ddf6472301b79bc270adfa8bf413285f2263"
)
# u0 .. u5 and u7 of the draft.
LOW_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


def test_the_generator_of_the_draft() -> None:
    assert len(cpace.generator_string(b"Password", CHANNEL, SESSION)) == 170
    assert cpace.generator(b"Password", CHANNEL, SESSION) == GENERATOR


def test_the_messages_and_the_key_of_the_draft() -> None:
    assert cpace.multiply(BASE_SECRET, GENERATOR) == BASE_POINT
    assert cpace.multiply(TOY_SECRET, GENERATOR) == TOY_POINT
    assert cpace.multiply(BASE_SECRET, TOY_POINT) == cpace.multiply(TOY_SECRET, BASE_POINT) == SHARED
    said = cpace.Transcript(SESSION, BASE_POINT, TOY_POINT, b"ADa", b"ADb")
    assert cpace.session_key(said, SHARED) == SESSION_KEY


@pytest.mark.parametrize("point", LOW_ORDER)
def test_points_of_low_order_are_refused(point: str) -> None:
    with pytest.raises(SealError, match="worthless"):
        cpace.multiply(BASE_SECRET, bytes.fromhex(point))


def test_a_point_with_its_uppermost_bit_set() -> None:
    """u6 and its result in the draft: the bit is ignored."""
    secret = bytes.fromhex("af46e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449aff")
    point = bytes.fromhex("daffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")
    expected = "d8e2c776bbacd510d09fd9278b7edcd25fc5ae9adfba3b6e040e8d3b71b21806"
    assert cpace.multiply(secret, point).hex() == expected


def attempt(base_digits: str, toy_digits: str, channel: bytes = b"Bruno") -> tuple[bytes, bytes]:
    """The key at the base and at the toy."""
    base, toy = cpace.BaseAttempt(base_digits, b"Bruno"), cpace.ToyAttempt(toy_digits, channel)
    made = base.finish(*toy.answer(base.session, base.point))
    return made.psk, toy.finish(made.base_tag)


def test_the_same_digits_give_the_same_key_and_each_time_another() -> None:
    first, second = attempt("042817", "042817"), attempt("042817", "042817")
    assert first[0] == first[1]
    assert second[0] == second[1] != first[0]
    assert len(first[0]) == 32


@pytest.mark.parametrize(("toy_digits", "channel"), [("042818", b"Bruno"), ("042817", b"Other")])
def test_other_digits_or_another_toy_are_refused(toy_digits: str, channel: bytes) -> None:
    with pytest.raises(SealError, match="digits"):
        attempt("042817", toy_digits, channel)


def test_an_attempt_is_one_guess_on_either_side() -> None:
    base, toy = cpace.BaseAttempt("111111", b""), cpace.ToyAttempt("222222", b"")
    point, tag = toy.answer(base.session, base.point)
    with pytest.raises(SealError):
        base.finish(point, tag)
    with pytest.raises(SealError, match="one guess"):
        base.finish(point, tag)
    with pytest.raises(SealError, match="one guess"):
        toy.answer(base.session, base.point)
    with pytest.raises(SealError):
        toy.finish(bytes(32))
    with pytest.raises(SealError):
        toy.finish(tag)


def test_a_reflected_tag_proves_nothing() -> None:
    toy = cpace.ToyAttempt("222222", b"")
    base = cpace.BaseAttempt("222222", b"")
    _, tag = toy.answer(base.session, base.point)
    with pytest.raises(SealError):
        toy.finish(tag)


def test_a_text_too_long_is_an_error() -> None:
    with pytest.raises(ValueError, match="127"):
        cpace.generator(b"1", bytes(128), SESSION)
