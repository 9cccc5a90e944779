"""Planted faults: bodies with one fault each, and beside each its healthy twin."""

from tests.unit.playground.planted_faults.fault import Fault
from tests.unit.playground.planted_faults.in_answers import IN_ANSWERS
from tests.unit.playground.planted_faults.in_commands import IN_COMMANDS
from tests.unit.playground.planted_faults.in_components import IN_COMPONENTS
from tests.unit.playground.planted_faults.in_messages import IN_MESSAGES
from tests.unit.playground.planted_faults.in_modals import IN_MODALS

FAULTS = [*IN_MESSAGES, *IN_COMPONENTS, *IN_MODALS, *IN_COMMANDS, *IN_ANSWERS]

__all__ = ["FAULTS", "Fault"]
