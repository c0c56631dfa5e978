"""Resources: a model with its list, pages, forms, JSON and CSV."""
