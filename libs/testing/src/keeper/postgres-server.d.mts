import type { ChildProcess } from 'node:child_process';

export interface Cluster {
  /** Whom the server runs as, where that is not this process's user. */
  readonly as: { readonly uid?: number; readonly gid?: number };
  readonly data: string;
  /** The server's own log, since its last start. */
  readonly log: string;
}

export interface Server {
  readonly server: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly port: number;
  readonly adminUrl: string;
}

export function createCluster(folder: string, flags?: readonly string[]): Promise<Cluster>;
export function startServer(cluster: Cluster, settings?: Readonly<Record<string, string | number>>): Promise<Server>;
