"""Work of the command line that needs what the bot's process never imports: one program each.

`python -m generation.tools.NAME`, started by bot/cli; JSON on stdin says what is to be done.
"""
