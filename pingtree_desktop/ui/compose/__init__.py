"""The compose view."""
