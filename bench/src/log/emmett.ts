import type { DomainEvent } from '@guichet/event-sourcing';
import type { BenchContext } from '../line.js';

export interface Emmett {
  append(streamId: string, version: number, event: DomainEvent): Promise<unknown>;
  close(): Promise<void>;
}

/** Emmett on a database of its own; ends with the line. */
export async function openEmmett(context: BenchContext, connections: number): Promise<Emmett> {
  const { ownerUrl } = await context.database('emmett');
  const file = new URL('../../peers/emmett.mjs', import.meta.url).href;
  const peer = (await import(file)) as { openEmmett(url: string, connections: number): Promise<Emmett> };
  const emmett = await peer.openEmmett(ownerUrl, connections);
  context.after(() => emmett.close());
  return emmett;
}
