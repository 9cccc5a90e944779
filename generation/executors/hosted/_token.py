"""What is said where a token is all that lacks."""

#: Why nobody paints with a model of Hugging Face's providers then.
NEEDS_ACCESS = (
    "Hugging Face's providers take a token. Put one into HF_TOKEN"
    " (https://huggingface.co/settings/tokens), or give the entry an `endpoint`."
)
