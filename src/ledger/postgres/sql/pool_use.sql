SELECT 0::bigint AS what, asn AS number, 0::bigint AS free_from FROM assignments
UNION ALL
SELECT 1::bigint, network, free_from FROM used_prefixes WHERE free_from > $1
ORDER BY what, number
