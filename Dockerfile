# Two images from one tree: the application, and nginx with the static files that belong to it.

FROM python:3.13-slim AS packages
COPY requirements.lock /requirements.lock
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.lock

FROM python:3.13-slim AS app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/staticfiles \
    DATA_DIR=/data
# anybody may write into a fresh volume: compose runs us as whoever owns ./secrets (RUN_AS)
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin coalition \
 && install -d -m 1777 /data /data/snapshots
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# needs no secret: manage.py knows that this only writes files; it compiles the translations too
RUN chmod -R a+rX . \
 && python -m compileall -q coalition migrations \
 && python manage.py collectstatic --noinput
USER 10001:10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--no-ws", "coalition.wsgi:application"]

FROM nginxinc/nginx-unprivileged:1.28-alpine AS nginx
COPY --chmod=644 deploy/nginx.conf /etc/nginx/nginx.conf
COPY --from=app /app/staticfiles /srv/static
