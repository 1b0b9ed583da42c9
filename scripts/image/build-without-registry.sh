#!/usr/bin/env bash
# Builds the image of the Dockerfile on a machine that reaches no image registry.
#
#   build-without-registry.sh IMAGE ARCHIVE
#
# The base images consist of Debian's packages, the npm package `node` in the version of
# package.json, and npm. buildah builds IMAGE on them and writes it to ARCHIVE as an OCI archive. It
# needs root on Debian with buildah, mmdebstrap and npm. Set STORAGE to another folder than
# build/images to store layers there.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
suite=bookworm

fail() {
  echo "$1" >&2
  exit 1
}

[[ $# == 2 ]] || fail "usage: build-without-registry.sh IMAGE ARCHIVE"
[[ $EUID == 0 ]] || fail "run this as root, which mmdebstrap and buildah need here"
for program in buildah mmdebstrap npm; do
  command -v "$program" >/dev/null || fail "install $program: apt-get install buildah mmdebstrap npm"
done
image=$1
archive=$2
storage=${STORAGE:-$root/build/images}
version=$(sed -n 's/^    "node": "\([0-9.]*\)",$/\1/p' "$root/package.json")
[[ $version ]] || fail "package.json: name the version of node in devDependencies"

run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
mkdir -p "$storage"

with_buildah() {
  buildah --root "$storage" --runroot "$run/buildah" "$@"
}

# debian FILE PACKAGES OPTION...: writes a root file system with packages of Debian.
debian() {
  mmdebstrap --quiet --format=tar --include="$2" --aptopt='Acquire::Check-Valid-Until "false"' \
    "${@:3}" "$suite" "$1"
}

# base IMAGE FOLDER: commits an image with the Containerfile in a folder.
base() {
  with_buildah build --quiet --tag "$1" --file "$2/Containerfile" "$2" >/dev/null
}

# exists IMAGE: whether an earlier run built the base image.
exists() {
  with_buildah inspect --type image "$1" >/dev/null 2>&1
}

# The nodes of the two images are the same program, at the paths that the Dockerfile expects.
node_image=localhost/node-build:$version
base_image=localhost/node-base:$version
if ! exists "$node_image" || ! exists "$base_image"; then
  echo "building base images with Node.js $version" >&2
  npm install --silent --no-save --prefix "$run/node" "node@$version" npm@11
  program=$run/node/node_modules/node/bin/node

  mkdir "$run/build" "$run/base"
  debian "$run/build/debian.tar" ca-certificates --variant=minbase
  cp "$program" "$run/build/node"
  cp -r "$run/node/node_modules/npm" "$run/build/npm"
  cat >"$run/build/Containerfile" <<END
FROM scratch
ADD debian.tar /
COPY node /usr/local/bin/
COPY npm /usr/local/lib/npm
RUN ln -s ../lib/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
END
  base "$node_image" "$run/build"

  # The libraries that Node.js is linked to, without a shell or a package manager.
  debian "$run/base/debian.tar" base-files,libc6,libgcc-s1,libstdc++6 --variant=extract
  cp "$program" "$run/base/node"
  cat >"$run/base/Containerfile" <<END
FROM scratch
ADD debian.tar /
COPY node /nodejs/bin/
USER 65532:65532
END
  base "$base_image" "$run/base"
fi

# The build uses the network and the CA certificates of the machine, for npm.
with_buildah build --network host --volume /etc/ssl/certs:/etc/ssl/certs:ro \
  --build-arg NODE_IMAGE="$node_image" --build-arg BASE_IMAGE="$base_image" \
  --tag "$image" "$root"
rm -f "$archive"
with_buildah push "$image" "oci-archive:$archive:$image"
echo "wrote $image to $archive" >&2
