/** Who may do what, and what another tenant is told: one row per operation of the OpenAPI documents. */
import { type EveryService, feedServices, serviceNames } from '@guichet/contracts';
import type { Role } from '@guichet/http-host';

/** What exists in a tenant, for one attempt. */
export interface Ids {
  readonly ticketId: string;
  readonly otherTicketId: string;
  readonly departmentId: string;
  readonly otherDepartmentId: string;
  readonly agentId: string;
  readonly userId: string;
  readonly articleId: string;
  readonly categoryId: string;
  /** That the article shows. */
  readonly fileId: string;
  /** That the article had elsewhere. */
  readonly address: string;
  readonly forumCategoryId: string;
  /** By a member of the forum, in that category. */
  readonly topicId: string;
  /** A correction of the article, closed as not wrong. */
  readonly reportId: string;
  readonly email: string;
  readonly client: string;
  readonly slug: string;
  readonly number: string;
  /** New with every attempt. */
  readonly fresh: string;
  readonly freshUuid: string;
}

export interface Row {
  readonly may: readonly Role[];
  /** For everybody who may, in their own tenant. */
  readonly status: number;
  /** For everybody who may, of another tenant, with this tenant's ids in path, query and body. */
  readonly foreign: number;
  readonly why?: string;
  /** Operators work across tenants, by what they are. */
  readonly operatorsAcross?: true;
  /** What has happened to the ticket before; `open` if not given. */
  readonly ticket?: 'open' | 'resolved' | 'wrapping';
  readonly params?: (ids: Ids) => Readonly<Record<string, string>>;
  readonly query?: (ids: Ids) => Readonly<Record<string, string>>;
  readonly body?: (ids: Ids) => object;
  /** The body of an operation that takes a file. */
  readonly file?: (ids: Ids) => string;
}

const staff = ['agent', 'supervisor', 'admin'] as const;
const leads = ['supervisor', 'admin'] as const;
const people = ['requester', ...staff, 'service'] as const;
const readers = [...staff, 'analyst', 'service'] as const;
const at = '2026-03-02T09:00:00.000Z';

const onTicket = (may: readonly Role[], more: Partial<Row> = {}): Row => ({ may, status: 200, foreign: 404, ...more });
const list = (may: readonly Role[], more: Partial<Row> = {}): Row => ({
  may,
  status: 200,
  foreign: 200,
  why: 'its own list',
  ...more,
});
const ops = (status: number, more: Partial<Row> = {}): Row => ({
  may: ['operator'],
  status,
  foreign: status,
  operatorsAcross: true,
  ...more,
});
const unknownTo = { foreign: 422, why: 'the department is unknown there' } as const;

const intake: Record<string, Row> = {
  'GET /intake/v1/tickets': list(people, { query: ({ departmentId }) => ({ departmentId }) }),
  'POST /intake/v1/tickets': {
    ...{ may: people, status: 201, foreign: 201, why: 'opens a ticket of its own' },
    body: ({ otherDepartmentId: departmentId, fresh }) => ({ subject: `About ${fresh}`, departmentId }),
  },
  'GET /intake/v1/search': list(['requester'], { query: () => ({ q: 'about' }) }),
  'GET /intake/v1/tickets/{ticketId}': onTicket(people),
  'GET /intake/v1/tickets/{ticketId}/conversation': onTicket(people),
  'GET /intake/v1/tickets/{ticketId}/live': onTicket(people),
  'POST /intake/v1/tickets/{ticketId}/replies': onTicket(people, { status: 201, body: () => ({ body: 'More.' }) }),
  'POST /intake/v1/tickets/{ticketId}/close': onTicket(people, { body: () => ({}) }),
  'POST /intake/v1/tickets/{ticketId}/reopen': onTicket(people, { body: () => ({}) }),
  'POST /intake/v1/tickets/{ticketId}/spam': onTicket([...staff, 'service'], { body: () => ({}) }),
  'DELETE /intake/v1/tickets/{ticketId}/spam': onTicket([...staff, 'service']),
  'POST /intake/v1/tickets/{ticketId}/merge': onTicket([...staff, 'service'], {
    body: ({ otherTicketId }) => ({ intoTicketId: otherTicketId, acrossRequesters: true }),
  }),
  'POST /intake/v1/tickets/{ticketId}/unmerge': onTicket([...staff, 'service']),
  'POST /intake/v1/tickets/{ticketId}/split': onTicket([...staff, 'service'], {
    status: 422,
    body: ({ freshUuid }) => ({ replyIds: [freshUuid] }),
  }),
  'POST /intake/v1/imports': {
    ...{ may: ['importer', 'admin'], status: 200, foreign: 200, why: 'a ticket of its own' },
    // Under an id of the tenant's it would have a ticket of its own too, and be asked about that one from then on.
    body: ({ freshUuid: id, freshUuid: ticketId }) => ({
      source: 'matrix',
      streams: [{ ticketId, events: [{ id, type: 'TicketMarkedSpam', data: { ticketId, at } }] }],
    }),
  },
};

