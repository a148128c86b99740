#!/bin/sh
# image-root.sh FOLDER PROGRAM…: copies programs and the libraries that they load into FOLDER, the root of an image
# without shell and package manager. The libraries' packages are written down where scanners look for them.
set -eu
root=$1
shift
mkdir -p "$root/etc" "$root/var/lib/dpkg/status.d"

take() {
  cp -L --parents "$1" "$root"
}

libraries() {
  ldd "$1" | sed -n 's/^.*=> \(\/[^ ]*\) (.*$/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*$/\1/p' | sort -u
}

write_down() {
  package=$(dpkg-query --search "*/$(basename "$1")" 2>/dev/null | sed -n '1s/:.*//p')
  [ -n "$package" ] || return 0
  dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
  [ ! -e "/usr/share/doc/$package/copyright" ] || take "/usr/share/doc/$package/copyright"
}

for program in "$@"; do
  take "$program"
  for library in $(libraries "$program"); do
    case $library in "$(dirname "$program")"/*) continue ;; esac
    take "$library"
    write_down "$library"
  done
done
