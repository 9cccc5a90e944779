"""A small process with Pillow that decodes, checks, labels and encodes pictures.

Pictures from outside are decoded nowhere but in it: what a crafted file does to a decoder, it does
to a process without secrets, under limits, that is replaced at once. `process` is the bot's side;
`png` serves the torch worker too.
"""
