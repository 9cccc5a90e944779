"""Tests of playground/traffic."""
