"""How the site is put together and run."""
