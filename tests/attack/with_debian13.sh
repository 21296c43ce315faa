#!/bin/sh
# with_debian13.sh bird2|bird3 COMMAND...: runs COMMAND with Debian 13's BIRD (2.17 or 3.1) first in PATH.  It is unpacked
# beside ours with the libraries it wants, from the mirror that this machine's apt uses; nothing is installed.
# Exits with 77 where that mirror does not have it.
set -eu
package=$1
shift
folder=${PEERLAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/peerlab}/debian13/$package
skip() { echo "SKIP: $*" >&2; exit 77; }

unpack() {
  command -v apt-get >/dev/null || skip 'no apt-get here'
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 2>/dev/null | sed -n 1p)
  [ -n "$mirror" ] || skip 'no mirror of Debian in the sources of apt'
  mkdir -p "$folder.new/lists/partial" "$folder.new/archives/partial" "$folder.new/root"
  cd "$folder.new"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >sources.list
  apt_() {
    command=$1
    shift
    "$command" -qq -o Dir::Etc::sourcelist="$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null \
      -o Dir::State::lists="$PWD/lists" -o Dir::Cache="$PWD" -o APT::Sandbox::User="$(id -un)" \
      -o Acquire::Languages=none "$@" >&2
  }
  apt_ apt-get update || skip "$mirror has no Debian 13 for us"
  apt_ apt-get download "$package" libc6 libreadline8t64 libssh-4 libtinfo6 libssl3t64 libgssapi-krb5-2 libkrb5-3 \
    libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 zlib1g || skip "$mirror lacks a package of BIRD's"
  for archive in *.deb; do dpkg-deb -x "$archive" root; done
  rm -rf lists archives ./*.deb ./*.bin
  # A new libc needs its own loader.
  cat >bird <<'EOF'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")/root
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/sbin/bird" "$@"
EOF
  chmod 755 bird
  ./bird --version >&2 || skip 'it does not run here'
  mv -T "$folder.new" "$folder"
}

[ -x "$folder/bird" ] || (unpack)
PATH=$folder:$PATH exec "$@"
