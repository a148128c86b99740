import type { LogReader } from '../log-reader.js';
import type { ProjectionLag } from '../projection/projection.js';
import type { Build } from './checkpoints.js';

/** How far a build is behind each of the logs. */
export function lagOf(build: Build | undefined, logs: readonly LogReader[]): Promise<ProjectionLag[]> {
  return Promise.all(
    logs.map(async (log) => {
      const position = build?.lanes.get(log.name)?.position ?? 0;
      const head = await log.head();
      const [oldest] = head > position ? await log.read(position, 1) : [];
      const seconds = oldest ? Math.max(0, Date.now() - Date.parse(oldest.recordedAt)) / 1000 : 0;
      return { log: log.name, position, head, events: Math.max(0, head - position), seconds };
    }),
  );
}
