"""A small Qwen3, the text encoder of Z-Image and FLUX.2-klein."""

from transformers import Qwen2Tokenizer, Qwen3Config

from tests.small_models.tokenizer import byte_characters

#: What the encoder gives for a token.
WIDTH = 32

_PAD, _BEGIN, _END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer() -> Qwen2Tokenizer:
    """A tokenizer of single bytes, with the chat's marks as Qwen3 has them."""
    vocabulary = {token: number for number, token in enumerate([*byte_characters(), _PAD])}
    tokens = Qwen2Tokenizer(
        vocab=vocabulary,
        merges=[],
        eos_token=_END,
        pad_token=_PAD,
        extra_special_tokens=[_BEGIN, _END],
        model_max_length=1024,
    )
    tokens.chat_template = _CHAT
    return tokens


def config(tokens: Qwen2Tokenizer, layers: int) -> Qwen3Config:
    """The configuration of an encoder for the tokens of `tokens`."""
    return Qwen3Config(
        vocab_size=len(tokens),
        hidden_size=WIDTH,
        intermediate_size=37,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
    )
