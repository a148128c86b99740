/** A tenant with something of everything, each text of it marked so that it can be found where it should not be. */
import { randomUUID } from 'node:crypto';
import type { Importer } from '@guichet/contracts';
import type { Role } from '@guichet/http-host';
import type { TestCaller } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import type { Ids } from './expectations.js';
import { footprint } from './footprint.js';
import { subjectOf, type WholeProduct } from './whole-product.js';

const at = '2026-03-02T09:00:00.000Z';
export type TicketState = 'open' | 'resolved' | 'wrapping';

export class Tenant {
  /** Stands in every name, text and address of the tenant. */
  readonly marker = `zq${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  readonly ticketIds = new Set<string>();
  private count = 0;
  private shared: Omit<Ids, 'ticketId' | 'otherTicketId' | 'fresh' | 'freshUuid'> | undefined;

  private constructor(
    private readonly product: WholeProduct,
    readonly slug: string,
    readonly tenantId: string,
  ) {}

  static async create(product: WholeProduct, slug: string): Promise<Tenant> {
    const operator = { tenantId: null, roles: ['operator'] } as const;
    const body = { slug, name: slug, timeZone: 'Europe/Paris' };
    const answer = await product.host.call('/identity/v1/tenants', { as: operator, body });
    return new Tenant(product, slug, (answer.body as { tenantId: string }).tenantId);
  }

  caller(...roles: Role[]): TestCaller {
    const { tenantId, slug } = this;
    const [role = 'somebody'] = roles;
    return { tenantId, tenantSlug: slug, roles, subject: subjectOf(slug, role) };
  }

  /** Departments, an agent, a person, a service account. */
  async furnish(): Promise<void> {
    const { marker, slug } = this;
    const [departmentId, otherDepartmentId, agentId] = [`first-${slug}`, `second-${slug}`, `agent-${slug}`];
    for (const id of [departmentId, otherDepartmentId])
      await this.post('/routing/v1/departments', { departmentId: id, name: `Department ${marker}` });
    await this.post('/routing/v1/agents', { agentId, name: `Agent ${marker}`, departmentIds: [departmentId] });
    const email = `person@${marker}.example`;
    const person = await this.post('/identity/v1/people', { email, name: `Person ${marker}`, roles: ['agent'] });
    const written = { ...(await this.write()), ...(await this.discuss()) };
    const client = `client-${slug}`;
    await this.post('/identity/v1/clients', { name: client, roles: ['importer'] });
    this.shared = {
      ...{
        departmentId,
        otherDepartmentId,
        agentId,
        email,
        client,
        slug,
        number: `N-${marker}`,
      },
      ...written,
      userId: String(person['userId']),
    };
  }

  /** A published article in a category; whoever may write may write it, and authors publish. */
  private async write(): Promise<Pick<Ids, 'articleId' | 'categoryId' | 'fileId' | 'address' | 'reportId'>> {
    const { marker, slug } = this;
    const category = await this.post('/knowledge/v1/categories', { name: `Category ${marker}`, locale: 'en' });
    const categoryId = String(category['categoryId']);
    const article = await this.post('/knowledge/v1/articles', { categoryId });
    const articleId = String(article['articleId']);
    const text = `/knowledge/v1/articles/${articleId}/texts/en`;
    const fileId = await this.upload();
    await this.put(`${text}/draft`, { title: `Title ${marker}`, body: `Text ${marker} [file](file:${fileId})` });
    await this.post(`${text}/publications`, { revision: 1 });
    await this.put('/knowledge/v1/library/review', { editorsOnly: false, fourEyes: false });
    const translator = subjectOf(slug, 'translator');
    await this.put('/knowledge/v1/library/translators', { personId: translator, locales: ['en'] });
    const address = `/old/${marker}`;
    await this.post(`/knowledge/v1/articles/${articleId}/addresses`, { path: address });
    const note = { locale: 'en', note: `Note ${marker}` };
    const report = await this.post(`/knowledge/v1/articles/${articleId}/corrections`, note);
    const reportId = String(report['reportId']);
    await this.post(`/knowledge/v1/corrections/${reportId}/close`, { outcome: 'not-wrong' });
    return { articleId, categoryId, fileId, address, reportId };
  }

  /** A topic in a category of the forum, by a member that nobody else acts as. */
  private async discuss(): Promise<Pick<Ids, 'forumCategoryId' | 'topicId'>> {
    const { marker } = this;
    const category = await this.post('/community/v1/categories', { name: `Forum ${marker}`, locale: 'en' });
    const forumCategoryId = String(category['categoryId']);
    const text = { title: `Title ${marker}`, body: `Text ${marker}`, locale: 'en' };
    const as = { ...this.caller('requester'), subject: `member-of-${this.slug}` };
    await this.sendAs(as, 'POST', '/community/v1/me/handle', { handle: marker });
    const topic = await this.sendAs(as, 'POST', '/community/v1/topics', { categoryId: forumCategoryId, ...text });
    return { forumCategoryId, topicId: String(topic['topicId']) };
  }

  /** Tickets of these states, the requester's own, in the first department. Their wrap-ups are the `agentId`s'. */
  async tickets(wanted: readonly { readonly state: TicketState; readonly agentId: string }[]): Promise<string[]> {
    const ids: string[] = [];
    for (let from = 0; from < wanted.length; from += 100) {
      const some = wanted.slice(from, from + 100).map((ticket) => ({ ...ticket, ticketId: randomUUID() }));
      await this.import(
        'intake',
        some.map((ticket) => [ticket.ticketId, this.opening(ticket.ticketId)] as const),
      );
      await this.import(
        'routing',
        some.map((ticket) => [ticket.ticketId, this.handling(ticket)] as const),
      );
      ids.push(...some.map(({ ticketId }) => ticketId));
    }
    ids.forEach((id) => this.ticketIds.add(id));
    return ids;
  }

  ids(ticketId: string, otherTicketId: string): Ids {
    if (this.shared === undefined) throw new Error('The tenant has nothing yet: call furnish() first.');
    this.count += 1;
    const fresh = `f${this.count}-${this.slug}`;
    return { ...this.shared, ticketId, otherTicketId, fresh, freshUuid: randomUUID() };
  }

  /** What the tenant has in the databases, once everything that was written has been projected. */
  async settledFootprint(): ReturnType<typeof footprint> {
    let before = '';
    const unchanged = async () => {
      const found = await footprint(this.product.databases, this.tenantId);
      const now = JSON.stringify(found);
      const isSame = now === before;
      before = now;
      return isSame ? found : undefined;
    };
    return until(`${this.slug} to come to rest`, unchanged, 30_000, 500);
  }

  private opening(ticketId: string): object[] {
    const { marker, slug } = this;
    const requesterId = subjectOf(slug, 'requester');
    const who = { requesterId, requesterName: `Rita ${marker}`, requesterEmail: `rita@${marker}.example` };
    const what = { subject: `Subject ${marker}`, body: `Body ${marker}`, channel: 'portal', device: 'desktop' };
    const where = { departmentId: `first-${slug}`, tags: [marker], locale: 'fr', number: `N-${marker}` };
    return [
      event('TicketOpened', { ticketId, ...who, ...what, ...where }),
      event('RequesterReplied', { ticketId, replyId: randomUUID(), body: `Reply ${marker}` }),
    ];
  }

  private handling({ ticketId, state, agentId }: { ticketId: string; state: TicketState; agentId: string }): object[] {
    const { marker, slug } = this;
    const departmentId = `first-${slug}`;
    return [
      event('TicketQueued', { ticketId, departmentId, priority: 'normal' }),
      event('TicketTagged', { ticketId, tags: [marker] }),
      event('AgentReplied', { ticketId, replyId: randomUUID(), agentId, body: `Answer ${marker}`, automatic: false }),
      event('InternalNoteAdded', { ticketId, noteId: randomUUID(), agentId, body: `Note ${marker}` }),
      event('ActivityLogged', { ticketId, activity: `Activity ${marker}` }),
      ...(state === 'open' ? [] : [event('TicketResolved', { ticketId, agentId, departmentId })]),
      ...(state === 'wrapping' ? [event('WrapUpStarted', { ticketId, agentId })] : []),
    ];
  }

  private async import(service: Importer, streams: readonly (readonly [string, object[]])[]) {
    const body = { source: 'matrix', streams: streams.map(([ticketId, events]) => ({ ticketId, events })) };
    const answer = await this.post(`/${service}/v1/imports`, body, 'importer');
    const rejected = answer['rejected'] as unknown[];
    if (rejected.length > 0) throw new Error(`${service} rejects ${JSON.stringify(rejected[0])}`);
  }

  private async upload(): Promise<string> {
    const { body } = await this.product.host.call('/knowledge/v1/files?name=note.txt', {
      as: this.caller('admin'),
      rawBody: `Note ${this.marker}`,
      headers: { 'content-type': 'application/octet-stream' },
    });
    return (body as { fileId: string }).fileId;
  }

  post(path: string, body: object, role: Role = 'admin'): Promise<Record<string, unknown>> {
    return this.send('POST', path, body, role);
  }

  private put(path: string, body: object): Promise<Record<string, unknown>> {
    return this.send('PUT', path, body, 'admin');
  }

  private send(method: string, path: string, body: object, role: Role): Promise<Record<string, unknown>> {
    return this.sendAs(this.caller(role), method, path, body);
  }

  private async sendAs(as: TestCaller, method: string, path: string, body: object): Promise<Record<string, unknown>> {
    const { status, body: answer } = await this.product.host.call(path, { method, as, body });
    if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(answer)}`);
    return answer as Record<string, unknown>;
  }
}

const event = (type: string, data: object): object => ({ id: randomUUID(), type, data: { at, ...data } });
