/** Drops what was set longest ago until `limit` entries are left. */
export function trim(map: Map<string, unknown>, limit: number): void {
  let surplus = map.size - limit;
  if (surplus <= 0) return;
  for (const key of map.keys()) {
    map.delete(key);
    if (--surplus === 0) return;
  }
}
