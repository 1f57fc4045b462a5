# The exporter, as nobody with the one right it needs. Build: docker build -t pantau-opd .
#
# A container of a user that is not root does not receive a capability that was added for it, so ICMP is
# opened to its group instead: --sysctl net.ipv4.ping_group_range="65532 65532" (docker-compose.yml does).
# With --network host that sysctl cannot be set here; set it on the host (deploy/sysctl.d).
#
# Nothing is written at run time: --read-only; but for a journal, where one is asked for: --journal in a volume at
# /var/lib/pantau (docker-compose.yml does). The target "demo" adds iproute2 for the simulated province; the target
# "evidence" makes the monthly packs, with what sets their pages, and writes them to /evidence and nowhere else.
# Pin harder with a digest: --build-arg PYTHON=python@sha256:...

ARG PYTHON=python:3.13.16-slim-bookworm
FROM ${PYTHON} AS build
WORKDIR /opt/pantau
COPY requirements.lock ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
    -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY exporter exporter
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index . \
 && .venv/bin/python -m pip uninstall --yes --quiet setuptools pip \
 && mkdir /opt/empty

FROM ${PYTHON} AS exporter
LABEL org.opencontainers.image.title="Pantau OPD" \
      org.opencontainers.image.description="Watches the internet lines of provincial offices" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/pantau/.venv /opt/pantau/.venv
COPY LICENSE /opt/pantau/
# A new volume that is mounted here takes over whose folder it is.
COPY --from=build --chown=65532:65532 /opt/empty /var/lib/pantau
USER 65532:65532
WORKDIR /
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/opt/pantau/.venv/bin:$PATH
EXPOSE 9715
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["/opt/pantau/.venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9715/-/ready', timeout=2)"]
ENTRYPOINT ["/opt/pantau/.venv/bin/pantau"]
CMD ["run", "--inventory", "/etc/pantau/inventory", "--listen", ":9715"]

# The simulated province (docker-compose.yml, profile demo): root, whose only capability is NET_ADMIN.
FROM exporter AS demo
USER 0:0
RUN apt-get update -q \
 && apt-get install -q -y --no-install-recommends iproute2 \
 && rm -rf /var/lib/apt/lists/*
HEALTHCHECK CMD ["pantau", "sim", "status"]

# The monthly packs (docker-compose.yml, service evidence).
FROM ${PYTHON} AS evidence-build
WORKDIR /opt/pantau
COPY requirements-evidence.lock ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
    -r requirements-evidence.lock
COPY pyproject.toml README.md LICENSE ./
COPY exporter exporter
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index . \
 && .venv/bin/python -m pip uninstall --yes --quiet setuptools pip \
 && mkdir /opt/empty

FROM ${PYTHON} AS evidence
LABEL org.opencontainers.image.title="Pantau OPD, monthly evidence" \
      org.opencontainers.image.description="Makes the monthly pack of figures that an assessor can verify" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=evidence-build /opt/pantau/.venv /opt/pantau/.venv
COPY LICENSE /opt/pantau/
# A new volume that is mounted here takes over whose folder it is.
COPY --from=evidence-build --chown=65532:65532 /opt/empty /evidence
USER 65532:65532
WORKDIR /
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/opt/pantau/.venv/bin:$PATH
ENTRYPOINT ["/opt/pantau/.venv/bin/pantau"]
CMD ["evidence", "--help"]

# What is built where no target is named.
FROM exporter
