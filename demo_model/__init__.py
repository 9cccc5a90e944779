"""The demo model: a StableDiffusionXLPipeline of a few million parameters, trained here.

It paints colored shapes on colored backgrounds and knows some thirty words (`vocabulary`). The bot
loads `demo_model/weights/` as it would load any other SDXL model; nothing outside this package
knows that it is special. `README.md` beside this file is the model card.
"""
