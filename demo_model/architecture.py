"""The shapes of the model's networks. Everything that trains or exports builds them here."""

from __future__ import annotations

from typing import Any, cast

from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from demo_model.tokenizer import BEGIN, END, token_id

LATENT_CHANNELS = 12  # see `latents`
LATENT_SIDE = 16  # 256 pixels, 16 times smaller
TRAIN_STEPS = 1000

_TEXT_WIDTH = 96
_SIZE_WIDTH = 8  # of each of the six numbers (sizes and crops) that SDXL conditions on


def new_vae() -> AutoencoderTiny:
    """Five levels, so 16x smaller. The encoder needs no blocks, see `latents`."""
    return AutoencoderTiny(
        encoder_block_out_channels=(12,) * 5,
        decoder_block_out_channels=(32,) * 5,
        num_encoder_blocks=(0,) * 5,
        num_decoder_blocks=(3, 3, 3, 1, 1),
        latent_channels=LATENT_CHANNELS,
        scaling_factor=1.0,
    )


def text_config(tokenizer: CLIPTokenizer) -> CLIPTextConfig:
    """Three layers of width 96. The UNet sees the second's output, the last but one as in SDXL."""
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=_TEXT_WIDTH,
        intermediate_size=4 * _TEXT_WIDTH,
        projection_dim=_TEXT_WIDTH,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length,
        bos_token_id=token_id(tokenizer, BEGIN),
        eos_token_id=token_id(tokenizer, END),
        pad_token_id=token_id(tokenizer, END),
        hidden_act="gelu",
    )


def new_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """The first text encoder."""
    return CLIPTextModel(text_config(tokenizer))


def new_text_encoder_2(tokenizer: CLIPTokenizer) -> CLIPTextModelWithProjection:
    """The second text encoder, whose pooled output sums the prompt up."""
    return CLIPTextModelWithProjection(text_config(tokenizer))


def new_unet() -> UNet2DConditionModel:
    """Three levels: 16x16, 8x8 and 4x4, with attention at 8x8 and in the middle.

    At 4x4 the padding of the convolutions tells each cell where it is: no other part of this UNet
    knows places, so without that level objects stay blobs for long. The pooled prompt scales every
    ResNet block (scale_shift), which teaches colors and shapes sooner than cross-attention does.
    """
    return UNet2DConditionModel(
        sample_size=LATENT_SIDE,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        mid_block_type="UNetMidBlock2DCrossAttn",
        block_out_channels=(64, 112, 144),
        layers_per_block=1,
        transformer_layers_per_block=1,
        attention_head_dim=cast("Any", (2, 4, 4)),  # counts of heads, for all its name
        cross_attention_dim=2 * _TEXT_WIDTH,
        norm_num_groups=16,
        resnet_time_scale_shift="scale_shift",
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=_SIZE_WIDTH,
        projection_class_embeddings_input_dim=6 * _SIZE_WIDTH + _TEXT_WIDTH,
    )


def new_scheduler() -> DDIMScheduler:
    """Starts from pure noise (zero terminal signal, trailing steps); the UNet predicts the picture.

    Pure noise at the first step is what `coupling` needs: there the noise alone says where things
    stand.
    """
    return DDIMScheduler(
        num_train_timesteps=TRAIN_STEPS,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        prediction_type="sample",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=0,
    )
