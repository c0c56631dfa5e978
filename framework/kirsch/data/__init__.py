"""What a project's models and migrations stand on: naming, time stamps, versions, and Alembic behind plain words."""
