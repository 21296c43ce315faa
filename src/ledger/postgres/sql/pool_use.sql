SELECT network, free_from FROM used_prefixes WHERE free_from > $1 ORDER BY network
