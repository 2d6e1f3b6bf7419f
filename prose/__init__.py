"""Markdown to safe HTML, excerpts, clean names. No models at all."""
