"""The pages that people read, drawn from a snapshot and the past: the wall, an office's page, a link's page."""
