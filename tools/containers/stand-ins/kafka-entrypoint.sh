#!/bin/sh
# As the image apache/kafka: KAFKA_LOG_DIRS=x becomes log.dirs=x; the log is formatted once.
set -euf
mkdir -p /tmp/kafka
settings=/tmp/kafka/server.properties
env | sed -n 's/^KAFKA_\([A-Z0-9_]*\)=/\1=/p' | grep -Ev '^(HEAP_OPTS|OPTS|JVM_PERFORMANCE_OPTS)=' |
  awk -F= '{ name = tolower($1); gsub(/_/, ".", name); sub(/^[^=]*/, name); print }' >"$settings"
java="java -XX:+UseSerialGC ${KAFKA_HEAP_OPTS:-} -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp /opt/kafka/libs/*"
$java kafka.tools.StorageTool format --ignore-formatted --cluster-id="${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$settings" >/dev/null
exec $java kafka.Kafka "$settings"
