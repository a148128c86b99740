import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './test-database.js';

describe('a test database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('lets its owner create, and its application role use what it was granted', async () => {
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    const app = new pg.Client({ connectionString: database.appUrl });
    await owner.connect();
    await app.connect();
    try {
      await owner.query('create extension pg_trgm');
      await owner.query('create table facts (id int)');
      await expect(app.query('select * from facts')).rejects.toThrow('permission denied');
      await owner.query(`grant select on facts to "${database.name}_app"`);
      expect((await app.query('select * from facts')).rows).toEqual([]);
      await expect(app.query('create table mine (id int)')).rejects.toThrow('permission denied');
    } finally {
      await owner.end();
      await app.end();
    }
  });

  it('sorts and folds text as Unicode', async () => {
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    try {
      expect((await client.query(`select lower('ÉÄŞ') as folded`)).rows).toEqual([{ folded: 'éäş' }]);
    } finally {
      await client.end();
    }
  });
});
