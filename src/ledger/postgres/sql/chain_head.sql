SELECT position, link FROM seals ORDER BY position DESC LIMIT 1