const work = (body: Row['body'] = undefined, more: Partial<Row> = {}): Row =>
  onTicket(staff, { ...(body && { body }), ...more });

const routing: Record<string, Row> = {
  'GET /routing/v1/tickets/{ticketId}': onTicket(staff),
  'GET /routing/v1/tickets/{ticketId}/timeline': onTicket(staff),
  'GET /routing/v1/agents/{agentId}/tickets': list(staff),
  'GET /routing/v1/search': list(staff, { query: () => ({ q: 'about' }) }),
  'POST /routing/v1/tickets/{ticketId}/claim': work(),
  'POST /routing/v1/tickets/{ticketId}/assign': work(({ agentId }) => ({ agentId }), {
    foreign: 422,
    why: 'the agent is unknown there',
  }),
  'POST /routing/v1/tickets/{ticketId}/release': work(() => ({})),
  'POST /routing/v1/tickets/{ticketId}/transfers': work(
    ({ otherDepartmentId: toDepartmentId }) => ({ toDepartmentId, reason: 'wrong-department' }),
    { foreign: 422, why: 'the department is unknown there' },
  ),
  'POST /routing/v1/tickets/{ticketId}/pause': work(() => ({ reason: 'internal' })),
  'POST /routing/v1/tickets/{ticketId}/resume': work(),
  'POST /routing/v1/tickets/{ticketId}/resolve': work(),
  'POST /routing/v1/tickets/{ticketId}/wrap-up/start': work(undefined, { ticket: 'resolved' }),
  'POST /routing/v1/tickets/{ticketId}/wrap-up/complete': work(undefined, { ticket: 'wrapping' }),
  'POST /routing/v1/tickets/{ticketId}/reopen': work(() => ({})),
  'POST /routing/v1/tickets/{ticketId}/close': work(undefined, { ticket: 'resolved' }),
  'POST /routing/v1/tickets/{ticketId}/replies': work(() => ({ body: 'Try this.' }), { status: 201 }),
  'POST /routing/v1/tickets/{ticketId}/notes': work(() => ({ body: 'Careful.' }), { status: 201 }),
  'POST /routing/v1/tickets/{ticketId}/activities': work(() => ({ activity: 'called' })),
  'POST /routing/v1/tickets/{ticketId}/priority': work(() => ({ priority: 'high' })),
  'POST /routing/v1/tickets/{ticketId}/tags': work(() => ({ tags: ['new'] })),
  'GET /routing/v1/queues': list(staff),
  'GET /routing/v1/departments': list(staff),
  'GET /routing/v1/departments/{departmentId}': onTicket(staff),
  'GET /routing/v1/departments/{departmentId}/queue': onTicket(staff),
  'GET /routing/v1/departments/{departmentId}/queue/live': onTicket(staff),
  'POST /routing/v1/departments': {
    ...{ may: leads, status: 201, foreign: 201, why: 'creates a department of its own' },
    body: ({ fresh }) => ({ departmentId: fresh, name: fresh }),
  },
  'POST /routing/v1/departments/{departmentId}/rename': onTicket(leads, { body: ({ fresh }) => ({ name: fresh }) }),
  // Restored before it is retired: there is nothing to restore, so that the department stays what the other rows need.
  'POST /routing/v1/departments/{departmentId}/restore': onTicket(leads),
  'POST /routing/v1/departments/{departmentId}/retire': {
    ...{ may: leads, status: 422, foreign: 422, why: 'the successor is unknown' },
    body: ({ fresh: successorId }) => ({ successorId }),
  },
  'GET /routing/v1/desk': list(staff, { why: 'its own desk' }),
  'POST /routing/v1/desk/department-scope': list(leads, { why: 'its own desk', body: () => ({ scope: 'open' }) }),
  'GET /routing/v1/agents': list(staff, { query: ({ departmentId: department }) => ({ department }) }),
  'GET /routing/v1/agents/{agentId}': onTicket(staff),
  'POST /routing/v1/agents': {
    ...{ may: leads, status: 201, ...unknownTo },
    body: ({ fresh, departmentId }) => ({ agentId: fresh, name: fresh, departmentIds: [departmentId] }),
  },
  'POST /routing/v1/agents/{agentId}/reactivate': onTicket(leads),
  'POST /routing/v1/agents/{agentId}/deactivate': {
    ...{ may: leads, status: 422, foreign: 422, why: 'whoever should take over is unknown' },
    body: ({ fresh: handOverTo }) => ({ handOverTo }),
  },
  'POST /routing/v1/agents/{agentId}/departments': {
    ...{ may: leads, status: 200, ...unknownTo },
    body: ({ departmentId }) => ({ departmentIds: [departmentId] }),
  },
  'POST /routing/v1/imports': {
    ...{ may: ['importer', 'admin'], status: 200, foreign: 200, why: 'a ticket of its own' },
    // Under an id of the tenant's it would have a ticket of its own too, and be asked about that one from then on.
    body: ({ freshUuid: id, freshUuid: ticketId }) => ({
      source: 'matrix',
      streams: [{ ticketId, events: [{ id, type: 'TicketResumed', data: { ticketId, at } }] }],
    }),
  },
};

