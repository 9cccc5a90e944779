"""The process on the device: `python -m generation.worker FD DEVICE`.

The only code that imports torch, diffusers and transformers. It speaks
`generation.processes.frames` over the socket FD:

    from the bot   paint {run, spec, parts: [{job_id, request}], level, room}, cancel {run, part};
                   level and room are what the memory sufficed for before, see scarce
    to the bot     hello {device, device_name, gpu, gpus, torch, diffusers}
                   or unavailable {message};
                   ready, once the slow imports are done;
                   models {loaded, commits}, whenever that has changed; then for a run
                   loading, downloading {done, total} (bytes), loaded,
                   level {level} (how the model is loaded, unless with the first setting: it takes
                   longer), progress {step, steps},
                   scarce {level, room} (the memory did not suffice: how to begin next time),
                   painted (the device is free), and for each part one of
                   finished {part, width, height} + PNG, failed {part, failure, message, detail},
                   cancelled {part};
                   and alive, every two seconds

It paints one run at a time and keeps the models that fit. End of file on the channel ends it.
"""
