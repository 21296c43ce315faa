#!/usr/bin/env bash
# deploy/gateway's Compose file, brought up for real as docs/operating-gateway.md says and lived in: a member's
# life through Caddy, a PostgreSQL that restarts, a gateway that is killed, one that is replaced, a backup that is restored.  By hand, on
# a machine of one's own: it wants root, Docker's engine, docker-compose, Node and PEERLAB_NODE_MODULES (./dev lab), and leaves images
# behind, no more.  Where no engine runs it starts one, and takes back what that one changes in the kernel.
# What no registry gives it builds from Debian's packages, under the names that the Compose file has.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d /tmp/peerlab-test-compose-XXXXXX)
export COMPOSE_PROJECT_NAME=peerlab-test DOCKER_BUILDKIT=1 PEERLAB_SITE=localhost PEERLAB_HTTP_PORT=127.0.0.1:18080 PEERLAB_HTTPS_PORT=127.0.0.1:18443
issuer=http://172.30.64.1:9000/ audience=https://peerlab.test/api identity= engine=

say() { printf '%s %s\n' "$(date +%T)" "$*"; }
die() { say "FAILED: $*"; exit 1; }
compose() { (cd "$work" && docker-compose "$@"); }
finish() {
  [[ $? == 0 ]] || compose logs --tail=15 2>/dev/null || true
  [[ -z $identity ]] || kill "$identity" 2>/dev/null || true
  [[ ! -e $work/compose.yml ]] || compose down -v >/dev/null 2>&1 || true
  [[ -z $engine ]] || stop_engine
  rm -rf "$work"
}
trap finish EXIT

start_engine() {
  sysctl net.ipv4.ip_forward net.bridge >"$work/sysctl" 2>/dev/null || true
  iptables-save >"$work/iptables"
  dockerd >"$work/engine" 2>&1 &
  engine=$!
  local end=$((SECONDS + 60))
  until docker info >/dev/null 2>&1; do
    ((SECONDS < end)) || { tail "$work/engine"; die 'no engine'; }
    sleep 0.2
  done
}
stop_engine() {
  kill "$engine" && wait "$engine" || true
  ip link delete docker0 || true
  iptables-restore <"$work/iptables"
  sysctl --quiet --load="$work/sysctl"
}
docker info >/dev/null 2>&1 || start_engine

# --- images ------------------------------------------------------------------------------------------------------

absent() { ! docker image inspect "$1" >/dev/null 2>&1; }

if absent debian:bookworm-slim; then
  say 'debian:bookworm-slim by debootstrap'
  debootstrap --variant=minbase bookworm "$work/root" >/dev/null
  echo force-unsafe-io >"$work/root/etc/dpkg/dpkg.cfg.d/docker-apt-speedup"  # as Docker's own has it, and no packages
  rm -rf "$work/root/var/cache/apt/"*.bin "$work/root/var/cache/apt/archives/"*.deb
  echo 'DPkg::Post-Invoke {"rm -f /var/cache/apt/*.bin /var/cache/apt/archives/*.deb || true";};' >"$work/root/etc/apt/apt.conf.d/docker-clean"
  tar -C "$work/root" -c . | docker import -c 'CMD ["bash"]' - debian:bookworm-slim >/dev/null
  rm -rf "$work/root"