const editors = ['editor', ...leads] as const;
const writers = ['author', 'translator', ...editors] as const;
const helpers = ['agent', 'service', ...writers] as const;
const anybody = ['reader', 'requester', ...helpers] as const;
const onCategory = (body: Row['body']): Row => onTicket(editors, { ...(body && { body }) });

/** A history of one article, as `git fast-export` writes it. */
const gitHistoryOf = (words: string): string =>
  `commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata 0\nM 100644 inline ${words}.md\ndata ${words.length}\n${words}\n`;

const knowledge: Record<string, Row> = {
  'POST /knowledge/v1/articles': {
    ...{ may: ['author', ...editors], status: 201, foreign: 422, why: 'the category is unknown there' },
    body: ({ categoryId }) => ({ categoryId }),
  },
  'GET /knowledge/v1/articles/{article}': onTicket(anybody),
  'GET /knowledge/v1/articles/{article}/redlines': onTicket(helpers, {
    query: () => ({ asOf: new Date().toISOString() }),
  }),
  'GET /knowledge/v1/articles/{article}/texts': onTicket(writers),
  'POST /knowledge/v1/articles/{articleId}/ratings': onTicket(anybody, {
    body: () => ({ locale: 'en', revision: 1, helpful: true }),
  }),
  'DELETE /knowledge/v1/articles/{articleId}/ratings/{locale}': onTicket(anybody),
  'GET /knowledge/v1/articles/{articleId}/ratings': onTicket(writers),
  'GET /knowledge/v1/articles/{articleId}/ratings/comments': onTicket(writers),
  'POST /knowledge/v1/articles/{articleId}/uses': onTicket(helpers, { body: ({ ticketId }) => ({ ticketId }) }),
  'POST /knowledge/v1/articles/{articleId}/corrections': onTicket(helpers, {
    ...{ status: 201, body: ({ fresh }) => ({ locale: 'en', note: fresh }) },
  }),
  'POST /knowledge/v1/corrections/{reportId}/close': onTicket(['author', ...editors], {
    body: () => ({ outcome: 'not-wrong' }),
  }),
  'POST /knowledge/v1/corrections/{reportId}/recall': onTicket(['author', ...editors], {
    ...{ status: 409, why: 'nothing was wrong' },
  }),
  'GET /knowledge/v1/corrections/{reportId}': onTicket(writers),
  'GET /knowledge/v1/corrections/{reportId}/recall': onTicket(writers),
  'GET /knowledge/v1/corrections/{reportId}/recall/readers': onTicket(writers),
  'GET /knowledge/v1/work/corrections': list(writers),
  'GET /knowledge/v1/work/corrections/figures': list(writers, {
    query: () => ({ from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }),
  }),
  'GET /knowledge/v1/health': list([...writers, 'analyst']),
  'GET /knowledge/v1/tickets/{ticketId}/articles': list(helpers, { why: 'nothing was read or used for it there' }),
  'GET /knowledge/v1/articles/{articleId}/texts/{locale}/draft': onTicket(writers),
  'PUT /knowledge/v1/articles/{articleId}/texts/{locale}/draft': onTicket(writers, {
    ...{ status: 412, why: 'it is there, and its version is not named' },
    body: ({ fresh }) => ({ title: fresh, body: fresh }),
  }),
  'POST /knowledge/v1/articles/{articleId}/texts/{locale}/submissions': onTicket(writers, {
    ...{ status: 409, why: 'all of it is published' },
  }),
  'POST /knowledge/v1/articles/{articleId}/texts/{locale}/returns': onTicket(editors, {
    ...{ status: 409, why: 'all of it is published', body: () => ({ reason: 'Too long.' }) },
  }),
  'POST /knowledge/v1/articles/{articleId}/texts/{locale}/publications': onTicket(['author', ...editors], {
    body: () => ({ revision: 1 }),
  }),
  // Of a language that it has no text in, so that the article stays what the other rows need.
  'DELETE /knowledge/v1/articles/{articleId}/texts/{locale}/publication': onTicket(editors, {
    ...{ status: 404, why: 'there is no text in that language' },
    params: () => ({ locale: 'pl' }),
  }),
  'POST /knowledge/v1/articles/{articleId}/archive': onTicket(editors, {
    ...{ status: 422, why: 'the successor is unknown', foreign: 404 },
    body: ({ freshUuid: successorId }) => ({ successorId }),
  }),
  'POST /knowledge/v1/articles/{articleId}/merge': onTicket(editors, {
    ...{ status: 422, why: 'the other article is unknown' },
    body: ({ freshUuid: intoArticleId }) => ({ intoArticleId }),
  }),
  'POST /knowledge/v1/articles/{articleId}/reinstate': onTicket(editors),
  'PUT /knowledge/v1/articles/{articleId}/category': onTicket(editors, {
    ...{ foreign: 422, why: 'the category is unknown there' },
    body: ({ categoryId }) => ({ categoryId }),
  }),
  'PUT /knowledge/v1/articles/{articleId}/audience': onTicket(editors, { body: () => ({ audience: 'public' }) }),
  'PUT /knowledge/v1/articles/{articleId}/owner': onTicket(editors, {
    body: ({ agentId: ownerId }) => ({ ownerId, verifyEveryDays: 90 }),
  }),
  'POST /knowledge/v1/articles/{articleId}/verifications': onTicket(['author', ...editors]),
  'POST /knowledge/v1/articles/{articleId}/addresses': onTicket(editors, {
    body: ({ fresh }) => ({ path: `/${fresh}` }),
  }),
  'POST /knowledge/v1/articles/{articleId}/texts/{locale}/releases': onTicket(editors, {
    body: () => ({ revision: 1 }),
  }),
  'POST /knowledge/v1/articles/{articleId}/texts/{locale}/confirmations': onTicket(writers, {
    ...{ status: 409, why: 'it is the source' },
    body: () => ({ sourceRevision: 1 }),
  }),
  'POST /knowledge/v1/articles/{articleId}/texts/{locale}/restorations': onTicket(writers, {
    ...{ status: 404, why: 'there is no such revision' },
    body: () => ({ revision: 9 }),
  }),
  'GET /knowledge/v1/articles/{articleId}/texts/{locale}/working-copy': onTicket(writers, {
    ...{ status: 404, why: 'nobody has kept one' },
    params: () => ({ locale: 'pl' }),
  }),
  // Before the next operation: a draft that was refused as too old is kept as a working copy.
  'DELETE /knowledge/v1/articles/{articleId}/texts/{locale}/working-copy': onTicket(writers, {
    ...{ status: 204, foreign: 204, why: 'their own, whether it is there or not' },
  }),
  'PUT /knowledge/v1/articles/{articleId}/texts/{locale}/working-copy': onTicket(writers, {
    ...{ status: 200, body: ({ fresh }) => ({ basedOn: 0, title: fresh, body: fresh }) },
  }),
  'GET /knowledge/v1/articles/{articleId}/live': onTicket(anybody),
  'GET /knowledge/v1/work/live': list(writers, { why: 'its own work' }),
  'GET /knowledge/v1/work/copies': list(writers, { why: 'their own' }),
  'GET /knowledge/v1/articles/{articleId}/texts/{locale}/revisions': onTicket(writers),
  'GET /knowledge/v1/articles/{articleId}/texts/{locale}/diff': onTicket(writers, {
    query: () => ({ from: '1', to: '1' }),
  }),
  'GET /knowledge/v1/articles/{articleId}/texts/{locale}/side-by-side': onTicket(writers, {
    ...{ status: 409, why: 'it is the source' },
  }),
  'GET /knowledge/v1/work/translations': list(writers, { query: () => ({ locale: 'fr' }) }),
  'GET /knowledge/v1/work/reviews': list(editors),
  'POST /knowledge/v1/files': list(writers, {
    ...{ status: 201, foreign: 201, why: 'its own file' },
    query: () => ({ name: 'note.txt' }),
    file: ({ fresh }) => fresh,
  }),
  'GET /knowledge/v1/files/{fileId}/{name}': onTicket(anybody),
  'POST /knowledge/v1/imports': list(['importer', 'admin'], {
    ...{ why: 'its own articles', query: () => ({ source: 'matrix', format: 'markdown' }) },
    file: ({ fresh }) => gitHistoryOf(fresh),
  }),
  'GET /knowledge/v1/export': list(['importer', 'admin'], { why: 'its own articles' }),
  'GET /knowledge/v1/search': list(anybody, { query: () => ({ q: 'Title' }), why: 'its own articles' }),
  'GET /knowledge/v1/search/completions': list(anybody, { query: () => ({ q: 'Ti' }), why: 'its own articles' }),
  'POST /knowledge/v1/sessions/{sessionId}/events': list(['reader', 'requester'], {
    why: 'a visit of its own',
    params: ({ freshUuid: sessionId }) => ({ sessionId }),
    body: ({ freshUuid: id }) => ({
      locale: 'en',
      events: [{ id, type: 'SearchPerformed', locale: 'en', query: 'Title', hits: 0 }],
    }),
  }),
  'POST /knowledge/v1/suggestions': list(['reader', 'requester'], {
    why: 'its own articles',
    body: ({ freshUuid: sessionId, freshUuid: attemptId }) => ({
      ...{ sessionId, attemptId, locale: 'en', subject: 'Title' },
    }),
  }),
  'GET /knowledge/v1/search-report': list(['analyst', ...writers], { why: 'its own report' }),
  'GET /knowledge/v1/gaps': list(['analyst', ...writers], { why: 'its own tickets' }),
  'GET /knowledge/v1/sitemap': list(anybody),
  'GET /knowledge/v1/addresses': onTicket(anybody, { query: ({ address }) => ({ path: address }) }),
  'GET /knowledge/v1/categories': list(anybody),
  'POST /knowledge/v1/categories': {
    ...{ may: editors, status: 201, foreign: 422, why: 'the category above it is unknown there' },
    body: ({ fresh, categoryId: parentId }) => ({ name: fresh, locale: 'en', parentId }),
  },
  'PUT /knowledge/v1/categories/{categoryId}/names/{locale}': onCategory(({ fresh }) => ({ name: fresh })),
  'PUT /knowledge/v1/categories/{categoryId}/place': onCategory(() => ({ parentId: null })),
  'PUT /knowledge/v1/categories/{categoryId}/audience': onCategory(() => ({ audience: 'public' })),
  'POST /knowledge/v1/categories/{categoryId}/archive': {
    ...{ may: editors, status: 409, foreign: 404, why: 'it is not empty' },
  },
  'GET /knowledge/v1/library': list(writers, { why: 'its own library' }),
  'PUT /knowledge/v1/library/languages': list(editors, {
    why: 'its own library',
    body: () => ({ source: 'en', locales: ['en', 'fr', 'pl'], fallbacks: [] }),
  }),
  'PUT /knowledge/v1/library/review': list(editors, {
    why: 'its own library',
    body: () => ({ editorsOnly: false, fourEyes: false }),
  }),
  'GET /knowledge/v1/library/search-settings': list(editors, {
    ...{ why: 'its own library', query: () => ({ locale: 'en' }) },
  }),
  'PUT /knowledge/v1/library/synonyms': list(editors, {
    ...{ why: 'its own library', body: ({ fresh }) => ({ locale: 'en', groups: [{ phrases: ['word', fresh] }] }) },
  }),
  'PUT /knowledge/v1/library/pins': list(editors, {
    ...{ foreign: 422, why: 'the article is unknown there' },
    body: ({ fresh: query, articleId }) => ({ locale: 'en', query, articleIds: [articleId] }),
  }),
  'PUT /knowledge/v1/library/translators': list(editors, {
    ...{ why: 'its own library', body: ({ fresh: personId }) => ({ personId, locales: ['fr'] }) },
  }),
};

