"""Template tags of the site's own templates."""
