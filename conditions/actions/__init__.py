"""Writes that touch several models of the reference. In this package import from the defining module."""