const behindDepartment = { ...unknownTo, query: ({ departmentId }: Ids) => ({ department: departmentId }) };
const analytics: Record<string, Row> = {
  'GET /analytics/v1/kpis': list(readers, { why: 'definitions only' }),
  'GET /analytics/v1/kpis/live': list(readers, {
    query: () => ({ kpis: 'tickets-opened,backlog' }),
    why: 'its own figures',
  }),
  'GET /analytics/v1/kpis/{kpi}': onTicket(readers, behindDepartment),
  'GET /analytics/v1/kpis/{kpi}/tickets': onTicket(readers, behindDepartment),
  'GET /analytics/v1/kpis/{kpi}/rows': list(readers, { params: () => ({ kpi: 'articles' }) }),
  'GET /analytics/v1/tickets': list(readers, { query: ({ number }) => ({ number }) }),
  'GET /analytics/v1/tickets/{ticketId}': onTicket(readers),
  'GET /analytics/v1/tickets/{ticketId}/events': onTicket(readers),
};

const identity: Record<string, Row> = {
  'GET /identity/v1/tenants': ops(200),
  'POST /identity/v1/tenants': ops(201, {
    body: ({ fresh }) => ({ slug: fresh, name: fresh, timeZone: 'Europe/Paris' }),
  }),
  'GET /identity/v1/people': list(staff),
  'POST /identity/v1/people': {
    ...{ may: ['admin'], status: 201, foreign: 201, why: 'a person of its own' },
    body: ({ email, fresh }) => ({ email: `${fresh}.${email}`, name: fresh, roles: ['agent'] }),
  },
  'DELETE /identity/v1/people/{userId}': onTicket(['admin']),
  'POST /identity/v1/people/{userId}/enable': onTicket(['admin']),
  'GET /identity/v1/role-source': list(['admin']),
  'PUT /identity/v1/role-source': list(['admin'], { body: () => ({ source: 'issuer' }) }),
  'POST /identity/v1/people/{userId}/roles': onTicket(['admin'], { body: () => ({ role: 'supervisor' }) }),
  'DELETE /identity/v1/people/{userId}/roles/{role}': onTicket(['admin']),
  'GET /identity/v1/clients': list(['admin']),
  'POST /identity/v1/clients': {
    ...{ may: ['admin', 'operator'], status: 201, foreign: 403, operatorsAcross: true },
    why: 'only operators may name another tenant, there or not',
    body: ({ fresh, slug }) => ({ name: fresh, roles: ['importer'], tenant: slug }),
  },
  'POST /identity/v1/clients/{name}/secret': onTicket(['admin'], { params: ({ client: name }) => ({ name }) }),
  'DELETE /identity/v1/clients/{name}': onTicket(['admin'], { params: ({ client: name }) => ({ name }) }),
};

