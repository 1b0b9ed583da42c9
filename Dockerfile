# The image of the controller: Node.js runs /app as the user 65532, which is not root.
#
#   docker build -t localhost/bitcoin-controller:0.1.0 .
#
# The build stage runs on the platform of the machine and the last stage runs no command, so an
# image for another platform needs no emulation. npm run release pins the base images to digests.
# On a machine without a registry, give --build-arg for both (scripts/image/README.md).
ARG NODE_IMAGE=docker.io/library/node:24-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
# Neither the compiler nor the controller needs an install script.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
  && npm run -s sbom > build/sbom.cdx.json \
  && npm prune --omit=dev --ignore-scripts \
  # Types, source maps and builds for another runtime are half of the modules' size.
  && find node_modules -type f \
    \( -name '*.d.ts' -o -name '*.d.[cm]ts' -o -name '*.map' -o -name '*.bare' -o -name .jsii \) -delete \
  && find build -name '*.tsbuildinfo' -delete

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="bitcoin-controller" \
  org.opencontainers.image.description="The controller of BitcoinNetworks" \
  org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
# COPY creates /app as root. WORKDIR would create it as the user of the base image, who could write.
COPY --from=build /src/package.json /src/LICENSE /app/
COPY --from=build /src/node_modules /app/node_modules
COPY --from=build /src/build /app/
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["controller/main.js"]
