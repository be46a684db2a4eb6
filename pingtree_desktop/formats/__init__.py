"""Text in, domain out, and back: pure conversions without I/O."""
