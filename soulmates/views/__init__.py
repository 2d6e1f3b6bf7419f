"""Views, a module for each room."""