fi
if absent postgres:15-bookworm; then
  say 'a stand-in for postgres:15-bookworm'
  docker build -q -t postgres:15-bookworm - >/dev/null <<'DOCKERFILE'
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -qy --no-install-recommends postgresql-15 && rm -rf /var/lib/postgresql/15 /var/lib/apt/lists/*
ENV PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/var/lib/postgresql/data
RUN printf '%s\n' '#!/bin/bash' 'set -e' 'install -d -o postgres -m 700 $PGDATA' 'install -d -o postgres /run/postgresql' \
  'if [ ! -s $PGDATA/PG_VERSION ]; then' \
  '  install -o postgres -m 600 $POSTGRES_PASSWORD_FILE /tmp/password' \
  '  setpriv --reuid postgres --regid postgres --init-groups initdb -U $POSTGRES_USER --pwfile=/tmp/password -A scram-sha-256 -E UTF8 --locale=C.UTF-8' \
  '  echo "host all all all scram-sha-256" >> $PGDATA/pg_hba.conf' \
  '  sed -i "s/^local .*/local all all trust/" $PGDATA/pg_hba.conf' \
  '  [ $POSTGRES_DB = postgres ] || echo "CREATE DATABASE $POSTGRES_DB" | setpriv --reuid postgres --regid postgres --init-groups postgres --single -j postgres' \
  'fi' 'exec setpriv --reuid postgres --regid postgres --init-groups postgres -c listen_addresses=\*' > /start && chmod 755 /start
