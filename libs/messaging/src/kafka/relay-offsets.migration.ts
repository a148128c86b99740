import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** Where in its topic a relay's last records are: by it a topic or a database that was replaced is noticed. */
export class RelayOffsets1760000000005 extends ForwardOnly {
  readonly name = 'RelayOffsets1760000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table relay_checkpoint add column offsets jsonb not null default '{}'`);
    await runner.query(
      `comment on column relay_checkpoint.offsets is 'partition: offset of the last record sent to it; none: not known'`,
    );
  }
}
