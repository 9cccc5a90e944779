"""Small CLIP models: the text encoders of the pipelines, and the whole for scores."""

from pathlib import Path
from typing import Any

import torch
from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
)

from tests.small_models.tokenizer import BEGIN, END, write_tokenizer

#: What a small text encoder gives for a token, and for the whole prompt.
WIDTH = 32
LAYERS = 5


def tokenizer(folder: Path, pad: str = END) -> CLIPTokenizer:
    """A tokenizer, written into `folder` (created)."""
    write_tokenizer(folder, pad)
    return CLIPTokenizer.from_pretrained(folder)


def text_encoder(tokens: CLIPTokenizer) -> CLIPTextModel:
    """An encoder for the tokens of `tokens`."""
    return CLIPTextModel(text_config(tokens))


def text_encoder_with_projection(
    tokens: CLIPTokenizer, width: int = WIDTH
) -> CLIPTextModelWithProjection:
    """An encoder that gives one vector for the whole prompt as well."""
    return CLIPTextModelWithProjection(text_config(tokens, width))


def text_config(tokens: CLIPTokenizer, width: int = WIDTH) -> CLIPTextConfig:
    """The configuration of an encoder for the tokens of `tokens`."""
    numbers = tokens.get_vocab()
    return CLIPTextConfig(
        vocab_size=len(tokens),
        hidden_size=width,
        intermediate_size=37,
        projection_dim=width,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        bos_token_id=numbers[BEGIN],
        eos_token_id=numbers[END],
        pad_token_id=numbers[END],
    )


def write_small_clip(folder: Path, seed: int = 0) -> Path:
    """Write a model that scores pictures against words, in openai/clip-vit-large-patch14's layout.

    `folder` is created. The same seed gives the same weights.
    """
    torch.manual_seed(seed)
    tokens = tokenizer(folder)
    vision: Any = CLIPVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=37,
        projection_dim=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=32,
        patch_size=8,
    )
    text: Any = text_config(tokens)
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=WIDTH)
    CLIPModel(config).save_pretrained(folder)
    # Any: transformers makes the signatures of its image processors at run time.
    processor: Any = CLIPImageProcessor
    sizes = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    processor(**sizes).save_pretrained(folder)
    return folder
