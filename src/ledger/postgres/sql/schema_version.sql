SELECT coalesce(max(number), 0)::bigint FROM schema_migrations
