# The exporter, as nobody with the one right it needs. Build: docker build -t pantau-opd .
#
# A container of a user that is not root does not receive a capability that was added for it, so ICMP is
# opened to its group instead: --sysctl net.ipv4.ping_group_range="65532 65532" (docker-compose.yml does).
# With --network host that sysctl cannot be set here; set it on the host (deploy/sysctl.d).

ARG PYTHON=python:3.13-slim-bookworm
FROM ${PYTHON} AS build
WORKDIR /opt/pantau
COPY requirements.lock ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
    -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY exporter exporter
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index . \
 && .venv/bin/python -m pip uninstall --yes --quiet setuptools pip

FROM ${PYTHON}
COPY --from=build /opt/pantau/.venv /opt/pantau/.venv
USER 65532:65532
WORKDIR /
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 9715
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["/opt/pantau/.venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9715/-/ready', timeout=2)"]
ENTRYPOINT ["/opt/pantau/.venv/bin/pantau"]
CMD ["run", "--inventory", "/etc/pantau/inventory", "--listen", ":9715"]
