SELECT asn, since FROM assignments WHERE holder = $1