const knownProjection: EveryService<string> = {
  identity: 'directory',
  intake: 'ticket-view',
  routing: 'department',
  knowledge: 'articles',
  community: 'topics',
  analytics: 'ticket-facts',
};
const feedOf = (base: string): Record<string, Row> => ({
  [`GET ${base}/feed`]: ops(200),
  [`POST ${base}/feed/{source}/resume`]: ops(200, { body: () => ({}) }),
  [`POST ${base}/feed/{source}/republish`]: ops(202),
});
/** Nobody has joined, and nothing was said against a post: members and reviews are tested beside them. */
const forumMembers = [
  'requester',
  'agent',
  'author',
  'translator',
  'editor',
  'service',
  'moderator',
  ...leads,
] as const;
const forumStaff = forumMembers.filter((role) => role !== 'requester');
const forumModerators = ['moderator', ...leads] as const;
const onMember = (body?: Row['body']): Row => ({
  ...{ may: forumModerators, status: 404, foreign: 404, why: 'a member that is not there' },
  params: ({ freshUuid: memberId }) => ({ memberId }),
  ...(body && { body }),
});
const onForumPost = (body?: Row['body']): Row => ({
  ...{ may: forumMembers, status: 404, foreign: 404, why: 'a post that is not there' },
  params: ({ freshUuid: postId }) => ({ postId }),
  ...(body && { body }),
});
const onForumCategory = (body?: Row['body']): Row => ({
  ...{ may: leads, status: 200, foreign: 404 },
  params: ({ forumCategoryId: categoryId }) => ({ categoryId, locale: 'en' }),
  ...(body && { body }),
});
/** The id of a topic is that of its first post. */
const onTopic = (may: readonly Role[], more: Partial<Row> = {}): Row => ({
  ...{ may, status: 200, foreign: 404 },
  params: ({ topicId }) => ({ topic: topicId, topicId, postId: topicId }),
  ...more,
});
const asStranger = (more: Partial<Row> = {}): Row =>
  onTopic(forumMembers, { status: 409, why: 'the caller has not joined', ...more });
