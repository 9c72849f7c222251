"""The shipped chat model behind the real llama.cpp: answers on topic, remembers, ends, and reads as documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import gguf
import pytest
from llama_cpp import Llama
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from models.llama.chat_tokenizer import FIRST_PIECE, ChatTokenizer
from models.llama.dialogues import Maker, held_out

FILE = Path(__file__).resolve().parents[2] / "base_station" / "data" / "llama" / "plush-chat.gguf"
SYSTEM = "You are Teddy, a kind plush toy talking with a child. Answer in one or two short sentences."

ON_TOPIC = [
    ("why is the sky blue", "blue"),
    ("what do elephants eat", "grass|leaves|fruit"),
    ("tell me a story about a cat", "cat"),
    ("how are you", "fine|good"),
    ("what is your name", "Teddy"),
    ("i am sad", "sorry|hug"),
    ("can you sing", "twinkle|row|macdonald|spider"),
    ("what is two plus three", "five"),
    ("good night", "sleep|dream"),
    ("where do penguins live", "south|cold|sea"),
    ("what does a cow say", "moo"),
    ("why does it rain", "drops|water"),
    ("i hurt my knee", "grown-up"),
    ("are you a human", "plush|toy"),
]


@pytest.fixture(scope="module")
def llama() -> Llama:
    return Llama(str(FILE), n_ctx=512, n_threads=1, n_threads_batch=1, seed=1, verbose=False)


@pytest.fixture(scope="module")
def tokenizer() -> ChatTokenizer:
    fields = gguf.GGUFReader(str(FILE)).fields
    pieces = fields["tokenizer.ggml.tokens"].contents()[FIRST_PIECE:]
    return ChatTokenizer(pieces, list(fields["tokenizer.ggml.scores"].contents()[FIRST_PIECE:]))


def talk(llama: Llama, lines: list[str], system: str = SYSTEM) -> str:
    """Out: the answer to the last line, greedy; every answer on the way must end by itself."""
    messages: list[Any] = [{"role": "system", "content": system}] if system else []
    answer = ""
    for line in lines:
        messages.append({"role": "user", "content": line})
        result: Any = llama.create_chat_completion(messages, temperature=0.0, repeat_penalty=1.0, max_tokens=120)
        assert result["choices"][0]["finish_reason"] == "stop", (line, result)
        answer = result["choices"][0]["message"]["content"].strip()
        messages.append({"role": "assistant", "content": answer})
    return answer


def test_file_is_small_and_says_what_it_is(llama: Llama) -> None:
    assert FILE.stat().st_size <= 5_000_000
    assert llama.metadata["general.architecture"] == "llama"
    assert llama.metadata["general.license"] == "MIT"
    assert llama.metadata["llama.context_length"] == "512"


def test_template_is_as_documented(llama: Llama) -> None:
    formatter = Jinja2ChatFormatter(llama.metadata["tokenizer.chat_template"], eos_token="</s>", bos_token="<s>")  # noqa: S106
    messages: list[Any] = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": " hello "},
        {"role": "assistant", "content": "Hi!"},
        {"role": "user", "content": "who are you"},
    ]
    assert formatter(messages=messages).prompt == (
        "<s><|system|>Be kind.</s><|user|>hello</s><|assistant|>Hi!</s><|user|>who are you</s><|assistant|>"
    )


@pytest.mark.parametrize(("question", "want"), ON_TOPIC)
def test_answers_on_topic(llama: Llama, question: str, want: str) -> None:
    answer = talk(llama, [question])
    assert re.search(want, answer, re.IGNORECASE), answer
    assert answer[-1] in ".!?"


def test_remembers_the_name(llama: Llama) -> None:
    assert "Mia" in talk(llama, ["my name is mia", "what do elephants eat", "what is my name"])
    assert "Tom" in talk(llama, ["hello i am tom", "what is my name"], system="")


def test_does_not_invent_a_name(llama: Llama) -> None:
    answer = talk(llama, ["what is my name"])
    assert re.search("do not know|not told", answer), answer


def test_takes_its_own_name_from_the_system_prompt(llama: Llama) -> None:
    assert "Bobo" in talk(llama, ["what is your name"], SYSTEM.replace("Teddy", "Bobo"))
    assert "Coco" in talk(llama, ["who are you"], "Your name is Coco.")


def test_follows_up(llama: Llama) -> None:
    answer = talk(llama, ["what do pandas eat", "where do they live"])
    assert re.search("china|mountain|forest", answer, re.IGNORECASE), answer


def test_says_kindly_that_it_does_not_know(llama: Llama) -> None:
    answer = talk(llama, ["how do taxes work"])
    assert re.search("not sure|not know|hard question|grown-up|mom or dad", answer), answer


def test_tokens_are_alike(llama: Llama, tokenizer: ChatTokenizer) -> None:
    texts = [text for d in Maker(3).stream(200) for exchange in d.exchanges for text in exchange]
    texts += ["two  spaces", "tab\tline\n", "caf\u00e9 \U0001f9f8", "3,14 + 2 = 5!", "UPPER Case"]
    for text in texts:
        assert llama.tokenize(text.encode(), add_bos=False, special=False) == tokenizer.encode(text), text


def test_training_writes_what_the_template_writes(llama: Llama, tokenizer: ChatTokenizer) -> None:
    system, exchanges = "You are Bobo.", [("hello", "Hi!"), ("why is it dark", "It is night.")]
    tokens, wanted = tokenizer.encode_chat(system, exchanges)
    text = "<s><|system|>You are Bobo.</s>" + "".join(f"<|user|>{a}</s><|assistant|>{b}</s>" for a, b in exchanges)
    assert llama.tokenize(text.encode(), add_bos=False, special=True) == tokens
    assert tokenizer.decode(t for t, want in zip(tokens, wanted, strict=True) if want) == "Hi! It is night."


def test_held_out_phrasings_stay_out_of_training() -> None:
    maker = Maker(1)
    for question in maker.questions:
        drawn = {maker.ask(question) for _ in range(3 * len(question.asks))}
        hidden = {ask for ask in question.asks if held_out(ask, question)}
        assert len(hidden) == len(question.asks) or not drawn & hidden, question


def test_one_seed_gives_one_sequence() -> None:
    assert list(Maker(7).stream(20)) == list(Maker(7).stream(20))
    assert list(Maker(7).stream(20)) != list(Maker(8).stream(20))
