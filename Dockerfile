# syntax=docker/dockerfile:1
# docker build -t egress-unification:dev .
#
# The image is the directory that `node scripts/image.ts` fills, and nothing else: node, the libraries that it is linked with, the program in one
# file. No shell, no package manager. The tests of the API server's tier run the controller in the same directory (docs/decisions/0009-image.md).

# A release pins the digest too: --build-arg NODE_IMAGE=node:24.21.0-trixie-slim@sha256:…
ARG NODE_IMAGE=node:24.21.0-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# no package's script runs: node is here already, and the others need none
RUN npm ci --ignore-scripts
COPY LICENSE ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/image.ts /image

FROM scratch
LABEL org.opencontainers.image.title="egress-unification" \
      org.opencontainers.image.description="Kubernetes controller: ECS instances leave by the NAT gateway's EIP and stay reachable on their own public IP" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image /
# the compile cache was filled while building; the threads resolve names and read token files; what is freed in large pieces goes back to the system
ENV NODE_COMPILE_CACHE=/app/compile-cache NODE_COMPILE_CACHE_PORTABLE=1 UV_THREADPOOL_SIZE=16 MALLOC_MMAP_THRESHOLD_=131072
USER 65532:65532
EXPOSE 8080 8081
# node is process 1 and gets the signals itself. The heap is held below the container's limit, so that it is collected before the kernel steps in; a
# small nursery saves 120 MB with a thousand instances and costs no time; what the SDK's HTTP client is warned of is no line of a JSON log
ENTRYPOINT ["/usr/local/bin/node", "--max-old-space-size-percentage=65", "--max-semi-space-size=4", "--disable-warning=DEP0169", "/app/bin/egress-unification.mjs"]
CMD ["run"]
