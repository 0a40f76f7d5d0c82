"""Invented people whose histories the demonstration plays through the site's own services. Nobody here exists."""
