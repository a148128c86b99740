import type { QueryRunner } from 'typeorm';
import { appendFunctions } from './append-functions.js';
import { ForwardOnly } from './forward-only.js';
import { chainLog, eventLog } from './log-chain.js';

/**
 * Appending only through functions, and a chain of hashes that shows whether the log was touched.
 *
 * Rows that are there already get no hash of their own (that would write all of the log anew): the chain runs over them
 * too, and is noted in `log_mark` every 10,000 positions. It is made beside the appends; the few rows that come
 * meanwhile, and those that a replica of the version before writes, are covered by the next append.
 */
export class LogChain1760000000012 extends ForwardOnly {
  readonly name = 'LogChain1760000000012';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table if not exists log_mark (
        log text not null,
        position bigint not null,
        hash bytea not null,
        primary key (log, position))`);
    // Until then replicas of the version before may be running, and append by statements of their own.
    await runner.query(`
      create table if not exists direct_writing (id smallint primary key, until timestamptz not null)`);
    await runner.query(`
      insert into direct_writing
      select 0, now() + interval '1 hour' where exists (select from consumer) or (select position from log_head) > 0
      on conflict do nothing`);
    await chainLog(runner, eventLog);
    for (const statement of appendFunctions()) await runner.query(statement);
  }
}
