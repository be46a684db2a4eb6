"""Everything that touches the disk: history, workspace files, settings, places."""
