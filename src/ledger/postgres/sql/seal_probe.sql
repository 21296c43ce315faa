SELECT box FROM seal_probe
