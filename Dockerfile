# Wirewatch in a container. The store lives in the volume /state (or in PostgreSQL: set DATABASE_URL).
#   docker build -t wirewatch .
#   docker run -d --name wirewatch -v wirewatch-state:/state -v ./rules.yaml:/app/rules.yaml:ro -e SLACK_BOT_TOKEN wirewatch
FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 STATE_DIR=/state
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
RUN useradd --create-home wirewatch && install -d -o wirewatch /state
COPY bot ./bot
COPY rules.yaml ./
USER wirewatch
VOLUME /state
# No shell in between: the signal must reach the worker, which stops within 4 s.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run"]
