import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only.js';

/** What consumers of logs keep: where they stand, which builds of a projection there are, which events are parked. */
export class Consumers1760000000002 extends ForwardOnly {
  readonly name = 'Consumers1760000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const schema of ['read_model', 'read_model_next', 'read_model_previous']) {
      await runner.query(`create schema ${schema}`);
    }
    await runner.query(`create sequence consumer_build`);
    // One build of one consumer: a projection has up to three (live, next, previous), a policy one (live).
    await runner.query(`
      create table consumer (
        name text not null,
        slot text not null check (slot in ('live', 'next', 'previous')),
        build bigint not null unique,
        version int not null,
        tables text[] not null,
        built_at timestamptz not null default now(),
        primary key (name, slot))`);
    // The slot stands here too, so that a runner's compare-and-set fails once a swap has moved its build.
    await runner.query(`
      create table checkpoint (
        consumer text not null,
        slot text not null,
        log text not null,
        build bigint not null,
        position bigint not null,
        revision int not null default 0,
        updated_at timestamptz not null default now(),
        primary key (consumer, slot, log)) with (fillfactor = 10)`);
    await runner.query(`
      create table parked_event (
        build bigint not null,
        log text not null,
        position bigint not null,
        consumer text not null,
        tenant_id uuid not null,
        stream_id text collate "C" not null,
        event_id uuid not null,
        type text not null,
        reason text,
        parked_at timestamptz not null default now(),
        primary key (build, log, position))`);
    await runner.query(`comment on column parked_event.reason is 'null: it follows a parked event of its stream'`);
    await runner.query(`create index parked_event_stream on parked_event (stream_id, build, log, position)`);
    await runner.query(`
      create table discarded_event (
        consumer text not null,
        version int not null,
        log text not null,
        position bigint not null,
        event_id uuid not null,
        reason text not null,
        discarded_at timestamptz not null default now(),
        primary key (consumer, version, log, position))`);
  }
}
