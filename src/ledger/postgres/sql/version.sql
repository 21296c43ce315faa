SELECT sum(version)::bigint FROM ledger_versions
