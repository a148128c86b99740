import { startTestIntake, type TestIntake } from './testing/test-intake.module.js';

interface Described {
  readonly description?: string;
  readonly $ref?: string;
}
interface Operation extends Described {
  readonly summary?: string;
  readonly parameters?: readonly (Described & { readonly name: string })[];
  readonly responses: Readonly<Record<string, Described & { readonly content?: object }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: Record<string, Described> }>>;
  };
}

let intake: TestIntake;
let operations: (readonly [where: string, Operation])[];
let schemas: Document['components']['schemas'];
beforeAll(async () => {
  intake = await startTestIntake();
  const { body } = await intake.host.call('/intake/openapi.json');
  const { paths, components } = body as Document;
  schemas = components.schemas;
  operations = Object.entries(paths)
    .filter(([path]) => !path.includes('/operations/')) // described by the platform
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    );
});
afterAll(() => intake.stop());

it('has these operations', () =>
  expect(operations.map(([where]) => where).sort()).toEqual([
    'delete /intake/v1/tickets/{ticketId}/spam',
    'get /intake/v1/search',
    'get /intake/v1/tickets',
    'get /intake/v1/tickets/{ticketId}',
    'get /intake/v1/tickets/{ticketId}/conversation',
    'get /intake/v1/tickets/{ticketId}/live',
    'post /intake/v1/imports',
    'post /intake/v1/tickets',
    'post /intake/v1/tickets/{ticketId}/close',
    'post /intake/v1/tickets/{ticketId}/merge',
    'post /intake/v1/tickets/{ticketId}/reopen',
    'post /intake/v1/tickets/{ticketId}/replies',
    'post /intake/v1/tickets/{ticketId}/spam',
    'post /intake/v1/tickets/{ticketId}/split',
    'post /intake/v1/tickets/{ticketId}/unmerge',
  ]));

it('describes each operation, its parameters and its answers, the problems too', () => {
  for (const [where, { summary, parameters = [], responses }] of operations) {
    expect({ where, summary }).toEqual({ where, summary: expect.any(String) });
    const described = ({ description, $ref }: Described) => Boolean(description ?? $ref);
    expect({ where, undescribed: parameters.filter((parameter) => !described(parameter)) }).toEqual({
      where,
      undescribed: [],
    });
    expect({ where, undescribed: Object.entries(responses).filter(([, response]) => !described(response)) }).toEqual({
      where,
      undescribed: [],
    });
    expect({ where, statuses: Object.keys(responses) }).toEqual({
      where,
      statuses: expect.arrayContaining(['400', '401', '403']),
    });
    const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    expect({ where, good }).toEqual({
      where,
      good: [[expect.any(String), expect.objectContaining({ content: expect.anything() })]],
    });
  }
});

it('describes each field of what it takes and answers', () => {
  const reached = new Set<string>();
  const reach = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (reached.has(name) || name === 'Problem') continue;
      reached.add(name);
      reach(schemas[name]);
    }
  };
  reach(operations);
  expect([...reached]).toEqual(
    expect.arrayContaining(['OpenTicketBody', 'TicketDetail', 'ImportBody', 'RequesterAnswer']),
  );
  const undescribed = [...reached].flatMap((name) =>
    Object.entries(schemas[name]?.properties ?? {})
      .filter(([, property]) => !property.description)
      .map(([property]) => `${name}.${property}`),
  );
  expect(undescribed).toEqual([]);
});
