"""The state of a screen and what the person may do now; plain Python, no Qt."""
