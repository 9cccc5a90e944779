"""A small SDXL in a single file, under the names that its first makers gave the layers.

Such a file holds no configurations: they come with `from_single_file(…, config=FOLDER)` from a
folder of the same model.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

_Names = Iterable[tuple[str, str]]  # a pattern and what it is replaced with

_RESNET: _Names = (
    (r"norm1", "in_layers.0"),
    (r"conv1", "in_layers.2"),
    (r"norm2", "out_layers.0"),
    (r"conv2", "out_layers.3"),
    (r"time_emb_proj", "emb_layers.1"),
    (r"conv_shortcut", "skip_connection"),
)
_UNET: _Names = (
    (r"^time_embedding\.linear_1", "time_embed.0"),
    (r"^time_embedding\.linear_2", "time_embed.2"),
    (r"^add_embedding\.linear_1", "label_emb.0.0"),
    (r"^add_embedding\.linear_2", "label_emb.0.2"),
    (r"^conv_in", "input_blocks.0.0"),
    (r"^conv_norm_out", "out.0"),
    (r"^conv_out", "out.2"),
    (r"^mid_block\.resnets\.0", "middle_block.0"),
    (r"^mid_block\.attentions\.0", "middle_block.1"),
    (r"^mid_block\.resnets\.1", "middle_block.2"),
)
_VAE: _Names = (
    (r"down_blocks\.(\d)\.resnets", r"down.\1.block"),
    (r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample"),
    (r"mid_block\.resnets\.0", "mid.block_1"),
    (r"mid_block\.resnets\.1", "mid.block_2"),
    (r"mid_block\.attentions\.0", "mid.attn_1"),
    (r"attn_1\.group_norm", "attn_1.norm"),
    (r"attn_1\.to_(q|k|v)", r"attn_1.\1"),
    (r"attn_1\.to_out\.0", "attn_1.proj_out"),
    (r"conv_norm_out", "norm_out"),
    (r"conv_shortcut", "nin_shortcut"),
)
_OPEN_CLIP: _Names = (
    (r"^text_model\.embeddings\.token_embedding", "token_embedding"),
    (r"^text_model\.embeddings\.position_embedding\.weight", "positional_embedding"),
    (r"^text_model\.final_layer_norm", "ln_final"),
    (r"^text_model\.encoder\.layers", "transformer.resblocks"),
    (r"self_attn\.out_proj", "attn.out_proj"),
    (r"layer_norm(1|2)", r"ln_\1"),
    (r"mlp\.fc1", "mlp.c_fc"),
    (r"mlp\.fc2", "mlp.c_proj"),
)


def write_checkpoint(pipeline: Any, path: Path) -> Path:
    """Write all weights of an SDXL pipeline into the file `path`."""
    tensors = {
        **_renamed(pipeline.unet, "model.diffusion_model.", _unet_name),
        **_vae(pipeline.vae),
        **_renamed(pipeline.text_encoder, "conditioner.embedders.0.transformer.", _clip_name),
        **_open_clip(pipeline.text_encoder_2),
    }
    halves = {name: tensor.half().contiguous() for name, tensor in tensors.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(halves, path)
    return path


def _renamed(model: Any, prefix: str, rename: Callable[[str], str]) -> dict[str, Tensor]:
    weights: Mapping[str, Tensor] = model.state_dict()
    return {prefix + rename(name): tensor for name, tensor in weights.items()}


def _replaced(name: str, names: _Names) -> str:
    for pattern, replacement in names:
        name = re.sub(pattern, replacement, name)
    return name


def _clip_name(name: str) -> str:
    return name if name.startswith("text_model.") else f"text_model.{name}"


def _unet_name(name: str) -> str:
    name = _replaced(name, _UNET)
    name = re.sub(r"^(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)", _block, name)
    name = name.replace(".op.conv.", ".op.")
    is_resnet = re.match(r"((input|output)_blocks\.\d+\.0|middle_block\.[02])\.", name)
    return _replaced(name, _RESNET) if is_resnet else name


def _block(match: re.Match[str]) -> str:
    """Where the first makers counted on, diffusers counts by level and layer: three to a level."""
    way, level, kind, layer = match[1], int(match[2]), match[3], int(match[4])
    side = "input_blocks" if way == "down" else "output_blocks"
    number = 3 * level + layer + (1 if way == "down" else 0)
    if kind == "downsamplers":
        return f"{side}.{3 * level + 3}.0.op"
    if kind == "upsamplers":  # after the attention, which the small model has at level 0
        return f"{side}.{3 * level + 2}.2"
    return f"{side}.{number}.{0 if kind == 'resnets' else 1}"


def _vae(vae: Any) -> dict[str, Tensor]:
    levels = len(vae.config.block_out_channels)

    def turned(match: re.Match[str]) -> str:
        kind = "block" if match[2] == "resnets" else "upsample"
        layer = match[3] if match[2] == "resnets" else ""
        return f"decoder.up.{levels - 1 - int(match[1])}.{kind}{layer}"

    def rename(name: str) -> str:
        name = re.sub(r"^decoder\.up_blocks\.(\d)\.(resnets|upsamplers)(\.\d)", turned, name)
        return _replaced(name, _VAE)

    tensors = _renamed(vae, "first_stage_model.", rename)
    for name, tensor in tensors.items():
        if re.search(r"attn_1\.(q|k|v|proj_out)\.weight", name):
            tensors[name] = tensor[:, :, None, None]  # then a convolution, now a linear layer
    return tensors


def _open_clip(encoder: Any) -> dict[str, Tensor]:
    prefix = "conditioner.embedders.1.model."
    tensors = {}
    for name, tensor in encoder.state_dict().items():
        if match := re.search(r"^(.*)\.self_attn\.q_proj\.(weight|bias)$", name):
            parts = [encoder.state_dict()[name.replace("q_proj", f"{x}_proj")] for x in "qkv"]
            layer = _replaced(match[1], _OPEN_CLIP)
            tensors[f"{prefix}{layer}.attn.in_proj_{match[2]}"] = torch.cat(parts)
        elif name == "text_projection.weight":
            tensors[f"{prefix}text_projection"] = tensor.T
        elif ".k_proj." not in name and ".v_proj." not in name:
            tensors[prefix + _replaced(name, _OPEN_CLIP)] = tensor
    return tensors