const onNoTopic = (body?: Row['body']): Row => ({
  ...{ may: forumMembers, status: 404, foreign: 404, why: 'a topic that is not there' },
  params: ({ freshUuid: topicId }) => ({ topicId }),
  ...(body && { body }),
});
const community: Readonly<Record<string, Row>> = {
  'GET /community/v1/members/{memberId}': { ...onMember(), may: ['reader', ...forumMembers] },
  'GET /community/v1/me': { may: forumMembers, status: 404, foreign: 404, why: 'the caller has not joined' },
  'POST /community/v1/me/handle': {
    ...{ may: forumMembers, status: 422, foreign: 422, why: 'no handle has a blank' },
    body: () => ({ handle: 'a b' }),
  },
  'GET /community/v1/me/data': { may: forumMembers, status: 404, foreign: 404, why: 'the caller has not joined' },
  'POST /community/v1/me/erasure': {
    ...{ may: forumMembers, status: 409, foreign: 409, why: 'the caller has not joined' },
    body: () => ({ handle: 'anna.k' }),
  },
  'POST /community/v1/members/{memberId}/silence': onMember(() => ({ until: '2999-01-01T00:00:00Z' })),
  'POST /community/v1/members/{memberId}/suspension': onMember(() => ({})),
  'POST /community/v1/members/{memberId}/release': onMember(() => ({})),
  'PUT /community/v1/members/{memberId}/level': onMember(() => ({ level: 4 })),
  'DELETE /community/v1/members/{memberId}/level': onMember(),
  'PUT /community/v1/read-marks': {
    ...{ may: forumMembers, status: 409, foreign: 409, why: 'the caller has not joined' },
    body: ({ freshUuid: topicId }) => ({ marks: [{ topicId, posts: 1, seconds: 1 }] }),
  },
  'GET /community/v1/categories': list(['reader', ...forumMembers], { why: 'its own categories' }),
  'POST /community/v1/categories': {
    ...{ may: leads, status: 201, foreign: 201, why: 'a category of its own' },
    body: ({ fresh }) => ({ name: fresh, locale: 'en' }),
  },
  'PUT /community/v1/categories/{categoryId}/names/{locale}': onForumCategory(({ fresh }) => ({ name: fresh })),
  'PUT /community/v1/categories/{categoryId}/place': onForumCategory(() => ({ place: 1 })),
  'PUT /community/v1/categories/{categoryId}/audience': onForumCategory(() => ({ audience: 'public' })),
  'POST /community/v1/categories/{categoryId}/archive': onForumCategory(),
  'POST /community/v1/categories/{categoryId}/reopen': onForumCategory(),
  'GET /community/v1/categories/{categoryId}/moderators': {
    ...onForumCategory(),
    ...{ may: forumModerators, foreign: 200, why: 'nobody, there' },
  },
  'POST /community/v1/categories/{categoryId}/moderators': onForumCategory(({ fresh }) => ({ personId: fresh })),
  'POST /community/v1/categories/{categoryId}/moderators/removals': onForumCategory(({ fresh }) => ({
    personId: fresh,
  })),
  'GET /community/v1/rules': list(forumStaff, { why: 'its own rules' }),
  'PUT /community/v1/rules': list(leads, { why: 'its own rules', body: () => ({ maxAccepted: 1 }) }),
  'GET /community/v1/topics': list(['reader', ...forumMembers], {
    ...{ why: 'its own topics', query: ({ forumCategoryId: category }) => ({ category }) },
  }),
  'POST /community/v1/topics': {
    ...{
      may: forumMembers,
      status: 409,
      foreign: 422,
      why: 'the caller has not joined; the category is unknown there',
    },
    body: ({ forumCategoryId: categoryId, fresh: title }) => ({ categoryId, title, body: title, locale: 'en' }),
  },
  'GET /community/v1/topics/{topic}': onTopic(['reader', ...forumMembers]),
  'GET /community/v1/topics/{topicId}/posts': onTopic(['reader', ...forumMembers]),
  'GET /community/v1/topics/{topicId}/live': onTopic(['reader', ...forumMembers]),
  'POST /community/v1/topics/{topicId}/posts': asStranger({ body: () => ({ body: 'More.' }) }),
  'PUT /community/v1/topics/{topicId}/idea-vote': asStranger(),
  'DELETE /community/v1/topics/{topicId}/idea-vote': asStranger(),
  'PUT /community/v1/topics/{topicId}/title': onNoTopic(() => ({ title: 'Otherwise' })),
  'POST /community/v1/topics/{topicId}/language': onNoTopic(() => ({ locale: 'fr' })),
  'POST /community/v1/topics/{topicId}/move': onNoTopic(({ forumCategoryId: categoryId }) => ({ categoryId })),
  'POST /community/v1/topics/{topicId}/lock': onNoTopic(),
  'DELETE /community/v1/topics/{topicId}/lock': onNoTopic(),
  'POST /community/v1/topics/{topicId}/pin': onNoTopic(),
  'DELETE /community/v1/topics/{topicId}/pin': onNoTopic(),
  'POST /community/v1/topics/{topicId}/merge': onNoTopic(({ topicId: intoTopicId }) => ({ intoTopicId })),
  'POST /community/v1/topics/{topicId}/unmerge': onNoTopic(),
  'GET /community/v1/posts/{postId}/editions': onTopic(['reader', ...forumMembers]),
  'GET /community/v1/posts/{postId}/ledger': onForumPost(),
  'PUT /community/v1/posts/{postId}': onForumPost(() => ({ body: 'Otherwise.' })),
  'DELETE /community/v1/posts/{postId}': onForumPost(),
  'POST /community/v1/posts/{postId}/vote': asStranger(),
  'DELETE /community/v1/posts/{postId}/vote': asStranger(),
  'POST /community/v1/posts/{postId}/acceptance': onForumPost(),
  'DELETE /community/v1/posts/{postId}/acceptance': onForumPost(),
  'POST /community/v1/posts/{postId}/doubts': onForumPost(() => ({})),
  'GET /community/v1/search': list(['reader', ...forumMembers], {
    query: () => ({ q: 'Title' }),
    why: 'its own topics',
  }),
  'POST /community/v1/similar': list(['reader', ...forumMembers], {
    ...{ why: 'its own topics', body: () => ({ title: 'Title', locale: 'en' }) },
  }),
  'PUT /community/v1/subscriptions/topics/{topicId}': asStranger({ body: () => ({ level: 'watching' }) }),
  'PUT /community/v1/subscriptions/categories/{categoryId}': {
    ...{ may: forumMembers, status: 409, foreign: 404, why: 'the caller has not joined' },
    params: ({ forumCategoryId: categoryId }) => ({ categoryId }),
    body: () => ({ level: 'watching' }),
  },
  'GET /community/v1/notices': { may: forumMembers, status: 409, foreign: 409, why: 'the caller has not joined' },
  'POST /community/v1/notices/read': {
    ...{ may: forumMembers, status: 409, foreign: 409, why: 'the caller has not joined' },
    body: () => ({}),
  },
  'GET /community/v1/form': list(forumMembers, { why: 'a form of their own' }),
  'POST /community/v1/posts/{postId}/flags': onForumPost(() => ({ reason: 'spam' })),
  'DELETE /community/v1/posts/{postId}/flags': onForumPost(),
  'GET /community/v1/me/flags': { may: forumMembers, status: 409, foreign: 409, why: 'the caller has not joined' },
  'GET /community/v1/posts/{postId}/review': {
    ...onForumPost(),
    status: 409,
    foreign: 409,
    why: 'the caller has not joined',
  },
  'GET /community/v1/reviews': list(forumMembers, { why: 'those that the caller moderates' }),
  'GET /community/v1/reviews/live': list(forumModerators, { why: 'how many wait in its own tenant' }),
  'POST /community/v1/reviews/{postId}/decision': onForumPost(() => ({ outcome: 'rejected', action: 'show' })),
  'POST /community/v1/reviews/{postId}/appeal': onForumPost(() => ({ text: 'Look again.' })),
};

