"""The process on the device: `python -m generation.worker FD DEVICE`.

The only code that imports torch, diffusers and transformers. It speaks `generation.frames` over the
socket FD:

    from the bot   paint {run, job_id, spec, request}, cancel {run}
    to the bot     hello {device, device_name, gpu, torch, diffusers} or unavailable {message};
                   then ready, once the slow imports are done; then for a run
                   loading, loaded, progress {step, steps}, painted (the device is free), and one of
                   finished {width, height} + PNG, failed {failure, message, detail}, cancelled

It paints one run at a time and keeps the model it used last. End of file on the channel ends it.
"""
