"""What the libraries say and import by themselves, made fit for this process."""

import importlib
import logging
import warnings

import diffusers
import transformers

# Imported lazily by diffusers, and slow: before the first run rather than in it.
_SLOWEST = "diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl"


def tame() -> None:
    """No progress bars; warnings into our log; no line that quotes a prompt."""
    for library in (diffusers, transformers):
        library.utils.logging.disable_progress_bar()
        library.utils.logging.disable_default_handler()
        library.utils.logging.enable_propagation()
    logging.getLogger("huggingface_hub").handlers.clear()  # it would say everything twice
    # Both speak of prompts that are longer than the tokenizer takes, which the pipelines truncate;
    # generation.worker.lengths tells the member.
    logging.getLogger("diffusers.pipelines").setLevel(logging.ERROR)  # quotes what it truncates
    # A second LoRA file is meant to be one.
    warnings.filterwarnings("ignore", "Already found a `peft_config`", UserWarning)
    # Warns of every part of a model that a LoRA file leaves as it is.
    logging.getLogger("diffusers.loaders.lora_base").setLevel(logging.ERROR)
    logging.getLogger("transformers.tokenization_utils_base").addFilter(_is_of_use)


def import_slowest() -> None:
    """Have what takes longest to import imported."""
    importlib.import_module(_SLOWEST)


def _is_of_use(record: logging.LogRecord) -> bool:
    """Not the warning that a long prompt will end in errors: here it does not."""
    return not record.getMessage().startswith("Token indices sequence length is longer")
