SELECT lease_id, from_time, until_time FROM revoke_lease($1, $2, $3)
