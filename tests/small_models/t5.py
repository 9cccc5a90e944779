"""A small T5, the second or third text encoder of some pipelines."""

from transformers import T5Config, T5EncoderModel, T5Tokenizer

#: What the encoder gives for a token.
WIDTH = 64

_SPECIAL = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -20.0), ("▁", -3.0)]
_CHARACTERS = [(chr(code), -5.0) for code in range(33, 127)]


def tokenizer() -> T5Tokenizer:
    """A tokenizer of single characters."""
    return T5Tokenizer(
        vocab=_SPECIAL + _CHARACTERS,
        extra_ids=0,
        additional_special_tokens=[],
        model_max_length=512,
    )


def text_encoder(tokens: T5Tokenizer) -> T5EncoderModel:
    """An encoder for the tokens of `tokens`."""
    config = T5Config(
        vocab_size=len(tokens),
        d_model=WIDTH,
        d_kv=8,
        d_ff=48,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
    )
    return T5EncoderModel(config)
