"""CLIP: how well a picture fits words, as a number."""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

from generation.worker.load_errors import LoadError


class Score(NamedTuple):
    """What a picture got."""

    value: float  # 0 to 100
    cut: int  # how many tokens of the text CLIP did not read


class Clip:
    """A CLIP model with its tokenizer and its way to look at pictures."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Load it from a folder, in 32 bits. Raises LoadError."""
        try:
            # Any: transformers makes many of its signatures at run time.
            model: Any = CLIPModel.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
            )
            processor: Any = CLIPProcessor.from_pretrained(folder, local_files_only=True)
        except Exception as error:
            first = str(error).strip().partition("\n")[0]
            raise LoadError(f"It can't be loaded: {type(error).__name__}: {first}") from error
        self._model = model.eval().to(device)
        self._processor = processor
        self._device = device
        self._texts: dict[str, tuple[torch.Tensor, int]] = {}

    @property
    def limit(self) -> int:
        """How many tokens of a text it reads, the marks of beginning and end among them."""
        return self._model.config.text_config.max_position_embeddings

    @torch.inference_mode()
    def score(self, picture: Image.Image, text: str) -> Score:
        """100 times the cosine between picture and text, and never below 0."""
        inputs = self._processor(images=picture.convert("RGB"), return_tensors="pt")
        seen = _unit(self._model.get_image_features(**inputs.to(self._device)))
        read, cut = self._read(text)
        return Score(100 * max(float((seen * read).sum()), 0.0), cut)

    def _read(self, text: str) -> tuple[torch.Tensor, int]:
        """What it makes of a text; the texts of all models are the same, and kept."""
        if text not in self._texts:
            tokenizer = self._processor.tokenizer
            whole = len(tokenizer(text, verbose=False)["input_ids"])
            inputs = tokenizer(text, truncation=True, max_length=self.limit, return_tensors="pt")
            read = _unit(self._model.get_text_features(**inputs.to(self._device)))
            self._texts[text] = read, max(0, whole - self.limit)
        return self._texts[text]


def _unit(features: Any) -> torch.Tensor:
    """The features as a vector of length 1."""
    # transformers 5 gives an object in place of the vector alone.
    vector: torch.Tensor = getattr(features, "pooler_output", features)
    return vector / vector.norm(dim=-1, keepdim=True)
