"""Builds the recogniser's language model and dictionary: `python models/asr/build_lm.py`.

In      models/asr/patterns/*.toml, pronunciations.txt; the general English trigram inside pocketsphinx's package;
        stories (PLUSH_SHARED_DATA or ../shared/data, text/tinystories_lowercase.txt), needed to rebuild, not to run
Out     base_station/data/asr/plush.lm.bin and plush.dict; the same bytes on every run
Raises  SystemExit with one line when the stories are not there
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pocketsphinx

sys.path.insert(0, str(Path(__file__).parent))
import grammar
import lexicon
import ngram

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
OUT = ROOT / "base_station/data/asr"
SENTENCES = 1_000_000
JOINED = 0.12  # of the sentences are two said in one breath: "hello teddy what is your name"
STORY_WORD_COUNT = 3  # a story word enters the vocabulary from this many uses
GENERAL_WORDS = 6500  # most frequent words of general English that enter it as well
GENERAL_HISTORIES = 20_000
KEEP = 430_000  # pairs and triples together: about 4 MB
# Expectation maximisation on sentences/tuning.txt, held a little towards plain talk.
WEIGHTS = {"patterns": 0.60, "dialogue": 0.12, "stories": 0.05, "general": 0.23}


def shared_data() -> Path:
    return Path(os.environ.get("PLUSH_SHARED_DATA", ROOT.parent / "shared/data"))


def split_sentences(text: str) -> list[list[str]]:
    """Plain lower-case words, a list for each sentence."""
    found = []
    for part in re.split(r"[.!?;:\n]+", text.lower().replace("\u2019", "'")):
        words = re.findall(r"[a-z]+(?:'[a-z]+)*", part)
        if words:
            found.append(words)
    return found


def read_stories(path: Path) -> tuple[list[list[str]], list[list[str]]]:
    """(narration and all, what is said between quotation marks)."""
    text = path.read_text(encoding="utf-8").replace("\u201c", '"').replace("\u201d", '"')
    spoken = " \n".join(re.findall(r'"([^"\n]{2,200})"', text))
    return split_sentences(text), split_sentences(spoken)


def pattern_sentences(count: int) -> list[list[str]]:
    """Sentences of the patterns, some of them joined in pairs, a fixed stride apart."""
    drawn = list(grammar.load(HERE / "patterns").sentences(count))
    stride = 611_953  # a prime: partners come from all over the list
    joined = [drawn[i] + drawn[(i * stride + 7) % len(drawn)] for i in range(0, len(drawn), int(1 / JOINED))]
    return drawn + joined


class General:
    """The package's general trigram model, seen through our vocabulary."""

    def __init__(self, words: list[str]) -> None:
        path = Path(pocketsphinx.get_model_path("en-us")) / "en-us.lm.bin"
        self._model = pocketsphinx.NGramModel(pocketsphinx.Config(), pocketsphinx.LogMath(), str(path))
        self._words = words
        self._known = np.array([self._log([w]) > self._log(["zzzzunknown"]) for w in words])
        raw = np.array([np.exp(self._log([w])) for w in words])
        raw = np.where(self._known, raw, 1e-7)
        raw[ngram.START] = 1e-9
        self._p1 = raw / raw.sum()

    def _log(self, newest_first: list[str]) -> float:
        return float(self._model.prob(newest_first)) * float(np.log(1.0001))

    def unigrams(self) -> ngram.Probs:
        return self._p1

    def bigrams(self, keys: ngram.Keys) -> ngram.Probs:
        words, b = self._words, ngram.BITS
        logs = [self._model.prob([words[k & ngram.MASK], words[k >> b]]) for k in keys.tolist()]
        return self._patched(keys, logs)

    def trigrams(self, keys: ngram.Keys) -> ngram.Probs:
        words, b, m = self._words, ngram.BITS, ngram.MASK
        logs = [self._model.prob([words[k & m], words[(k >> b) & m], words[k >> 2 * b]]) for k in keys.tolist()]
        return self._patched(keys, logs)

    def _patched(self, keys: ngram.Keys, logs: list[int]) -> ngram.Probs:
        probs = np.exp(np.array(logs) * np.log(1.0001))
        return np.where(self._known[keys & ngram.MASK], probs, self._p1[keys & ngram.MASK])

    def frequent_bigrams(self, heads: int, ratio: float) -> ngram.Keys:
        """Pairs that the model finds `ratio` times as likely as chance, for its `heads` commonest first words."""
        words = self._words
        order = np.argsort(-self._p1)[:heads]
        log_p1 = np.log(self._p1) / np.log(1.0001)
        found = []
        follow = [w for w in order.tolist() if self._known[w] and w != ngram.START]
        floor = np.log(ratio) / np.log(1.0001)
        for head in order.tolist():
            if self._known[head] and head != ngram.END:
                name, prob = words[head], self._model.prob
                found += [head << ngram.BITS | w for w in follow if prob([words[w], name]) > log_p1[w] + floor]
        return np.unique(np.array(found, dtype=np.int64))

    def frequent_trigrams(self, histories: ngram.Keys, pairs: ngram.Keys, least: float) -> ngram.Keys:
        """Triples that begin with `histories` and end with one of `pairs`, at least that likely after their history."""
        follow: dict[int, list[int]] = {}
        for key in pairs.tolist():
            follow.setdefault(key >> ngram.BITS, []).append(key & ngram.MASK)
        words, prob = self._words, self._model.prob
        floor = np.log(least) / np.log(1.0001)
        found = []
        for history in histories.tolist():
            old, new = history >> ngram.BITS, history & ngram.MASK
            if self._known[new] and (self._known[old] or old == ngram.START):
                found += [
                    history << ngram.BITS | w
                    for w in follow.get(new, ())
                    if self._known[w] and prob([words[w], words[new], words[old]]) > floor
                ]
        return np.unique(np.array(found, dtype=np.int64))