STOPSIGNAL SIGINT
ENTRYPOINT ["/start"]
DOCKERFILE
fi
if absent caddy:2; then
  say 'a stand-in for caddy:2'
  docker build -q -t caddy:2 - >/dev/null <<'DOCKERFILE'
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -qy --no-install-recommends caddy && rm -rf /var/lib/apt/lists/*
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
DOCKERFILE
fi
say 'the image of the gateway'
docker build -q -f deploy/gateway/Dockerfile -t peerlab-gateway . >/dev/null

# --- the folder, as the page says --------------------------------------------------------------------------------

cp deploy/gateway/{compose.yml,Caddyfile} "$work"
mkdir -m 700 "$work/config" "$work/secrets"
sed -e "s|^issuer = .*|issuer = \"$issuer\"\ninsecure_issuer = true|; s|^audience = .*|audience = [\"$audience\"]|" \
  deploy/gateway/gateway.toml.example >"$work/config/gateway.toml"
(
  cd "$work"
  openssl rand -hex 24 >secrets/agent-keys
  openssl rand -hex 24 | tr -d '\n' >secrets/database-password
  echo "postgresql://peerlab:$(cat secrets/database-password)@postgresql/peerlab" >secrets/database-url
  head -c 32 /dev/urandom >secrets/seal.key
  chmod 644 config/gateway.toml
  chmod 400 secrets/*
  chown 64500 secrets/agent-keys secrets/database-url secrets/seal.key
)

# --- up ----------------------------------------------------------------------------------------------------------

eventually() { # COMMAND...: within a minute
  local end=$((SECONDS + 60))
  while ((SECONDS < end)); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
  die "not within a minute: $*"
}
caddy() { curl -sk --max-time 15 "$@"; }
site=https://localhost:18443

compose up --no-start >/dev/null 2>&1
bash -c "exec env ISSUER=$issuer ADDRESS=172.30.64.1 PORT=9000 AUDIENCE=$audience node lab/identity/idp.mjs" >"$work/identity.log" 2>&1 &
identity=$!
eventually curl -sf "$issuer.well-known/openid-configuration"
say 'up'
compose up -d >/dev/null 2>&1
eventually caddy -f "$site/health/ready"

sign_in() { # NAME: a token, by the device flow
  local device
  device=$(curl -sf "${issuer}device/auth" -d client_id=peerlab-cli -d scope=openid)
  node lab/identity/approve.mjs "$(jq -r .verification_uri <<<"$device")" "$(jq -r .user_code <<<"$device")" "$1" >/dev/null
  curl -sf "${issuer}token" -d client_id=peerlab-cli -d grant_type=urn:ietf:params:oauth:grant-type:device_code \
    -d device_code="$(jq -r .device_code <<<"$device")" | jq -r .access_token
}
member() { # NAME METHOD PATH [BODY]: status, then body
  local token=tokens/$1 body=()
  : >"$work/body"
  [[ -z ${4:-} ]] || body=(-H 'Content-Type: application/json' -d "$4")
  caddy -o "$work/body" -w '%{http_code}\n' -H "Authorization: Bearer $(cat "$work/$token")" -X "$2" "${body[@]}" "$site$3"
  cat "$work/body"
}
is() { # STATUS ANSWER
  [[ $(head -1 <<<"$2") == "$1" ]] || die "expected $1: $2"
}
mkdir "$work/tokens"
for name in alice bob; do sign_in "$name" >"$work/tokens/$name"; done

say "a member's life"
is 200 "$(member alice POST /api/user/asn)"
is 200 "$(member alice POST /api/user/prefix '{"duration_hours":4}')"
is 200 "$(member alice GET /api/peerlab/user/info)"
key=$(cat "$work/secrets/agent-keys")
mappings() { caddy -H "Authorization: Bearer $key" "$@" "$site/service/mappings"; }
held() { mappings | jq -r '.. | objects | .prefixes // empty | .[]' | sort; }
[[ $(held | wc -l) == 1 ]] || die 'the lease is not in the mappings'
etag=$(mappings -o /dev/null -D - | tr -d '\r' | sed -n 's/^etag: //Ip')
[[ $(mappings -o /dev/null -w '%{http_code}' --compressed -H "If-None-Match: $etag") == 304 ]] || die 'the ETag does not pass Caddy'

say 'PostgreSQL restarts'
before=$(held)
compose restart postgresql >/dev/null 2>&1
eventually caddy -f "$site/health/ready"
[[ $(held) == "$before" ]] || die 'leases are gone'
is 200 "$(member bob POST /api/user/prefix '{"duration_hours":1}')"

served() { # N: so many requests, all answered
  for _ in $(seq "$1"); do is 200 "$(member alice GET /api/user/info)"; done
}
say 'a gateway is killed'
docker kill "$(compose ps -q gateway2)" >/dev/null
served 60
is 204 "$(member bob DELETE "/api/user/prefix/$(member bob GET /api/user/info | tail -n +2 | jq -r '.active_leases[0].prefix | @uri')")"

say 'a gateway is replaced'
(compose up -d --no-deps --force-recreate gateway1 >/dev/null 2>&1; touch "$work/replaced") &
until [[ -e $work/replaced ]]; do served 5; done
wait $!
healthy() { [[ $(docker inspect -f '{{.State.Health.Status}}' "$(compose ps -q "$1")") == healthy ]]; }
for name in gateway1 gateway3 postgresql; do eventually healthy "$name"; done

say 'a backup, and back'
in_database() { compose exec -T postgresql "$@"; }
in_database pg_dump --username=peerlab --format=custom peerlab >"$work/peerlab.dump"
before=$(held)
is 200 "$(member bob POST /api/user/prefix '{"duration_hours":1}')"
[[ $(held) != "$before" ]] || die 'nothing came after the backup'
compose stop gateway1 gateway2 gateway3 >/dev/null 2>&1
in_database psql --quiet --username=peerlab --dbname=postgres --command='ALTER DATABASE peerlab RENAME TO peerlab_damaged'
in_database createdb --username=peerlab peerlab
in_database pg_restore --username=peerlab --exit-on-error --no-owner --dbname=peerlab <"$work/peerlab.dump"
compose start gateway1 gateway2 gateway3 >/dev/null 2>&1
eventually caddy -f "$site/health/ready"
[[ $(held) == "$before" ]] || die 'the backup is not what was there'

say 'nobody sees a secret'
{ compose logs --no-color; docker inspect $(compose ps -q); docker history --no-trunc peerlab-gateway; } >"$work/seen" 2>&1
for secret in database-password agent-keys; do
  ! grep -qF "$(cat "$work/secrets/$secret")" "$work/seen" || die "$secret is visible"
done
[[ $(docker exec "$(compose ps -q gateway3)" id -u) == 64500 ]] || die 'the gateway runs as somebody else'
say 'all is well'
