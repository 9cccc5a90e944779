"""Delivery: each job's way shown in its member's message, and its end wherever that can be read.

`_delivery` listens to jobs and follows each with a task of its own; `_conclusion` brings its end to
its member; `_way` knows the places where an answer can be shown, one after another; `_answers` says
what follows from each of Discord's.
"""

from ._delivery import Delivery

__all__ = ["Delivery"]
