"""The embedded simulator of the documented API; everything it says is SIMULATED."""
