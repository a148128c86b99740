import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { type SearchTables, searchTables } from './tables.js';

/** Where the index of a tenant is. */
export interface IndexPlace {
  /** A client within a transaction, or the transaction of a projection. */
  readonly session: SearchSession;
  /** That of the tables. */
  readonly schema: string;
  readonly tenantId: string;
  /** Default `searchTables()`. */
  readonly tables?: SearchTables;
}

export interface SearchSession {
  query<R extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<R>>;
}

/** The tables of a place with their schema, and statements that are planned once on each connection. */
export class Statements {
  readonly posting: string;
  readonly term: string;
  readonly document: string;

  constructor(private readonly place: IndexPlace) {
    const { posting, term, document } = place.tables ?? searchTables();
    this.posting = `${place.schema}.${posting}`;
    this.term = `${place.schema}.${term}`;
    this.document = `${place.schema}.${document}`;
  }

  /** Runs a statement; `$1` is the tenant. Answers its rows. */
  async run<R extends QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<readonly R[]> {
    const { rows } = await this.place.session.query<R>({
      name: `${this.posting}.${name}`,
      text,
      values: [this.place.tenantId, ...values],
    });
    return rows;
  }
}
