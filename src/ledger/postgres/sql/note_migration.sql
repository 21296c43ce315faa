INSERT INTO schema_migrations (number) VALUES ($1)
