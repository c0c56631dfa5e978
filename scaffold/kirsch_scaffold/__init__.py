"""The generator: new projects and what is added to them."""
