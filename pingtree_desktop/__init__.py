"""PingTree Desktop: a testing utility for Pingtree's Event Postback API."""

__version__ = "0.1.0"
