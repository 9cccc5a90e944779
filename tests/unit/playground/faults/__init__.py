"""Tests of playground/faults."""
