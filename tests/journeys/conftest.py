"""Journeys drive the same window as the tests of its parts."""

from tests.ui.conftest import desk, open_desk

__all__ = ["desk", "open_desk"]
