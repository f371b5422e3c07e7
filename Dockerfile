# Wirewatch in a container. The store lives in the volume /state (or in PostgreSQL: set DATABASE_URL).
#   docker build -t wirewatch .
#   docker run -d --init --name wirewatch -v wirewatch-state:/state -v ./config:/config:ro \
#     -e WIREWATCH_CONFIG=/config/rules.yaml -e SLACK_BOT_TOKEN wirewatch
FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 STATE_DIR=/state
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
# Group 0 may write: platforms that pick a random user id run it in that group.
RUN useradd --create-home wirewatch && install -d -o wirewatch -g 0 -m 775 /state
COPY bot ./bot
COPY rules.yaml ./
USER wirewatch
VOLUME /state
# No shell in between: the signal must reach the worker, which stops within 4 s.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run"]
