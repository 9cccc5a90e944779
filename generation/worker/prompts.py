"""Prompts as embeddings, words weighted as they were typed; Compel does the arithmetic."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import torch
from compel import Compel, CompelForSD, CompelForSDXL
from compel.prompt_parser import Blend, Conjunction, FlattenedPrompt

from generation.prompts import Join, Part, Prompt, accepted

#: How many prompts are remembered: with SDXL in fp16 each is a third of a megabyte on the device
#: for every 75 tokens.
_REMEMBERED = 16


class Embedded(NamedTuple):
    """One prompt, encoded alone: so it is the same in every batch."""

    tokens: torch.Tensor  # 1 x a multiple of 77 x width
    pooled: torch.Tensor | None  # 1 x width, where the pipeline takes one


class PromptEncoder:
    """Encodes for one pipeline whose text encoders are CLIP's: Stable Diffusion 1, 2 and XL.

    Prompts longer than CLIP takes are encoded in pieces, so that nothing is cut.
    """

    def __init__(self, pipeline: Any) -> None:
        """`pipeline` is on its device."""
        self._pipeline = pipeline
        # Asked once: to say it, the pipeline goes through all of its modules.
        self._device = device = str(pipeline._execution_device)
        if hasattr(pipeline, "text_encoder_2"):
            both = CompelForSDXL(pipeline, device=device)
            self._encoders = [both.compel_1, both.compel_2]
        else:
            self._encoders = [CompelForSD(pipeline, device=device).compel]
        for each in self._encoders:
            provider: Any = each.conditioning_provider
            provider.text_encoder = _Placed(provider.text_encoder, device)
        self._encode = lru_cache(_REMEMBERED)(self._encode_text)
        self._adapters: Hashable = ()  # on the encoders when something was last encoded

    def arguments(
        self,
        texts: Sequence[str],
        negatives: Sequence[str | None],
        adapters: Hashable = (),
    ) -> dict[str, Any]:
        """What the pipeline takes in place of these prompts, as many of one as of the other.

        `adapters` are on the pipeline just now: with others, a text may mean something else.
        """
        wanted = [self._encode(text, adapters) for text in texts]
        unwanted = []
        if negatives[0] is not None or not self._takes_nothing_as_zeros:
            unwanted = [self._encode(text or "", adapters) for text in negatives]
        longest = max(each.tokens.shape[1] for each in (*wanted, *unwanted))
        stacked = partial(self._stacked, length=longest, adapters=adapters)
        arguments = {"prompt_embeds": stacked(wanted)}
        if unwanted:
            arguments["negative_prompt_embeds"] = stacked(unwanted)
        if wanted[0].pooled is not None:
            arguments["pooled_prompt_embeds"] = _pooled(wanted)
            if unwanted:
                arguments["negative_pooled_prompt_embeds"] = _pooled(unwanted)
        return arguments

    @property
    def _takes_nothing_as_zeros(self) -> bool:
        """Whether the pipeline makes zeros of no negative prompt, rather than reading none."""
        return bool(self._pipeline.config.get("force_zeros_for_empty_prompt", False))

    @torch.no_grad()
    def _encode_text(self, text: str, adapters: Hashable) -> Embedded:
        self._read_nothing_anew(adapters)
        prompt = accepted(text)
        if not prompt.is_weighted and self._fits(prompt.plain):
            return self._encode_plain(prompt.plain)
        tree = _tree(prompt)
        tokens = [_read(encoder, tree) for encoder in self._encoders]
        length = max(each.shape[1] for each in tokens)
        empty = _tree(accepted(""))
        padded = [
            _padded(each, length, lambda encoder=encoder: _read(encoder, empty))
            for encoder, each in zip(self._encoders, tokens, strict=True)
        ]
        return Embedded(torch.cat(padded, dim=-1), self._pool(prompt))

    def _read_nothing_anew(self, adapters: Hashable) -> None:
        """Have Compel encode no words anew where other LoRAs are on the encoders by now.

        It remembers that for ever, and reckons weights from it.
        """
        if adapters != self._adapters:
            for encoder in self._encoders:
                provider: Any = encoder.conditioning_provider
                provider._empty_z = None
            self._adapters = adapters

    def _fits(self, text: str) -> bool:
        """Whether every encoder reads all of it in one piece."""
        tokenizers = (getattr(self._pipeline, name, None) for name in ("tokenizer", "tokenizer_2"))
        return all(
            # No character of ASCII is more than a token, and two are the tokenizer's own.
            (text.isascii() and len(text) + 2 <= tokenizer.model_max_length)
            or len(tokenizer(text).input_ids) <= tokenizer.model_max_length
            for tokenizer in tokenizers
            if tokenizer is not None
        )

    def _encode_plain(self, text: str) -> Embedded:
        """The same as Compel's, in fewer passes: it would run the last encoder twice."""
        tokens, _, *pooled = self._pipeline.encode_prompt(
            text,
            device=self._device,
            num_images_per_prompt=1,
            do_classifier_free_guidance=False,
        )
        return Embedded(tokens, pooled[0] if pooled else None)

    def _pool(self, prompt: Prompt) -> torch.Tensor | None:
        """What the last encoder says of the whole: of the words without their marks."""
        last: Any = self._encoders[-1]
        if not last.requires_pooled:
            return None
        if prompt.join is not Join.BLEND:
            return last.conditioning_provider.get_pooled_embeddings([prompt.plain])
        pooled = last.conditioning_provider.get_pooled_embeddings(
            [part.plain for part in prompt.parts]
        )
        shares = torch.tensor([part.share for part in prompt.parts]).to(pooled)
        return (pooled * shares[:, None]).sum(dim=0, keepdim=True)

    def _stacked(
        self, prompts: Sequence[Embedded], length: int, adapters: Hashable
    ) -> torch.Tensor:
        """One after the other, all as long as the longest."""

        def empty() -> torch.Tensor:
            return self._encode("", adapters).tokens

        return torch.cat([_padded(each.tokens, length, empty) for each in prompts])


