export { AccessTokens, type AccessTokenSettings } from './auth/access-tokens.js';
export { type Principal, isTimeZone } from './auth/principal.js';
export { type Standing, type StandingChange, Standings, type StandingSource } from './auth/standings.js';
export { Public, type Role, Roles, roles } from './auth/roles.js';
export {
  assertPortFree,
  bootstrap,
  type BootstrapOptions,
  type HostedService,
  reachable,
  type RunningHost,
  StartupError,
  type StopOptions,
} from './host/bootstrap.js';
export { Admission } from './limits/admission.js';
export { RateLimits } from './limits/rate-limits.js';
export { PlatformModule } from './host/platform.module.js';
export type { StartCheck } from './host/start-check.js';
export { runHost, type Stoppable } from './host/run-host.js';
export { type AwaitOptions, awaitPositions, type PositionWaiter } from './http/awaiting.js';
export { CommandAnswer, commandAnswer, Versioned, versioned } from './http/command-answer.js';
export { Cursors } from './http/cursor.js';
export { Deadline } from './http/deadline.js';
export { type FieldOptions, type ListOptions, type ScalarOptions } from './http/field.js';
export {
  BooleanField,
  EmailField,
  EnumField,
  Instant,
  IntField,
  Keyword,
  Line,
  LocaleField,
  NumberField,
  Text,
  TimeZoneField,
  UuidField,
} from './http/fields.js';
export { JsonField, Nested, NestedList } from './http/object-fields.js';
export { type Page, PageQuery, QueryFlag, QueryInt, QueryList } from './http/query-fields.js';
export {
  badRequest,
  conflict,
  type FieldProblem,
  forbidden,
  notFound,
  Problem,
  type ProblemOptions,
  unprocessable,
} from './http/problem.js';
export { problemFrom } from './http/problem.filter.js';
export {
  type LiveAnswer,
  type LiveClient,
  type LiveEvent,
  type LiveOptions,
  type LiveSource,
  LiveStreams,
  sse,
} from './http/sse.js';
export { Stream, TakesStream } from './http/streamed-body.js';
export { FileAnswer } from './http/file-answer.js';
export { LocaleParam, UuidParam } from './http/strict-pipe.js';
export { emailForm, keywordForm, lineForm, localeForm, type TextForm, textForm } from './http/text-rules.js';
export { type Device, deviceOf } from './request/device.js';
export { preferredLocale } from './request/accept-language.js';
export { DescribedRoutes } from './openapi/described-routes.js';
export { openApiDocument, takesKey } from './openapi/document.js';
export { canonicalJson, hashRequest } from './request/canonical-json.js';
export { commandIdOf, Ctx, type RepeatableCommand, RequestContext, requestContext } from './request/request-context.js';
export { hostService, serviceSettings } from './host/host-service.js';
export { bodyLimitBytes } from './http/json-body.js';
