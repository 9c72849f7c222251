"""Which phonemes are misheard: the alignment behind `python -m models.voice.intelligibility --confusions`."""

from models.voice.confusions import GONE, count, lines, pair_up

KNOWN = {"it": [("IH", "T")], "its": [("IH", "T", "S")], "pig": [("P", "IH", "G")], "thick": [("TH", "IH", "K")]}


def test_what_was_said_is_laid_beside_what_was_heard() -> None:
    assert pair_up("abc", "abc") == [("a", "a"), ("b", "b"), ("c", "c")]
    assert pair_up("abc", "axc") == [("a", "a"), ("b", "x"), ("c", "c")]
    assert pair_up("ab", "") == [("a", GONE), ("b", GONE)]
    assert pair_up("", "a") == [(GONE, "a")]


def test_phonemes_are_counted_through_the_words() -> None:
    table = count([(["it"], ["its"]), (["pig"], ["thick"]), (["it"], [])], KNOWN)
    assert table["P"] == {"TH": 1}
    assert table["T"] == {"T": 1, GONE: 1}
    assert table[GONE] == {"S": 1}
    assert lines(count([(["pig"], ["thick"])], KNOWN), 1) == ["P      1 of    1 lost: TH 1"]
