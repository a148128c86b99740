import type pg from 'pg';
import { inTransaction } from '../database/sessions.js';
import { CommandReused } from '../errors.js';
import type { CommandOptions, CommandResult } from './types.js';
import { replay } from './command-result.js';
import type { StreamReader } from './stream-reader.js';

type Keyed = Required<Pick<CommandOptions, 'commandId' | 'requestHash'>>;

interface AnswerRow {
  readonly request_hash: string;
  readonly stream_id: string;
  readonly version: number;
  readonly position: string;
}

/**
 * What commands were answered before. The events of a command are its record, for as long as the log is kept. A command
 * that led to none has a row in `command_answer`, for 30 days. Of the two kinds one command has one: whichever is
 * stored first, the database refuses the other.
 */
export class CommandAnswers {
  constructor(
    private readonly pool: pg.Pool,
    private readonly streams: StreamReader,
  ) {}

  /**
   * The answer of the first time; undefined for a command that is new, or has no id.
   * @throws CommandReused if that was another request.
   */
  async find({ commandId, requestHash, context }: CommandOptions): Promise<CommandResult | undefined> {
    if (commandId === undefined) return undefined;
    const { tenantId } = context;
    const events = await this.streams.earlier({ commandId, requestHash, tenantId });
    if (events.length > 0) return replay(events);
    const { rows } = await this.pool.query<AnswerRow>({
      name: 'answer of command',
      text: 'select request_hash, stream_id, version, position from command_answer where command_id = $1 and tenant_id = $2',
      values: [commandId, tenantId],
    });
    const [row] = rows;
    if (row === undefined) return undefined;
    if (row.request_hash !== requestHash) throw new CommandReused(commandId);
    const { stream_id: streamId, version, position } = row;
    return { streamId, version, position: Number(position), events: [], replayed: true };
  }

  /**
   * Does `work` if no other tenant has a command of this id. Processes that are given the id for different tenants at
   * once take turns: the lock is held until the work is stored.
   * @throws CommandReused
   */
  whereNoOtherTenantHas<T>(commandId: string, tenantId: string, work: () => Promise<T>): Promise<T> {
    return inTransaction(this.pool, 'begin', async (client) => {
      const lock = `guichet/command/${commandId.toLowerCase()}`;
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
      const { rowCount } = await client.query(
        `select from event_log where event_id = $1 and tenant_id <> $2
          union all select from command_answer where command_id = $1 and tenant_id <> $2 limit 1`,
        [commandId, tenantId],
      );
      if (rowCount !== 0) throw new CommandReused(commandId);
      return work();
    });
  }

  /**
   * Keeps "already so" as the command's answer; nothing is kept of a request that cannot be told from another.
   * @returns the answer of the first time, if this was not it. @throws CommandReused
   */
  async keep(answer: CommandResult, options: CommandOptions): Promise<CommandResult> {
    if (!isKeyed(options)) return answer;
    const { commandId, requestHash, context } = options;
    const { streamId, version, position } = answer;
    const { rows } = await this.pool.query<{ kept: boolean }>({
      name: 'keep answer',
      text: 'select keep_command_answer($1, $2, $3, $4, $5, $6) as kept',
      values: [commandId, context.tenantId, requestHash, streamId, version, position],
    });
    return rows[0]?.kept ? answer : ((await this.find(options)) ?? answer);
  }
}

const isKeyed = (options: CommandOptions): options is CommandOptions & Keyed =>
  options.commandId !== undefined && options.requestHash !== undefined;
