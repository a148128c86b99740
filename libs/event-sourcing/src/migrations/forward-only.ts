import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What every migration is: TypeORM asks for a way back as well, and there is none. */
export abstract class ForwardOnly implements MigrationInterface {
  abstract readonly name: string;

  abstract up(runner: QueryRunner): Promise<void>;

  down(): Promise<never> {
    return Promise.reject(new Error('Migrations only go forward: write another one.'));
  }
}
