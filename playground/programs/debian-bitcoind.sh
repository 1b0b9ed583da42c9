# Downloads Debian's bitcoin-knots and the libraries that it needs.
#
#   debian-bitcoind.sh TARGET HOME
#
# apt downloads the packages from the Debian mirror that the machine uses, and verifies them with
# Debian's keyring. It needs no root and leaves the machine's apt alone. The script writes bin and
# lib in TARGET, which the caller then renames to HOME: the programs refer to their loader and
# libraries in HOME by absolute path, so that copies of them run wherever HOME is visible.
set -eu
target=$1 home=$2
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

fail() {
  echo "$1" >&2
  exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root" "$target/bin" "$target/lib"
# With an empty status file, no package counts as installed, so apt downloads all dependencies.
: >"$work/status"
cat >"$work/apt.conf" <<EOF
Dir::State "$work";
Dir::State::Lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Check-Valid-Until "false";
Acquire::Retries "2";
APT::Sandbox::User "";
Debug::NoLocking "true";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
EOF

# A mirror of Debian serves its release in the component main; it has the suite sid too.
. "${OS_RELEASE:-/etc/os-release}"
[ "$ID" = debian ] || fail 'apt has no Debian mirror: this is not Debian'
mirrors=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
  awk -v suites=" ${VERSION_CODENAME:-} stable testing sid unstable " \
    '$3 == "main" && index(suites, " " $2 " ") && !count[$1]++ { print $1 }')
[ -n "$mirrors" ] || fail 'apt has no Debian mirror: add one to /etc/apt/sources.list'

download() {
  echo "deb [signed-by=$keyring check-valid-until=no] $1 sid main" >"$work/sources.list"
  apt-get -c "$work/apt.conf" update --error-on=any >&2 &&
    apt-get -c "$work/apt.conf" install --yes --no-install-recommends --download-only \
      bitcoin-knots patchelf >&2
}
echo downloading
found=
for mirror in $mirrors; do
  if download "$mirror"; then
    found=$mirror
    break
  fi
done
[ -n "$found" ] || fail "no mirror provides the package: $mirrors"

echo unpacking
for package in "$work"/archives/*.deb; do dpkg-deb -x "$package" "$work/root"; done
find "$work"/root/usr/lib/*-linux-gnu -maxdepth 1 -name '*.so*' ! -type d \
  -exec cp -P -t "$target/lib" {} +
set -- "$target"/lib/ld-linux*
loader=$(basename "$1")
for program in bitcoind bitcoin-cli; do
  cp "$work/root/usr/bin/$program" "$target/bin"
  "$target/lib/$loader" --library-path "$target/lib" "$work/root/usr/bin/patchelf" \
    --force-rpath --set-rpath "$home/lib" --set-interpreter "$home/lib/$loader" \
    "$target/bin/$program"
  chmod 755 "$target/bin/$program"
done
