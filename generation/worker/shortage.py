"""What a member reads where the device's memory did not suffice."""

from generation.worker.run import Run


def too_little_memory(run: Run) -> str:
    """What the member reads: what was too much, and what to do."""
    spec, request = run.spec, run.requests[0]
    size = f"{request.width}x{request.height}"
    smaller = [str(each) for each in spec.sizes if each.width * each.height < run.pixels]
    if run.wears_loras:
        names = " and ".join(lora.name for lora in request.loras)
        several = len(request.loras) > 1
        remedy = f", or ask for {' or '.join(smaller)}" if smaller and not run.loading else ""
        return (
            f"{spec.title} with the {'LoRAs' if several else 'LoRA'} {names} needs more memory for"
            f" {size} than this host's device has. Leave {'them' if several else 'it'} out{remedy}."
        )
    if run.next_needs_less:
        return (
            f"{spec.title} needed more memory for {size} than this host's device has. Ask again:"
            " from now on Easel paints with it in a way that needs less, and takes longer."
        )
    if run.loading:
        return f"{spec.title} needs more memory than this host's device has. Choose another model."
    remedy = f"Ask for {' or '.join(smaller)}" if smaller else "Choose another model"
    return f"{spec.title} needs more memory for {size} than this host's device has. {remedy}."
