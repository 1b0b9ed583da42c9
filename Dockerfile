# The image of the controller. Node.js runs /app as the non-root user 65532.
#   npm ci && docker build -t localhost/bitcoin-controller:0.1.0 .
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/build ./
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["controller/main.js"]
