"""Write the trained chat model as a GGUF file for llama.cpp, and check the file against PyTorch.

    .venv/bin/python -m models.llama.export_gguf            writes base_station/data/llama/plush-chat.gguf and checks it

In      build/chat/best.pt and tokenizer.json of train_chat.py
Out     a GGUF: architecture "llama", matrices Q8_0 (32 weights a block, one half-precision scale), norms float32,
        the tokenizer, the chat template; at most 5 MB
Raises  SystemExit when llama.cpp's tokens or logits differ from PyTorch's by more than the constants below
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch

from models.llama.chat_model import ChatModel, ChatShape
from models.llama.chat_tokenizer import BOS, EOS, FIRST_BYTE, SPECIALS, ChatTokenizer
from models.llama.dialogues import Maker
from models.llama.train_chat import ROOT, shared_text

TARGET = ROOT / "base_station" / "data" / "llama" / "plush-chat.gguf"
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] | trim + eos_token }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
LARGEST_BYTES = 5_000_000
EXACT_TOLERANCE = 0.06  # of a logit, float32 weights in both; llama.cpp keeps keys and values in half precision
PACKED_AGREEMENT = 0.97  # share of places where the Q8_0 file's best token is that of the float32 weights


def load_checkpoint(folder: Path) -> tuple[ChatModel, ChatTokenizer, dict[str, float]]:
    """Out: the trained model, its tokenizer, and step, tokens and validation of the checkpoint."""
    state = torch.load(folder / "best.pt", weights_only=True)
    model = ChatModel(ChatShape(**state["shape"]))
    model.load_state_dict(state["weights"])
    model.eval()
    return model, ChatTokenizer.load(folder / "tokenizer.json"), {k: state[k] for k in ("step", "tokens", "validation")}


def add_tokenizer(writer: gguf.GGUFWriter, tokenizer: ChatTokenizer) -> None:
    """Write pieces, scores and kinds so that llama.cpp's SentencePiece-like tokenizer does what ChatTokenizer does."""
    kinds = gguf.TokenType
    tokens = [*SPECIALS, *(f"<0x{b:02X}>" for b in range(256)), *tokenizer.pieces]
    types = [kinds.UNKNOWN] + [kinds.CONTROL] * (len(SPECIALS) - 1) + [kinds.BYTE] * 256
    types += [kinds.NORMAL] * len(tokenizer.pieces)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * (FIRST_BYTE + 256) + tokenizer.scores)
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(True)
    writer.add_chat_template(TEMPLATE)


def write(model: ChatModel, tokenizer: ChatTokenizer, info: dict[str, float], path: Path, packed: bool = True) -> None:
    """Write the file; packed: matrices as Q8_0, otherwise as float32 (to check the network itself)."""
    shape = model.shape
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("plush-chat")
    writer.add_description(
        f"Talking plush, embedded chat model, trained from nothing: {info['step']:.0f} steps, "
        f"{info['tokens']:.0f} tokens, validation {info['validation']:.4f}"
    )
    writer.add_license("MIT")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if packed else gguf.LlamaFileType.ALL_F32)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(tokenizer.size)
    add_tokenizer(writer, tokenizer)
    for name, weight in model.state_dict().items():
        data = weight.float().numpy()
        if data.ndim == 2 and packed:
            blocks = gguf.quants.quantize(data, gguf.GGMLQuantizationType.Q8_0)
            writer.add_tensor(name, blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        else:
            writer.add_tensor(name, data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    if packed and path.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes, more than {LARGEST_BYTES}")


def open_llama(path: Path, context: int) -> Any:
    """Out: the file in llama.cpp, keeping the logits of every place."""
    from llama_cpp import Llama

    return Llama(str(path), n_ctx=context, n_threads=1, n_threads_batch=1, logits_all=True, verbose=False)


def check_tokens(llama: Any, tokenizer: ChatTokenizer, samples: int) -> None:
    """Compare llama.cpp's tokens with ours: generated texts, odd ones, stories, and whole dialogues with the marks."""
    dialogues = list(Maker(77, shared_text()).stream(samples))
    texts = [t for d in dialogues for e in d.exchanges for t in e]
    texts += ["  two  spaces ", "tab\tand\nline", "caf\u00e9 \u2764 \U0001f9f8", "3,14 + 2=5!", "UPPER Case tEXt"]
    texts += [" ", "a", "x" * 90]
    texts += [line for line in shared_text().read_text().splitlines()[:3000] if line] if shared_text().exists() else []
    wrong = [t for t in texts if llama.tokenize(t.encode(), add_bos=False, special=False) != tokenizer.encode(t)]
    for d in dialogues:
        text = f"<s><|system|>{d.system}</s>" if d.system else "<s>"
        text += "".join(f"<|user|>{ask}</s><|assistant|>{say}</s>" for ask, say in d.exchanges)
        ours = tokenizer.encode_chat(d.system, d.exchanges)[0]
        wrong += [text] if llama.tokenize(text.encode(), add_bos=False, special=True) != ours else []
    print(f"tokens: {len(wrong)} of {len(texts) + len(dialogues)} texts differ")
    if wrong:
        raise SystemExit(f"llama.cpp tokenises differently: {wrong[:3]!r}")


def compare_logits(llama: Any, model: ChatModel, tokenizer: ChatTokenizer) -> tuple[float, float]:
    """Out: over twenty dialogues, the largest difference of a logit, and how often the best token is the same."""
    worst = agree = total = 0.0
    for dialogue in Maker(78).stream(20):
        tokens = tokenizer.encode_chat(dialogue.system, dialogue.exchanges)[0][: model.shape.context]
        llama.reset()
        llama.eval(tokens)
        theirs = np.array(llama.scores[: len(tokens)])
        with torch.no_grad():
            ours = model(torch.tensor([tokens])).numpy()
        worst = max(worst, float(np.abs(ours - theirs).max()))
        agree += float((ours.argmax(1) == theirs.argmax(1)).sum())
        total += len(tokens)
    return worst, agree / total


def check(model: ChatModel, tokenizer: ChatTokenizer, info: dict[str, float], path: Path, samples: int) -> None:
    """Compare llama.cpp with PyTorch: tokens, logits with float32 weights, best tokens with the shipped file."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.gguf"
        write(model, tokenizer, info, plain, packed=False)
        worst, agree = compare_logits(open_llama(plain, model.shape.context), model, tokenizer)
    print(f"float32 weights: largest logit difference {worst:.4f}, same best token {agree:.4f}")
    shipped = open_llama(path, model.shape.context)
    check_tokens(shipped, tokenizer, samples)
    off, alike = compare_logits(shipped, model, tokenizer)
    print(f"shipped file:    largest logit difference {off:.4f}, same best token {alike:.4f}")
    if worst > EXACT_TOLERANCE or alike < PACKED_AGREEMENT:
        raise SystemExit("llama.cpp's logits differ from PyTorch's")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the trained chat model as GGUF and check it with llama.cpp.")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "chat")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--samples", type=int, default=4000, help="dialogues whose texts are tokenised both ways")
    args = parser.parse_args()
    model, tokenizer, info = load_checkpoint(args.folder)
    write(model, tokenizer, info, args.out)
    print(f"{args.out}: {args.out.stat().st_size} bytes, {model.parameter_count()} parameters, {info}")
    check(model, tokenizer, info, args.out, args.samples)


if __name__ == "__main__":
    main()
