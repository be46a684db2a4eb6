"""The sandbox view."""
