"""Writes that touch several models of members. In this package import from the defining module."""
