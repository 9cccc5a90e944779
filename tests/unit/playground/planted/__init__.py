"""Planted faults: bodies with one fault each, and beside each its healthy twin."""

from tests.unit.playground.planted.fault import Fault
from tests.unit.playground.planted.in_answers import IN_ANSWERS
from tests.unit.playground.planted.in_commands import IN_COMMANDS
from tests.unit.playground.planted.in_components import IN_COMPONENTS
from tests.unit.playground.planted.in_messages import IN_MESSAGES
from tests.unit.playground.planted.in_modals import IN_MODALS

FAULTS = [*IN_MESSAGES, *IN_COMPONENTS, *IN_MODALS, *IN_COMMANDS, *IN_ANSWERS]

__all__ = ["FAULTS", "Fault"]
