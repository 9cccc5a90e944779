# syntax=docker/dockerfile:1

# Everything Easel needs, in a virtual environment of its own. EXTRAS is "local" for painting on this
# host, or empty for the hosted API alone, which leaves torch out and the image small. TORCH_INDEX
# is an extra index with other builds of torch, such as https://download.pytorch.org/whl/cpu.
FROM python:3.11-slim-bookworm AS builder
ARG EXTRAS=local
ARG TORCH_INDEX=
WORKDIR /build
# Only what names the dependencies, so that a change of Easel's code does not install them anew. The
# "easel" that is installed along is empty and tells the version; the code is copied below.
COPY pyproject.toml constraints.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    touch README.md LICENSE \
    && python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install \
        --constraint constraints.txt \
        ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
        ".${EXTRAS:+[$EXTRAS]}"

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Easel" \
      org.opencontainers.image.description="A self-hosted Discord bot that paints" \
      org.opencontainers.image.licenses="MIT"
# HOME: the root file system may be read-only, and libraries look there for a place to write.
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    EASEL_DATA_DIR=/data \
    EASEL_MODELS_DIR=/models
# New volumes take over owner and mode of these folders.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin easel \
    && install --directory --owner=easel --group=easel --mode=0700 /data /models
COPY --from=builder /opt/venv /opt/venv
WORKDIR /app
COPY LICENSE ./
COPY migrations migrations
COPY demo_model demo_model
COPY generation generation
COPY cogs cogs
COPY bot bot
# Nothing can be compiled later, where nothing can be written.
RUN python -m compileall -q .
USER 10001:10001
VOLUME ["/data", "/models"]
STOPSIGNAL SIGTERM
# Logging in and loading a model take their time; until then "starting" is the truth.
HEALTHCHECK --interval=30s --timeout=10s --start-period=5m --retries=3 \
    CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