const operations = serviceNames.map((service): Record<string, Row> => {
  const base = `/${service}/v1/operations`;
  const known = { params: () => ({ name: knownProjection[service] }) };
  const unknown = { params: () => ({ name: 'no-such-projection' }), why: 'a projection that is not there' };
  const notParked = { why: 'a stream that is not parked' };
  return {
    ...(feedServices.includes(service) ? feedOf(base) : {}),
    [`GET ${base}/consumers`]: ops(200),
    [`GET ${base}/projections`]: ops(200),
    [`POST ${base}/projections/{name}/rebuild`]: ops(404, { body: () => ({}), ...unknown }),
    [`POST ${base}/projections/{name}/swap`]: ops(404, unknown),
    [`POST ${base}/projections/{name}/rollback`]: ops(404, unknown),
    [`POST ${base}/projections/{name}/compare`]: ops(404, unknown),
    [`POST ${base}/projections/{name}/verify`]: ops(200, known),
    [`POST ${base}/log/verify`]: ops(200),
    [`GET ${base}/parked`]: ops(200),
    [`GET ${base}/parked/{streamId}`]: ops(404, notParked),
    [`POST ${base}/parked/{streamId}/replay`]: ops(404, notParked),
    [`POST ${base}/parked/{streamId}/discard`]: ops(404, notParked),
  };
});

export const expectations: Readonly<Record<string, Row>> = Object.assign(
  {},
  identity,
  intake,
  routing,
  knowledge,
  community,
  analytics,
  ...operations,
) as Record<string, Row>;
