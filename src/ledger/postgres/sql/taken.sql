SELECT (SELECT count(*) FROM assignments WHERE asn BETWEEN $1 AND $2),
       (SELECT count(*) FROM used_prefixes WHERE free_from > $3)