class _Placed:
    """A text encoder that says where it runs, wherever its weights wait until it does.

    Compel sends what it has made there: where layers come to the device one after the other, that
    would be `meta`, from where nothing comes back.
    """

    def __init__(self, encoder: Any, device: str) -> None:
        self._encoder = encoder
        self.device = torch.device(device)

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self._encoder(*values, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)


def _read(encoder: Compel, tree: Conjunction) -> torch.Tensor:
    """What one encoder makes of a prompt: 1 x a multiple of 77 x width."""
    return encoder.build_conditioning_tensor_for_conjunction(tree)[0]


def _padded(tokens: torch.Tensor, length: int, empty: Callable[[], torch.Tensor]) -> torch.Tensor:
    """With empty pieces after it, up to that many tokens."""
    if tokens.shape[1] == length:
        return tokens
    piece = empty()
    missing = (length - tokens.shape[1]) // piece.shape[1]
    return torch.cat([tokens, *[piece] * missing], dim=1)


def _tree(prompt: Prompt) -> Conjunction:
    """A prompt as Compel's own objects: its notation can't write all that ours means."""
    parts = [_flat(part) for part in prompt.parts]
    if prompt.join is Join.BLEND:
        shares = [part.share for part in prompt.parts]
        return Conjunction([Blend(parts, shares, normalize_weights=False)])
    return Conjunction([*parts])


def _flat(part: Part) -> FlattenedPrompt:
    pieces = [(each.text.strip(), float(each.weight)) for each in part.fragments]
    return FlattenedPrompt(pieces or [("", 1.0)])


def _pooled(prompts: Sequence[Embedded]) -> torch.Tensor:
    return torch.cat([each.pooled for each in prompts if each.pooled is not None])
