/** The operations endpoints of all services, asked as an operator. */
import { GuichetClient, Refused, type TokenSource } from '@guichet/client';
import { patientFetch } from '@guichet/client/node';

/** Asked only when something is: some commands need no token. */
export type Connect = () => { readonly baseUrl: string; readonly tokens: TokenSource };

/** Long enough for any answer that needs no folding of a log. */
const quickMs = 30_000;

export class Api {
  private client: GuichetClient | undefined;

  constructor(private readonly connect: Connect) {}

  /** @throws ApiError */
  get<T>(service: string, path: string): Promise<T> {
    return this.explained(() => this.connected.get<T>(pathOf(service, path)));
  }

  /** @param timeoutMs for what takes as long as a log is long. @throws ApiError */
  post<T>(service: string, path: string, body: object = {}, timeoutMs = quickMs): Promise<T> {
    const options = { timeoutMs, idempotencyKey: false } as const;
    return this.explained(() => this.connected.post<T>(pathOf(service, path), body, options));
  }

  /** Somebody waits for the answer, and would rather know that a service is away. */
  private get connected(): GuichetClient {
    const options = { maxAttempts: 1, timeoutMs: quickMs, fetch: patientFetch };
    return (this.client ??= new GuichetClient({ ...this.connect(), ...options }));
  }

  private async explained<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Refused) error.message += hints[error.status] ?? '';
      throw error;
    }
  }
}

const pathOf = (service: string, path: string): string => `/${service}/v1/operations/${path}`;

const hints: Readonly<Record<number, string>> = {
  401: ' The access token is not (or no longer) valid.',
  403: ' The access token must have the role operator.',
};