def choose_words(patterns: list[list[str]], stories: list[list[str]], lex: lexicon.Lexicon) -> list[str]:
    """The vocabulary, sentence marks first. Says which pattern words have no pronunciation."""
    wanted = {word for sentence in patterns for word in sentence}
    mute = sorted(word for word in wanted if not lexicon.pronounce(word, lex))
    if mute:
        print("no pronunciation (add to pronunciations.txt):", " ".join(mute), file=sys.stderr)
    uses = Counter(word for sentence in stories for word in sentence)
    wanted |= {word for word, times in uses.items() if times >= STORY_WORD_COUNT}
    path = Path(pocketsphinx.get_model_path("en-us")) / "en-us.lm.bin"
    model = pocketsphinx.NGramModel(pocketsphinx.Config(), pocketsphinx.LogMath(), str(path))
    plain = (w for w in lex if re.fullmatch(r"[a-z]+('[a-z]+)?", w) and len(w) > 1)
    common = sorted(plain, key=lambda w: (-model.prob([w]), w))
    wanted |= set(common[:GENERAL_WORDS])
    speakable = sorted(word for word in wanted if lexicon.pronounce(word, lex))
    return ["<s>", "</s>", *speakable]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", type=Path, help="print the perplexity on this file's lines (last tab field)")
    arguments = parser.parse_args()
    story_file = shared_data() / "text/tinystories_lowercase.txt"
    if not story_file.exists():
        raise SystemExit(f"{story_file} is missing: the model in base_station/data/asr was built with it and stays")
    lex = lexicon.load(HERE / "pronunciations.txt")
    drawn = pattern_sentences(SENTENCES)
    stories, dialogue = read_stories(story_file)
    words = choose_words(drawn, stories, lex)
    ids = {word: number for number, word in enumerate(words)}
    print(f"{len(drawn)} pattern sentences, {len(stories)} story, {len(dialogue)} dialogue; {len(words)} words")

    def known(sentences: list[list[str]]) -> list[list[int]]:
        return [[ids[w] for w in sentence] for sentence in sentences if all(w in ids for w in sentence)]

    models: dict[str, ngram.Model] = {}
    pairs, triples = [], []
    for name, text, discounts, rare in (
        ("patterns", drawn, (0.75, 0.85), 2),
        ("dialogue", dialogue, (0.75, 0.85), 1),
        ("stories", stories, (0.75, 0.85), 2),
    ):
        two, three = ngram.count(ngram.encode(known(text)))
        models[name] = ngram.KneserNey(len(words), two, three, *discounts)
        pairs.append(two[0])
        triples.append(three[0][three[1] >= rare])
    general = General(words)
    models["general"] = general
    usual = general.frequent_bigrams(3000, 2.0)
    mixture = ngram.Mixture([(WEIGHTS[name], model) for name, model in models.items()])
    likely = mixture.unigrams()[usual >> ngram.BITS] * mixture.bigrams(usual)
    triples.append(general.frequent_trigrams(usual[np.argsort(-likely)[:GENERAL_HISTORIES]], usual, 0.004))
    pairs.append(usual)
    keys2, keys3 = np.unique(np.concatenate(pairs)), np.unique(np.concatenate(triples))
    keys2 = np.union1d(keys2, np.union1d(keys3 >> ngram.BITS, keys3 & ((1 << 2 * ngram.BITS) - 1)))
    print(f"candidates: {len(keys2)} pairs, {len(keys3)} triples")
    final = ngram.pruned(mixture, keys2, keys3, KEEP)
    print(f"kept: {len(final.keys2)} pairs, {len(final.keys3)} triples")
    if arguments.check:
        lines = [split_sentences(line.split("\t")[-1]) for line in arguments.check.read_text().splitlines()]
        check = [[w for part in line for w in part] for line in lines if line]
        inside = known(check)
        print(f"check: {len(check)} sentences, {len(inside)} inside the vocabulary")
        for name, model in [*models.items(), ("mixture", mixture), ("pruned", final)]:
            print(f"  {name:9s} perplexity {ngram.perplexity(model, inside):7.1f}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    lines_written = lexicon.write(arguments.out / "plush.dict", words[2:], lex)
    with tempfile.TemporaryDirectory() as folder:
        arpa = Path(folder) / "plush.lm"
        ngram.write_arpa(arpa, final, words)
        model = pocketsphinx.NGramModel(pocketsphinx.Config(), pocketsphinx.LogMath(), str(arpa))
        model.write(str(arguments.out / "plush.lm.bin"))
    size = sum((arguments.out / name).stat().st_size for name in ("plush.lm.bin", "plush.dict"))
    print(f"{lines_written} pronunciations; {size / 1e6:.2f} MB in {arguments.out}")


if __name__ == "__main__":
    main()
