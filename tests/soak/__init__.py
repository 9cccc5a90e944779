"""Nothing is lost: jobs of many members while the bot, its worker and Discord keep failing.

`python -m tests.soak` (or `make soak`) runs it at length, `test_soak` in short.
"""
